"""What ``hodoscope soc incidents`` shows."""

from collections.abc import Mapping
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from hodoscope.cli import render
from hodoscope.cli.alert_pages import Place
from hodoscope.cli.session import session
from hodoscope.errors import InputError
from hodoscope.soc.alert import Alert
from hodoscope.soc.correlation.rarity import Rarity
from hodoscope.soc.correlation.story import Story, tell
from hodoscope.soc.incident import Incident


def listed(place: Place, entity: str | None, limit: int, *, alone: bool, json: bool) -> None:
    """A line per incident."""
    with session(place.store, place.journal, create=False) as opened:
        found = opened.journal.incidents.incidents(place.tenant)
    picked = [
        each for each in found if (alone or len(each.alert_ids) > 1) and (entity is None or entity in each.entities)
    ]
    picked.sort(key=lambda each: (-each.severity, -len(each.tactics), -len(each.alert_ids), each.first_time))
    rows = picked[:limit] if limit else picked
    if json:
        render.write_json([_document(each) for each in rows])
        return
    console = render.output()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("severity", "alerts", "first seen (UTC)", "last seen (UTC)", "tactics", "touches", "id"):
        table.add_column(name, overflow="fold", justify="right" if name == "alerts" else "left")
    for each in rows:
        colour = render.COLOURS[each.severity]
        touches = ", ".join(each.entities[:3]) + (
            f" and {len(each.entities) - 3} more" if len(each.entities) > 3 else ""
        )
        table.add_row(
            f"[{colour}]{each.severity.name.lower()}[/]", f"{len(each.alert_ids):,}",
            f"{each.first_time:%Y-%m-%d %H:%M}", f"{each.last_time:%Y-%m-%d %H:%M}",
            " → ".join(each.tactics), render.escape(touches), each.incident_id[: render.SHORT_ID],
        )  # fmt: skip
    if rows:
        console.print(table)
    else:
        console.print("no such incidents; --alone lists single alerts too, `hodoscope soc run PATH` looks for more")
    if len(rows) < len(picked):
        console.print(f"... and {len(picked) - len(rows):,} more: --limit 0 shows all")


def shown(place: Place, incident_id: str, *, json: bool) -> None:
    """The story of one incident."""
    with session(place.store, place.journal, create=False) as opened:
        incident = opened.journal.incidents.incident(place.tenant, incident_id)
        if incident is None:
            raise InputError(f"no incident {incident_id!r} here; `hodoscope soc incidents list --alone` lists them")
        alerts = {alert.alert_id: alert for alert in opened.journal.alerts.alerts(place.tenant)}
    rarity = Rarity()
    for alert in alerts.values():
        rarity.see(alert.entity_ids or (alert.entity,))
    story = tell(incident, alerts, rarity.of)
    if json:
        render.write_json({**_document(incident), "links": [asdict(link) for link in incident.links],
                           "story": asdict(story)})  # fmt: skip
        return
    _page(incident, story, alerts, render.output())


def _page(incident: Incident, story: Story, alerts: Mapping[str, Alert], console: Console) -> None:
    colour = render.COLOURS[incident.severity]
    console.print(
        f"[{colour}]{incident.severity.name}[/] [bold]{len(incident.alert_ids):,} alerts[/], "
        f"{incident.first_time:%Y-%m-%d %H:%M} to {incident.last_time:%Y-%m-%d %H:%M} UTC"
    )
    console.print(f"tactics     {' → '.join(incident.tactics)}")
    console.print(f"began at    {render.escape(', '.join(story.roots))}", soft_wrap=True)
    console.print(f"reached     {render.escape(', '.join(story.reached[:20]))}", soft_wrap=True)
    if len(story.reached) > 20:
        console.print(f"            and {len(story.reached) - 20} more")
    console.print(f"id          {incident.incident_id}")
    console.print(
        f"\n[bold]The story[/] ({len(story.nodes)} of {len(incident.alert_ids) + len(incident.entities)} nodes)"
    )
    links = {link.alert_id: link for link in incident.links}
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("time (UTC)", "tactics", "alert", "entity", "joined by", "id"):
        table.add_column(name, overflow="fold")
    for step in story.timeline:
        link = links.get(step.alert_id)
        table.add_row(
            f"{step.time:%m-%d %H:%M:%S}", " ".join(step.tactics), render.escape(step.title),
            render.escape(step.entity),
            render.escape(", ".join(link.entities[:2])) if link else "", step.alert_id[: render.SHORT_ID],
        )  # fmt: skip
    console.print(table)
    told = {step.alert_id for step in story.timeline}
    rest = [alerts[alert_id] for alert_id in incident.alert_ids if alert_id not in told and alert_id in alerts]
    if rest:
        console.print(f"[dim]and {len(rest):,} more alerts: --json lists them[/]")
    if story.missing:
        console.print("\n[bold]What is missing[/]")
        for words in story.missing:
            console.print(f"  {words}", soft_wrap=True)


def _document(incident: Incident) -> dict[str, object]:
    names = ("incident_id", "alert_ids", "entities", "tactics", "first_time", "last_time", "merged")
    return {**{name: getattr(incident, name) for name in names}, "severity": incident.severity.name.lower()}
