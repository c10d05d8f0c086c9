"""Findings and coverage as tables for people, JSON and CSV for programs."""

import csv
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict

import orjson
from rich.console import Console
from rich.markup import escape as escape_markup
from rich.table import Table

from hodoscope.soc.coverage import FormatCoverage
from hodoscope.soc.finding import Finding, Severity
from hodoscope.soc.ingestion import IngestSummary

COLOURS = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFORMATIONAL: "dim",
}
_CONTROL = {code: f"\\x{code:02x}" for code in (*range(32), 127, *range(128, 160))}
"""Control characters as visible text: log content must not be able to drive the analyst's terminal."""


def escape(text: object) -> str:
    """Log content as harmless terminal text: no markup, no control characters, no bidirectional overrides."""
    shown = str(text).translate(_CONTROL)
    return escape_markup("".join(c if c.isprintable() or c == " " else f"\\u{ord(c):04x}" for c in shown))


WIDTH = 160
"""Columns of tables that go to a file or a pipe."""
SHORT_ID = 12
"""Digits of a finding id that tables show; ``show`` accepts any unique prefix."""


def output() -> Console:
    """Standard output; wide enough for tables when it is a file or a pipe."""
    return Console() if sys.stdout.isatty() else Console(width=WIDTH)


def write_json(value: object) -> None:
    """One JSON document on standard output."""
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS, default=str) + b"\n")
    sys.stdout.flush()


def findings_table(findings: Sequence[Finding], console: Console) -> None:
    """One line per finding, most severe first."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("severity", "first seen (UTC)", "finding", "entity", "ATT&CK", "events", "id"):
        table.add_column(name, overflow="fold", justify="right" if name == "events" else "left")
    for finding in findings:
        colour = COLOURS[finding.severity]
        table.add_row(
            f"[{colour}]{finding.severity.name.lower()}[/]",
            f"{finding.first_time:%Y-%m-%d %H:%M:%S}",
            escape(finding.title) + (" [dim](withdrawn)[/]" if finding.withdrawn else ""),
            escape(finding.entity),
            " ".join(finding.attack),
            f"{finding.event_count:,}",
            finding.finding_id[:SHORT_ID],
        )
    console.print(table)


def findings_csv(findings: Sequence[Finding]) -> None:
    """The same as CSV."""
    writer = csv.writer(sys.stdout)
    writer.writerow(
        (
            "finding_id",
            "severity",
            "first_time",
            "last_time",
            "detector",
            "title",
            "entity",
            "attack",
            "event_count",
            "withdrawn",
        )
    )
    for f in findings:
        writer.writerow(
            (f.finding_id, f.severity.name.lower(), f.first_time.isoformat(), f.last_time.isoformat(), f.detector,
             harmless(f.title), harmless(f.entity), " ".join(f.attack), f.event_count,
             str(f.withdrawn).lower())
        )  # fmt: skip


def harmless(text: str) -> str:
    """Text a spreadsheet will not run as a formula (log content is attacker-controlled)."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def finding_page(finding: Finding, console: Console) -> None:
    """Everything about one finding."""
    colour = COLOURS[finding.severity]
    console.print(f"[{colour}]{finding.severity.name}[/] [bold]{escape(finding.title)}[/]")
    if finding.withdrawn:
        console.print("withdrawn: a look at all stored events, the late ones included, no longer supports it")
    console.print(escape(finding.explanation), soft_wrap=True)
    console.print(f"\nentity      {escape(finding.entity)}")
    console.print(f"when        {finding.first_time:%Y-%m-%d %H:%M:%S} to {finding.last_time:%Y-%m-%d %H:%M:%S} UTC")
    console.print(f"ATT&CK      {' '.join(finding.attack)}")
    console.print(f"detector    {finding.detector} {finding.detector_version} ({finding.rule_hash[:12]})")
    console.print(f"id          {finding.finding_id}")
    console.print("\n[bold]Why[/]")
    for contribution in finding.contributions:
        console.print(f"  {contribution.weight:4.0%}  {escape(contribution.text)}", soft_wrap=True)
    console.print("\n[bold]How to check[/]")
    console.print("  " + escape(finding.how_to_check), soft_wrap=True)
    console.print(f"\n[bold]Evidence[/] ({len(finding.evidence)} rows of {finding.event_count:,} events)")
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("time (UTC)", "field", "value", "event"):
        table.add_column(name, overflow="fold")
    for row in finding.evidence[:20]:
        table.add_row(f"{row.time:%Y-%m-%d %H:%M:%S}", row.field, escape(row.value[:300]), row.event_id[:SHORT_ID])
    console.print(table)
    tenant = finding.tenant_id.replace("\\", "\\\\").replace("'", "\\'")
    where = f"tenant_id = '{tenant}' AND ({finding.where})"
    console.print(f"\n[dim]all of them: SELECT * FROM events WHERE {escape(where)}[/]", soft_wrap=True)


def ingest_lines(summary: IngestSummary, console: Console) -> None:
    """What ingestion did, in a few lines; dead letters by reason, never hidden."""
    console.print(
        f"{summary.stored:,} events stored from {summary.sources:,} sources"
        + (f", {summary.duplicates:,} already stored" if summary.duplicates else "")
        + (f", {summary.without_time:,} without a usable time" if summary.without_time else "")
    )
    if summary.formats:
        console.print("  " + ", ".join(f"{name} {count:,}" for name, count in summary.formats.most_common()))
    if summary.skipped_sources:
        passed = ", ".join(f"{reason} {count:,}" for reason, count in summary.skipped_sources.most_common())
        console.print(f"files passed over: {escape(passed)}")
    if summary.dead_letters:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in summary.dead_letters.most_common())
        console.print(f"[yellow]{summary.dead_letters.total():,} dead letters[/]: {escape(reasons)}")


def coverage_table(found: Mapping[str, FormatCoverage], console: Console, top: int) -> None:
    """Per format: events, shares, the most frequent unmapped fields, dead letters by reason."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("format", "events", "classified", "mapped values", "no time", "dead letters"):
        table.add_column(name, justify="left" if name == "format" else "right")
    for name, counts in sorted(found.items(), key=lambda item: -item[1].events):
        table.add_row(
            name,
            f"{counts.events:,}",
            f"{counts.classified / max(1, counts.events):.1%}",
            f"{counts.mapped_share:.1%}",
            f"{counts.without_time:,}",
            f"{counts.dead_letters.total():,}",
        )
    console.print(table)
    for name, counts in found.items():
        for reason, count in counts.dead_letters.most_common():
            console.print(f"{name}: dead letters: {escape(reason)} {count:,}")
        if counts.unmapped_fields:
            fields = ", ".join(f"{escape(field)} {count:,}" for field, count in counts.unmapped_fields.most_common(top))
            console.print(f"[dim]{name}: unmapped: {fields}[/]", soft_wrap=True)


def as_document(finding: Finding) -> dict[str, object]:
    """A finding as plain JSON values."""
    document = asdict(finding)
    document["severity"] = finding.severity.name.lower()
    document["attack"] = list(finding.attack)
    document["withdrawn"] = finding.withdrawn
    return document
