"""Commands that only look: findings, show, coverage."""

import sys
from dataclasses import dataclass
from pathlib import Path

import orjson
from rich.console import Console
from rich.table import Table

from hodoscope.cli import render
from hodoscope.cli.session import event_store, known_format, mappings, time_options
from hodoscope.cli.sources import checked
from hodoscope.errors import InputError
from hodoscope.soc.finding import Finding, Severity

CONTEXT_COLUMNS = (
    "time", "format", "activity_name", "device_hostname", "actor_user_name", "user_name", "src_endpoint_ip",
    "dst_endpoint_ip", "process_cmd_line", "query_hostname", "http_request_url_path", "api_operation", "message",
    "event_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filter:
    """Which findings to list."""

    detector: str | None
    entity: str | None
    severity: str
    limit: int
    withdrawn: bool


def findings(store: str | None, tenant: str, wanted: Filter, *, json: bool, csv: bool, ocsf: bool) -> None:
    """List findings."""
    try:
        least = Severity[wanted.severity.upper()]
    except KeyError:
        raise InputError(
            f"--severity {wanted.severity!r}: use one of {', '.join(s.name.lower() for s in Severity)}"
        ) from None
    with event_store(store, create=False) as opened:
        found = [
            finding
            for finding in opened.findings(tenant=tenant, withdrawn=wanted.withdrawn)
            if finding.severity >= least
            and (wanted.detector is None or finding.detector == wanted.detector)
            and (wanted.entity is None or wanted.entity in (finding.entity, *finding.entity_ids))
        ]
    found.sort(key=lambda finding: (-finding.severity, finding.first_time))
    shown = found[: wanted.limit] if wanted.limit else found
    if ocsf:
        from hodoscope.soc.publish.ocsf_finding import to_ocsf

        for finding in shown:
            sys.stdout.buffer.write(orjson.dumps(to_ocsf(finding)) + b"\n")
    elif json:
        render.write_json([render.as_document(finding) for finding in shown])
    elif csv:
        render.findings_csv(shown)
    else:
        console = render.output()
        render.findings_table(shown, console)
        if len(shown) < len(found):
            console.print(f"... and {len(found) - len(shown):,} more: --limit 0 shows all")
        if not found:
            console.print("no findings; `hodoscope soc run PATH` looks for some")


def show(store: str | None, tenant: str, finding_id: str, *, minutes: float, rows: int, json: bool) -> None:
    """Explain one finding."""
    with event_store(store, create=False) as opened:
        finding = opened.finding(finding_id.lower(), tenant=tenant)
        if finding is None:
            raise InputError(f"no finding {finding_id!r} here; `hodoscope soc findings` lists them with their ids")
        around = opened.context(
            _narrow(finding), finding.first_time, finding.last_time,
            tenant=tenant, minutes=minutes, columns=CONTEXT_COLUMNS, limit=1000,
        )  # fmt: skip
    events = [readable(row) for row in around.to_pylist()]
    if json:
        render.write_json({**render.as_document(finding), "context": events})
        return
    console = render.output()
    render.finding_page(finding, console)
    if rows and events:
        _context(finding, events, rows, minutes, console)


def readable(row: dict[str, object]) -> dict[str, object]:
    """An event without its empty columns, the id as hex digits. Changes the row."""
    event_id = row["event_id"]
    row["event_id"] = event_id.hex() if isinstance(event_id, bytes) else event_id
    return {key: value for key, value in row.items() if value not in (None, "")}


def _context(finding: Finding, events: list[dict[str, object]], rows: int, minutes: float, console: Console) -> None:
    console.print(f"\n[bold]Around it[/] (same entities, {minutes:g} minutes either side, {len(events)} events)")
    evidence = {row.event_id for row in finding.evidence}
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("", "time (UTC)", "what", "details"):
        table.add_column(name, overflow="fold")
    skip = {"time", "format", "activity_name", "event_id"}
    for event in events[:rows]:
        mark = "[red]●[/]" if event["event_id"] in evidence else ""
        details = "  ".join(f"{key}={value}" for key, value in event.items() if key not in skip)
        table.add_row(
            mark,
            str(event["time"])[:19],
            render.escape(str(event.get("activity_name") or event["format"])),
            render.escape(details[:240]),
        )
    console.print(table)
    if len(events) > rows:
        console.print(f"[dim]... {len(events) - rows} more: --context {len(events)}[/]")


def coverage(
    paths: list[str],
    log_format: str | None,
    zone: str | None,
    year: int | None,
    mapping: list[Path] | None,
    *,
    top: int,
    json: bool,
) -> None:
    """Mapping quality of some logs."""
    from hodoscope.soc.coverage import coverage as measure
    from hodoscope.soc.sources.discover import discover

    formats = mappings(mapping)
    known_format(log_format, formats)
    console = Console(stderr=True)
    with console.status("reading", spinner="dots") as status:
        found = measure(
            checked(discover(paths, format=log_format), paths),
            formats,
            time_options(zone, year),
            lambda source: status.update(f"reading {render.escape(source.path[-60:])}"),
        )
    if json:
        render.write_json(
            {
                name: {
                    "events": counts.events,
                    "classified": counts.classified,
                    "mapped_share": counts.mapped_share,
                    "without_time": counts.without_time,
                    "unmapped_fields": counts.unmapped_fields,
                    "rules": counts.rules,
                    "dead_letters": counts.dead_letters,
                }
                for name, counts in found.items()
            }
        )
    else:
        render.coverage_table(found, render.output(), top)


def _narrow(finding: Finding) -> tuple[str, ...]:
    """The finding's entities without the cloud account, which all of its events share."""
    narrow = tuple(entity for entity in finding.entity_ids if not entity.startswith("account:"))
    return narrow or (finding.entity,)
