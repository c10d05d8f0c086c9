"""``--follow``: read what is appended, detect behind a watermark, print findings as they come."""

import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import orjson

from hodoscope.cli import render
from hodoscope.cli.progress import IngestProgress
from hodoscope.cli.sources import known_sources
from hodoscope.soc.finding import Finding
from hodoscope.soc.pipeline import Pipeline
from hodoscope.soc.sources.follow import Follower

POLL_SECONDS = 1.0
ROUND_SECONDS = 5.0
"""Seconds between detection passes; reading polls more often."""


def follow(
    paths: list[str],
    log_format: str | None,
    pipeline: Pipeline,
    *,
    json: bool,
    stop: Callable[[], bool] = lambda: False,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Run until ``stop`` or Ctrl-C.

    Detection stays behind the newest event by the largest lateness a detector asks for; when nothing came in for that
    long it catches up. Events later than that are stored and counted, and looked at by ``hodoscope soc detect
    --replay``.
    """
    follower = Follower(paths, format=log_format)
    lateness = max((d.spec.lateness_seconds for d in pipeline.detectors), default=0)
    printed = {finding.finding_id for finding in pipeline.store.findings(tenant=pipeline.tenant)}
    last_change = last_pass = clock()
    waiting = True
    while not stop():
        changed = follower.changes(known_sources(pipeline.journal, pipeline.tenant))
        if changed:
            stored = pipeline.ingest(changed, IngestProgress(None, quiet=True)).stored
            last_change = clock() if stored else last_change
            waiting = waiting or bool(stored)
        quiet = clock() - last_change >= lateness
        if waiting and (quiet or clock() - last_pass >= ROUND_SECONDS):
            until = None if quiet else _watermark(pipeline, lateness)
            summary = pipeline.detect(lambda _: None, replay_late=False, until=until, finish=quiet)
            if summary.late:
                sys.stderr.write("late events were stored; `hodoscope soc detect --replay` looks at them\n")
            if summary.findings:
                _print_new(pipeline, printed, json=json)
            last_pass = clock()
            waiting = not quiet
        sleep(POLL_SECONDS)


def _watermark(pipeline: Pipeline, lateness: float) -> datetime | None:
    newest = pipeline.store.counts(tenant=pipeline.tenant).last_time
    return newest - timedelta(seconds=lateness) if newest else None


def _print_new(pipeline: Pipeline, printed: set[str], *, json: bool) -> None:
    new: list[Finding] = [f for f in pipeline.store.findings(tenant=pipeline.tenant) if f.finding_id not in printed]
    for finding in sorted(new, key=lambda finding: finding.first_time):
        printed.add(finding.finding_id)
        if json:
            sys.stdout.write(orjson.dumps(render.as_document(finding), default=str).decode() + "\n")
        else:
            render.output().print(
                f"{finding.first_time:%Y-%m-%d %H:%M:%S} {finding.severity.name.lower():8} "
                f"{render.escape(finding.title)} [dim]{finding.finding_id[: render.SHORT_ID]}[/]",
                soft_wrap=True,
            )
    sys.stdout.flush()
