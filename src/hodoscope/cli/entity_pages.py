"""What ``hodoscope soc entities`` shows."""

from dataclasses import asdict
from datetime import UTC, datetime

from rich.table import Table

from hodoscope.cli import render
from hodoscope.cli.alert_pages import Place
from hodoscope.cli.session import Session, session
from hodoscope.errors import InputError
from hodoscope.soc.alert import Verdict
from hodoscope.soc.alerting import maker
from hodoscope.soc.triage.queue import present_verdicts
from hodoscope.soc.triage.risk import EntityRisk, Observed, risks

_COLUMNS = (
    "finding_id", "detector", "features", "title", "entity", "entity_ids", "severity", "confidence", "last_time",
    "revision",
)  # fmt: skip
_BARS = " ▁▂▃▄▅▆▇█"
_WIDTH = 48


def listed(place: Place, at: str | None, limit: int, *, judged_too: bool, json: bool) -> None:
    """A line per entity."""
    found = _risks(place, at, judged_too=judged_too)
    rows = found[:limit] if limit else found
    if json:
        render.write_json([asdict(each) for each in rows])
        return
    console = render.output()
    if not rows:
        console.print("no entity carries risk; `hodoscope soc run PATH` looks for findings")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("risk", "entity", "peak", "peak at (UTC)", "most of it from"):
        table.add_column(name, overflow="fold", justify="right" if name in ("risk", "peak") else "left")
    for each in rows:
        most = "; ".join(f"{part.title} ({part.findings})" for part in each.contributions[:2])
        table.add_row(
            f"{each.score:.0f}", render.escape(each.entity), f"{each.peak:.0f}", f"{each.peak_time:%Y-%m-%d %H:%M}",
            render.escape(most),
        )  # fmt: skip
    console.print(f"risk at {rows[0].at:%Y-%m-%d %H:%M} UTC, 0 to 100")
    console.print(table)
    if len(rows) < len(found):
        console.print(f"... and {len(found) - len(rows):,} more: --limit 0 shows all")


def shown(place: Place, entity: str, at: str | None, *, judged_too: bool, json: bool) -> None:
    """One entity."""
    found = _risks(place, at, judged_too=judged_too)
    each = next((risk for risk in found if risk.entity == entity), None)
    if each is None:
        raise InputError(f"{entity!r} carries no risk here; `hodoscope soc entities list --limit 0` lists who does")
    if json:
        render.write_json(asdict(each))
        return
    console = render.output()
    console.print(
        f"[bold]{render.escape(each.entity)}[/]  risk {each.score:.0f} of 100 at {each.at:%Y-%m-%d %H:%M} UTC"
    )
    console.print(f"peak {each.peak:.0f} at {each.peak_time:%Y-%m-%d %H:%M}\n")
    console.print(f"{each.history[0][0]:%m-%d %H:%M} {_curve(each)} {each.at:%m-%d %H:%M}\n")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("points left", "findings", "last (UTC)", "what", "made by"):
        table.add_column(name, overflow="fold", justify="right" if name in ("points left", "findings") else "left")
    for part in each.contributions[:20]:
        table.add_row(
            f"{part.points:.1f}", f"{part.findings:,}", f"{part.last_time:%Y-%m-%d %H:%M}", render.escape(part.title),
            render.escape(part.source),
        )  # fmt: skip
    console.print(table)
    console.print(f"\nits alerts: hodoscope soc alerts list --status all --entity {render.escape(each.entity)}")


def _curve(risk: EntityRisk) -> str:
    """The score over time in one line: the highest within each stretch."""
    begin, end = risk.history[0][0].timestamp(), risk.at.timestamp()
    heights = [0.0] * _WIDTH
    for time, score in risk.history:
        place = round((time.timestamp() - begin) / max(1.0, end - begin) * (_WIDTH - 1))
        heights[place] = max(heights[place], score)
    for place in range(1, _WIDTH):
        heights[place] = heights[place] or heights[place - 1]
    return "".join(_BARS[round(height / 100 * (len(_BARS) - 1))] for height in heights)


def _risks(place: Place, at: str | None, *, judged_too: bool) -> list[EntityRisk]:
    with session(place.store, place.journal, create=False) as opened:
        observed = _observed(opened, place.tenant, judged_too=judged_too)
    if at is None:
        moment = max((each.time for each in observed), default=datetime.now(UTC))
    else:
        try:
            given = datetime.fromisoformat(at)
        except ValueError:
            raise InputError(f"--at {at!r}: give a date or time such as 2026-03-02T18:00") from None
        moment = given.astimezone(UTC) if given.tzinfo else given.replace(tzinfo=UTC)
    return risks(observed, moment)


def _observed(opened: Session, tenant: str, *, judged_too: bool) -> list[Observed]:
    book = opened.journal.alerts
    left_out = {Verdict.FALSE_POSITIVE, Verdict.BENIGN_POSITIVE}
    quiet = {alert for alert, entry in present_verdicts(book.verdicts(tenant)).items() if entry.verdict in left_out}
    home = book.memberships(tenant)
    return [
        Observed(
            maker(row["detector"], row["features"]), row["title"], row["entity"], tuple(row["entity_ids"]),
            row["severity"], row["confidence"], row["last_time"].astimezone(UTC),
        )
        for row in opened.store.finding_columns(_COLUMNS, tenant=tenant).to_pylist()
        if row["revision"] % 2 == 0
        and (judged_too or row["finding_id"] not in home or home[row["finding_id"]].alert_id not in quiet)
    ]  # fmt: skip
