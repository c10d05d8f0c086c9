"""Commands that change the store: run, ingest, detect, simulate."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from hodoscope.cli import render
from hodoscope.cli.places import rule_cache
from hodoscope.cli.progress import DetectProgress, IngestProgress
from hodoscope.cli.rule_watch import RuleWatch
from hodoscope.cli.session import Session, known_format, mappings, session, time_options
from hodoscope.cli.sources import open_sources
from hodoscope.errors import InputError
from hodoscope.soc.data_files import read_yaml
from hodoscope.soc.detection import DetectSummary
from hodoscope.soc.detectors.registry import build_all
from hodoscope.soc.enrich.knowledge import Knowledge
from hodoscope.soc.ingestion import IngestSummary
from hodoscope.soc.pipeline import Pipeline
from hodoscope.soc.record import SkippedRecord
from hodoscope.soc.sigma.rule_files import RuleFiles

SHOWN_FINDINGS = 20


@dataclass(frozen=True, slots=True)
class Request:
    """What the operator asked for on the command line."""

    paths: list[str]
    store: str | None
    journal: str | None
    tenant: str
    format: str | None = None
    zone: str | None = None
    year: int | None = None
    operator: Path | None = None
    mapping: list[Path] | None = None
    detectors: Path | None = None
    json: bool = False
    quiet: bool = False
    rules: RuleFiles | None = field(default_factory=lambda: chosen_rules(None, None, no_sigma=False))


def chosen_rules(packs: list[str] | None, tuning: Path | None, *, no_sigma: bool) -> RuleFiles | None:
    """The Sigma rules that were asked for; None for none."""
    return None if no_sigma else RuleFiles(tuple(packs or ()), tuning, rule_cache())


def run(request: Request, *, follow: bool) -> None:
    """Ingest, detect, print the findings."""
    with session(request.store, request.journal) as opened:
        watch = _rules(request)
        pipeline = _pipeline(request, opened, watch)
        if follow:
            from hodoscope.cli.following import follow as follow_logs

            follow_logs(request.paths, request.format, pipeline, json=request.json, watch=watch)
            return
        ingested = _ingest(request, pipeline)
        detected = _detect(request, pipeline)
        _report(request, opened, ingested, detected)


def ingest(request: Request) -> None:
    """Ingest only."""
    with session(request.store, request.journal) as opened:
        summary = _ingest(request, _pipeline(request, opened))
        if request.json:
            render.write_json(
                {**summary.as_counts(), "formats": summary.formats, "dead_letters_by_reason": summary.dead_letters}
            )
        else:
            render.ingest_lines(summary, render.output())


def detect(request: Request, *, replay: bool) -> None:
    """Detect only."""
    with session(request.store, request.journal, create=False) as opened:
        summary = _detect(request, _pipeline(request, opened, _rules(request)), replay=replay)
        _report(request, opened, None, summary)


def simulate(out: Path, hours: float, users: int, seed: int, *, quiet: bool, hint: bool = True) -> None:
    """Write simulated telemetry; ``hint`` says what to do with it next."""
    from hodoscope.soc.simulate.pipeline import simulate as write

    console = Console(stderr=True)
    with console.status("simulating", spinner="dots") as status:
        summary = write(
            out,
            hours=hours,
            users=users,
            seed=seed,
            progress=None if quiet else lambda events: status.update(f"simulating: {events:,} events"),
        )
    out_console = render.output()
    where, truth = render.escape(summary.directory), render.escape(summary.truth)
    out_console.print(f"{summary.total:,} events in {len(summary.events)} files below {where}", soft_wrap=True)
    out_console.print(
        f"{summary.attack_events:,} of them belong to {len(summary.campaigns)} attacks; the truth is in {truth}",
        soft_wrap=True,
    )
    next_step = f"next: hodoscope soc run {out} --operator {out / 'operator'}"
    if hint:
        out_console.print(render.escape(next_step), soft_wrap=True)


def _rules(request: Request) -> RuleWatch | None:
    return RuleWatch(request.rules, mappings(request.mapping)) if request.rules else None


def _pipeline(request: Request, opened: Session, watch: RuleWatch | None = None) -> Pipeline:
    values: dict[str, object] | None = None
    if request.detectors is not None:
        document = read_yaml(request.detectors)
        values = {str(key): value for key, value in document.items()} if isinstance(document, dict) else None
        if values is None:
            raise InputError(f"{request.detectors}: expected a mapping of detector names; see docs/detectors.md")
    formats = mappings(request.mapping)
    known_format(request.format, formats)
    return Pipeline(
        opened.store,
        opened.journal,
        formats,
        [*build_all(values), *([watch.detector] if watch else [])],
        _knowledge(request),
        request.tenant,
        time_options(request.zone, request.year),
        lambda: datetime.now(UTC),
    )


def _knowledge(request: Request) -> Knowledge:
    if request.operator is None:
        return Knowledge()
    from hodoscope.soc.enrich.operator_files import load_operator_files

    knowledge, report = load_operator_files([request.operator])
    console = Console(stderr=True)
    for problem in report.problems:
        console.print(f"[yellow]operator files:[/] {render.escape(problem)}", soft_wrap=True)
    return knowledge


def _ingest(request: Request, pipeline: Pipeline) -> IngestSummary:
    sources = open_sources(request.paths, request.format, pipeline.journal, request.tenant)
    total = sum(source.size or 0 for source in sources if not isinstance(source, SkippedRecord))
    with IngestProgress(total or None, quiet=request.quiet) as progress:
        return pipeline.ingest(sources, progress)


def _detect(request: Request, pipeline: Pipeline, *, replay: bool = False) -> DetectSummary:
    events = pipeline.store.counts(tenant=request.tenant).events
    with DetectProgress(events, quiet=request.quiet) as progress:
        summary = pipeline.detect(progress, replay=replay)
    pipeline.triage()
    pipeline.correlate()
    return summary


def _report(request: Request, opened: Session, ingested: IngestSummary | None, detected: DetectSummary) -> None:
    found = sorted(opened.store.findings(tenant=request.tenant), key=lambda f: (-f.severity, f.first_time))
    if request.json:
        render.write_json(
            {
                "ingest": ingested.as_counts() if ingested else None,
                "dead_letters_by_reason": ingested.dead_letters if ingested else None,
                "detect": {
                    "events": detected.events,
                    "new_findings": detected.findings,
                    "replayed": detected.replayed,
                    "withdrawn": detected.withdrawn,
                },
                "findings": [render.as_document(finding) for finding in found],
            }
        )
        return
    console = render.output()
    if ingested:
        render.ingest_lines(ingested, console)
    if detected.replayed and detected.late:
        console.print("events older than the last look came in: everything was looked at again")
    console.print(f"{len(found):,} findings, {detected.findings:,} of them new")
    if detected.withdrawn:
        console.print(
            f"{detected.withdrawn:,} withdrawn: looking again no longer supports them (`hodoscope soc findings --all`)"
        )
    console.print()
    render.findings_table(found[:SHOWN_FINDINGS], console)
    if len(found) > SHOWN_FINDINGS:
        console.print(f"... and {len(found) - SHOWN_FINDINGS:,} more: hodoscope soc findings --limit 0")
    if found:
        at = f" --store {render.escape(request.store)}" if request.store else ""
        alerts = len(opened.journal.alerts.alerts(request.tenant))
        console.print(
            f"\nlook closer: hodoscope soc show {found[0].finding_id[: render.SHORT_ID]}{at}\n"
            f"work through them as {alerts:,} alerts: hodoscope soc alerts list{at}\n"
            f"or as incidents: hodoscope soc incidents list{at}",
            soft_wrap=True,
        )
