"""``--follow``: read what is appended, detect behind a watermark, print findings as they come."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import orjson

from hodoscope.cli import render
from hodoscope.cli.progress import IngestProgress
from hodoscope.cli.sources import known_sources
from hodoscope.soc.detection import DetectSummary
from hodoscope.soc.detectors.interface import Detector
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

    Each group of detectors stays behind the newest event by the lateness it asks for, so that a password guess is not
    told an hour late because a beacon needs an hour; when nothing came in for that long the group catches up. Events
    later than that are stored and counted, and looked at by ``hodoscope soc detect --replay``.
    """
    follower = Follower(paths, format=log_format)
    groups = _by_lateness(pipeline)
    printed = {finding.finding_id for finding in pipeline.store.findings(tenant=pipeline.tenant)}
    last_change = last_pass = clock()
    while not stop():
        changed = follower.changes(known_sources(pipeline.journal, pipeline.tenant))
        if changed and pipeline.ingest(changed, IngestProgress(None, quiet=True)).stored:
            last_change = clock()
            for group in groups:
                group.waiting = True
        idle, due = clock() - last_change, clock() - last_pass >= ROUND_SECONDS
        passes = [group.catch_up(idle, due=due) for group in groups]
        if any(summary is not None for summary in passes):
            last_pass = clock()
        if any(summary is not None and summary.late for summary in passes):
            sys.stderr.write("late events were stored; `hodoscope soc detect --replay` looks at them\n")
        if any(summary is not None and summary.findings for summary in passes):
            _print_new(pipeline, printed, json=json)
        sleep(POLL_SECONDS)


@dataclass(slots=True)
class _Group:
    """Detectors of one lateness, with progress of their own."""

    pipeline: Pipeline
    lateness: float
    waiting: bool = True

    def catch_up(self, idle: float, *, due: bool) -> DetectSummary | None:
        """A pass up to the watermark, or to the end once it was quiet for long enough; None when nothing is to do."""
        quiet = idle >= self.lateness
        if not self.waiting or not (quiet or due):
            return None
        until = None if quiet else _watermark(self.pipeline, self.lateness)
        self.waiting = not quiet
        return self.pipeline.detect(lambda _: None, replay_late=False, until=until, finish=quiet)


def _by_lateness(pipeline: Pipeline) -> list[_Group]:
    groups: dict[int, list[Detector[Any]]] = {}
    for detector in pipeline.detectors:
        groups.setdefault(detector.spec.lateness_seconds, []).append(detector)
    return [_Group(replace(pipeline, detectors=group), lateness) for lateness, group in sorted(groups.items())]


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
