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
from hodoscope.cli.rule_watch import RuleWatch
from hodoscope.cli.sources import known_sources
from hodoscope.soc.detection import DetectSummary
from hodoscope.soc.detectors.interface import Detector
from hodoscope.soc.finding import Finding
from hodoscope.soc.pipeline import Pipeline
from hodoscope.soc.sigma.detector import SigmaDetector
from hodoscope.soc.sources.follow import Follower

POLL_SECONDS = 1.0
ROUND_SECONDS = 5.0
"""Seconds between detection passes; reading polls more often."""
REPLAY_EVENTS, REPLAY_SECONDS = 1_000_000, 300.0
"""Late events make a group look at everything again by itself when no more than so many events are stored (some ten
seconds of one core) and so long after it last did: at most some three per cent of its time."""


def follow(
    paths: list[str],
    log_format: str | None,
    pipeline: Pipeline,
    *,
    json: bool,
    watch: RuleWatch | None = None,
    stop: Callable[[], bool] = lambda: False,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Run until ``stop`` or Ctrl-C.

    Each group of detectors stays behind the newest event by the lateness it asks for, so that a password guess is not
    told an hour late because a beacon needs an hour; when nothing came in for that long the group catches up. For
    events later than that the group looks at everything again, unless the store is too large for it (see
    :data:`REPLAY_EVENTS`): then ``hodoscope soc detect --replay`` is advised. When rule files change, ``watch`` gives a
    detector that goes on where the former one stands.
    """
    follower = Follower(paths, format=log_format)
    groups = _by_lateness(pipeline)
    printed = {finding.finding_id for finding in pipeline.store.findings(tenant=pipeline.tenant)}
    last_change = last_pass = last_look = clock()
    while not stop():
        changed = follower.changes(known_sources(pipeline.journal, pipeline.tenant))
        if changed and pipeline.ingest(changed, IngestProgress(None, quiet=True)).stored:
            last_change = clock()
            for group in groups:
                group.waiting = True
        if watch and clock() - last_look >= ROUND_SECONDS:
            last_look = clock()
            if (detector := watch.changed()) is not None:
                groups = [group.with_rules(detector) for group in groups]
        idle, due = clock() - last_change, clock() - last_pass >= ROUND_SECONDS
        passes = [done for group in groups if (done := group.catch_up(clock(), idle, due=due)) is not None]
        if passes:
            last_pass = clock()
        if any(group.too_many for group in groups):
            sys.stderr.write(
                "late events were stored, too many events to look at again while following; "
                "`hodoscope soc detect --replay` does\n"
            )
        if withdrawn := sum(summary.withdrawn for summary in passes):
            sys.stderr.write(f"{withdrawn} findings withdrawn; `hodoscope soc findings --all` shows them\n")
        if any(summary.findings for summary in passes):
            pipeline.triage()
            pipeline.correlate()
            _print_new(pipeline, printed, json=json)
        sleep(POLL_SECONDS)


@dataclass(slots=True)
class _Group:
    """Detectors of one lateness, with progress of their own."""

    pipeline: Pipeline
    lateness: float
    waiting: bool = True
    late: bool = False  # events came in that a replay alone can look at
    too_many: bool = False  # and there are too many for one
    replayed: float = float("-inf")

    def with_rules(self, detector: SigmaDetector) -> "_Group":
        """The same group with other rules, if it has rules: nothing is looked at twice and nothing left out."""
        former = [one for one in self.pipeline.detectors if isinstance(one, SigmaDetector)]
        if not former:
            return self
        self.pipeline.hand_over(former[0], detector)
        others = [one for one in self.pipeline.detectors if one is not former[0]]
        return replace(self, pipeline=replace(self.pipeline, detectors=[*others, detector]))

    def catch_up(self, now: float, idle: float, *, due: bool) -> DetectSummary | None:
        """A pass up to the watermark, or to the end once it was quiet for long enough; None when nothing is to do."""
        self.too_many = False
        quiet, replay = idle >= self.lateness, self.late and now - self.replayed >= REPLAY_SECONDS
        if not replay and (not self.waiting or not (quiet or due)):
            return None
        if replay:
            self.too_many = self.pipeline.store.counts(tenant=self.pipeline.tenant).events > REPLAY_EVENTS
            replay, self.late, self.replayed = not self.too_many, False, now
        until = None if quiet else _watermark(self.pipeline, self.lateness)
        self.waiting = not quiet
        summary = self.pipeline.detect(lambda _: None, replay=replay, replay_late=False, until=until, finish=quiet)
        self.late = not replay and (self.late or summary.late)
        return summary


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
