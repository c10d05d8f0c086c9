"""What ``hodoscope soc alerts`` shows and changes."""

import csv
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from hodoscope.cli import render
from hodoscope.cli.session import Session, session
from hodoscope.errors import InputError
from hodoscope.soc.alert import REASONS, Alert, Suppression, Verdict, VerdictEntry
from hodoscope.soc.triage.queue import WAITING, Standing, Status, present_verdicts, standings
from hodoscope.soc.triage.suppress import Impact, impact, new_suppression, refuse_if_it_hides_attacks

_SIMILAR = 5


@dataclass(frozen=True, slots=True)
class Place:
    """Whose alerts, and where they are kept."""

    store: str | None
    journal: str | None
    tenant: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What to say of alerts; ``verdict`` None takes the last one back."""

    verdict: Verdict | None
    reason: str
    note: str
    author: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """The suppression that was asked for."""

    owner: str
    reason: str
    days: float
    detector: bool
    entity: bool
    even_true_positives: bool


def listed(place: Place, status: str, entity: str | None, limit: int, *, json: bool, csv: bool) -> None:
    """The queue."""
    choices = ["waiting", "all", *(each.value for each in Status)]
    if status not in choices:
        raise InputError(f"--status {status!r}: use one of {', '.join(choices)}")
    with _opened(place) as (_, found):
        hidden = sum(each.status is Status.SUPPRESSED for each in found)
        picked = [
            each
            for each in found
            if (status == "all" or each.status == status or (status == "waiting" and each.status in WAITING))
            and (entity is None or entity in (each.alert.entity, *each.alert.entity_ids))
        ]
    rows = picked[:limit] if limit else picked
    if json:
        render.write_json({"alerts": [_document(each) for each in rows], "matching": len(picked), "suppressed": hidden})
    elif csv:
        _csv(rows)
    else:
        console = render.output()
        if rows:
            _table(rows, console)
        if len(rows) < len(picked):
            console.print(f"... and {len(picked) - len(rows):,} more: --limit 0 shows all")
        if not picked:
            console.print("no such alerts; `hodoscope soc run PATH` makes them, --status all lists judged ones too")
        if hidden:
            console.print(f"{hidden:,} alerts are suppressed: hodoscope soc alerts list --status suppressed")


def shown(place: Place, alert_id: str, *, json: bool) -> None:
    """One alert with all that is known of it."""
    with _opened(place) as (opened, found):
        each = _standing(opened, place, alert_id, found)
        history = opened.journal.alerts.verdicts(place.tenant, each.alert.alert_id)
        members = set(opened.journal.alerts.members(place.tenant, each.alert.alert_id))
        ids = ", ".join(f"'{member}'" for member in sorted(members))
        findings = opened.store.findings(tenant=place.tenant, where=f"finding_id IN ({ids})", withdrawn=True)
    similar = [
        other
        for other in found
        if other.verdict and other.alert.detector == each.alert.detector and other.alert is not each.alert
    ][:_SIMILAR]
    if json:
        told = {
            **_document(each),
            "history": [_entry(entry) for entry in history],
            "members": [render.as_document(finding) for finding in findings],
            "similar": [_document(other) for other in similar],
        }
        render.write_json(told)
        return
    console = render.output()
    _page(each, console)
    console.print(f"\n[bold]Findings[/] ({each.alert.findings:,})")
    render.findings_table(findings[:20], console)
    if history:
        console.print("\n[bold]History[/]")
        for entry in history:
            what = entry.verdict.value if entry.verdict else "verdict taken back"
            note = f": {entry.note}" if entry.note else ""
            text = f"{entry.time:%Y-%m-%d %H:%M} {entry.author}: {what} {entry.reason}{note}"
            console.print(f"  {render.escape(text)}", soft_wrap=True)
    if similar:
        console.print("\n[bold]Judged alerts of the same detector[/]")
        _table(similar, console)


def judged(place: Place, ids: Sequence[str], said: Judgement, *, preview: bool, json: bool) -> None:
    """Verdicts for alerts, all or none."""
    if said.verdict is not None and said.reason not in REASONS[said.verdict]:
        raise InputError(f"--reason {said.reason!r}: for {said.verdict} use one of {', '.join(REASONS[said.verdict])}")
    if not said.author.strip():
        raise InputError("a verdict needs an author (--author)")
    now = datetime.now(UTC)
    with _opened(place) as (opened, found):
        alerts = [_standing(opened, place, alert_id, found).alert for alert_id in dict.fromkeys(ids)]
        if said.verdict is None:
            known = present_verdicts(opened.journal.alerts.verdicts(place.tenant))
            without = [alert.alert_id[: render.SHORT_ID] for alert in alerts if alert.alert_id not in known]
            if without:
                raise InputError(f"no verdict to take back: {', '.join(without)}")
        entries = [
            VerdictEntry(
                alert.alert_id, said.verdict, said.reason, said.note.strip(), said.author.strip(), now, alert.scope
            )
            for alert in alerts
        ]
        if not preview:
            opened.journal.alerts.judge(place.tenant, entries)
    if json:
        render.write_json({"preview": preview, "entries": [_entry(entry) for entry in entries]})
        return
    what = f"{said.verdict.value} ({said.reason})" if said.verdict else "last verdict taken back"
    console = render.output()
    for alert in alerts:
        console.print(f"{alert.alert_id[: render.SHORT_ID]}  {render.escape(alert.title)}: {what}")
    if preview:
        console.print(f"a preview: nothing was changed; leave --preview out to do it for {len(alerts)} alerts")


def suppressed(place: Place, alert_id: str, wanted: Wanted, *, preview: bool, json: bool) -> None:
    """A suppression, after a look at what it would have hidden."""
    now = datetime.now(UTC)
    with _opened(place) as (opened, found):
        alert = _standing(opened, place, alert_id, found).alert
        made = new_suppression(
            alert, detector=wanted.detector, entity=wanted.entity, owner=wanted.owner, reason=wanted.reason, now=now,
            days=wanted.days,
        )  # fmt: skip
        seen = impact(made, found, now)
        if not preview:
            if not wanted.even_true_positives:
                refuse_if_it_hides_attacks(seen)
            opened.journal.alerts.suppress(place.tenant, made)
    if json:
        render.write_json({"preview": preview, "suppression": _suppression(made), "impact": _impact(seen)})
        return
    console = render.output()
    console.print(
        f"on history it {'would hide' if preview else 'hides'} {len(seen.hidden):,} alerts, "
        f"{len(seen.true_positives):,} of them judged true positive; {len(seen.let_through):,} come through because "
        "they show more"
    )
    if preview:
        console.print("a preview: nothing was changed")
    else:
        short = made.suppression_id[: render.SHORT_ID]
        console.print(f"suppression {short} until {made.expires:%Y-%m-%d}; end it: alerts suppressions --end {short}")


def suppression_list(place: Place, end: str | None, *, json: bool) -> None:
    """All suppressions; ``end`` closes one first."""
    now = datetime.now(UTC)
    with _opened(place) as (opened, _):
        book = opened.journal.alerts
        if end is not None:
            active = [each for each in book.suppressions(place.tenant) if each.suppression_id.startswith(end.lower())]
            if len(active) != 1:
                raise InputError(f"--end {end!r}: {len(active)} suppressions begin with it; the list shows their ids")
            if active[0].ended is None:
                book.suppress(place.tenant, replace(active[0], ended=now))
        all_of_them = book.suppressions(place.tenant)
        found = standings(book.alerts(place.tenant), book.verdicts(place.tenant), all_of_them, now)
    hides = {each.suppression_id: 0 for each in all_of_them}
    for standing in found:
        if standing.status is Status.SUPPRESSED and standing.suppression:
            hides[standing.suppression.suppression_id] += 1
    if json:
        render.write_json([{**_suppression(each), "hides": hides[each.suppression_id]} for each in all_of_them])
        return
    console = render.output()
    if not all_of_them:
        console.print("no suppressions")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("id", "state", "hides", "detector", "entity", "owner", "until", "reason"):
        table.add_column(name, overflow="fold")
    for each in all_of_them:
        state = "active" if each.active(now) else "ended" if each.ended else "expired"
        table.add_row(
            each.suppression_id[: render.SHORT_ID], state, f"{hides[each.suppression_id]:,}",
            *map(render.escape, (each.detector, each.entity, each.owner)), f"{each.expires:%Y-%m-%d}",
            render.escape(each.reason),
        )  # fmt: skip
    console.print(table)


@contextmanager
def _opened(place: Place) -> Iterator[tuple[Session, list[Standing]]]:
    with session(place.store, place.journal, create=False) as opened:
        book = opened.journal.alerts
        tenant = place.tenant
        yield (
            opened,
            standings(book.alerts(tenant), book.verdicts(tenant), book.suppressions(tenant), datetime.now(UTC)),
        )


def _standing(opened: Session, place: Place, alert_id: str, found: Sequence[Standing]) -> Standing:
    alert = opened.journal.alerts.alert(place.tenant, alert_id)
    if alert is None:
        raise InputError(f"no alert {alert_id!r} here; `hodoscope soc alerts list --status all` lists them")
    return next(each for each in found if each.alert.alert_id == alert.alert_id)


def _table(rows: Sequence[Standing], console: Console) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("priority", "status", "alert", "entity", "findings", "last seen (UTC)", "why", "id"):
        table.add_column(name, overflow="fold", justify="right" if name in ("priority", "findings") else "left")
    for each in rows:
        alert = each.alert
        colour = render.COLOURS[alert.severity]
        why = each.news[0] if each.news else "; ".join(reason.text for reason in each.priority.reasons[:2])
        said = f" ({each.verdict.verdict.value})" if each.verdict and each.verdict.verdict else ""
        table.add_row(
            f"[{colour}]{each.priority.score:.0%}[/]", each.status.value + said, render.escape(alert.title),
            render.escape(alert.entity), f"{alert.findings:,}", f"{alert.last_time:%Y-%m-%d %H:%M}",
            render.escape(why), alert.alert_id[: render.SHORT_ID],
        )  # fmt: skip
    console.print(table)


def _page(each: Standing, console: Console) -> None:
    alert = each.alert
    colour = render.COLOURS[alert.severity]
    console.print(f"[{colour}]{alert.severity.name}[/] [bold]{render.escape(alert.title)}[/]  {each.status.value}")
    for news in each.news:
        console.print(f"since the verdict: {render.escape(news)}")
    console.print(f"\nentity      {render.escape(alert.entity)}")
    console.print(f"when        {alert.first_time:%Y-%m-%d %H:%M:%S} to {alert.last_time:%Y-%m-%d %H:%M:%S} UTC")
    console.print(f"holds       {alert.findings:,} findings, {alert.scope.events:,} events ({alert.reason})")
    console.print(f"ATT&CK      {' '.join(alert.attack)}")
    console.print(f"id          {alert.alert_id}")
    console.print(f"\n[bold]Priority {each.priority.score:.0%}[/]")
    for reason in each.priority.reasons:
        console.print(f"  {reason.points:+5.1f}  {render.escape(reason.text)}", soft_wrap=True)
    if alert.escalations:
        console.print("\n[bold]Escalations[/]")
        for entry in alert.escalations:
            console.print(
                f"  {entry.time:%Y-%m-%d %H:%M:%S}  {render.escape('; '.join(entry.reasons))}", soft_wrap=True
            )


def _csv(rows: Sequence[Standing]) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(
        ("alert_id", "priority", "status", "verdict", "severity", "detector", "title", "entity", "findings")
    )
    for each in rows:
        alert = each.alert
        verdict = each.verdict.verdict.value if each.verdict and each.verdict.verdict else ""
        writer.writerow(
            (alert.alert_id, f"{each.priority.score:.4f}", each.status.value, verdict, alert.severity.name.lower(),
             alert.detector, render.harmless(alert.title), render.harmless(alert.entity), alert.findings)
        )  # fmt: skip


def _document(each: Standing) -> dict[str, object]:
    alert: Alert = each.alert
    names = ("alert_id", "detector", "title", "entity", "entity_ids", "attack", "first_time", "last_time", "findings",
             "confidence", "reason")  # fmt: skip
    return {
        **{name: getattr(alert, name) for name in names},
        "severity": alert.severity.name.lower(),
        "scope": alert.scope.to_json(),
        "escalations": [{"time": entry.time, "reasons": entry.reasons} for entry in alert.escalations],
        "status": each.status.value,
        "news": each.news,
        "verdict": _entry(each.verdict) if each.verdict else None,
        "suppression": each.suppression.suppression_id if each.suppression else None,
        "priority": each.priority.score,
        "reasons": [{"text": reason.text, "points": reason.points} for reason in each.priority.reasons],
    }


def _entry(entry: VerdictEntry) -> dict[str, object]:
    names = ("alert_id", "reason", "note", "author", "time")
    verdict = entry.verdict.value if entry.verdict else None
    return {**{name: getattr(entry, name) for name in names}, "verdict": verdict, "scope": entry.scope.to_json()}


def _suppression(each: Suppression) -> dict[str, object]:
    names = ("suppression_id", "detector", "entity", "reason", "owner", "created", "expires", "ended")
    return {**{name: getattr(each, name) for name in names}, "limit": each.limit.to_json()}


def _impact(seen: Impact) -> dict[str, list[str]]:
    return {
        "hidden": [alert.alert_id for alert in seen.hidden],
        "true_positives": [alert.alert_id for alert in seen.true_positives],
        "let_through": [alert.alert_id for alert in seen.let_through],
    }
