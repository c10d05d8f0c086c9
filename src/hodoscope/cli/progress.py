"""Live progress on standard error: bytes read, events per second and the time left. Silent when it is no terminal."""

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeRemainingColumn

from hodoscope.cli.render import escape
from hodoscope.soc.detection import DetectSummary
from hodoscope.soc.ingestion import IngestSummary
from hodoscope.soc.sigma.hunting.hunt import HuntProgress
from hodoscope.soc.sources.interface import Source

console = Console(stderr=True)


class _Bar:
    """A bar that shows while its block runs."""

    _bar: Progress

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()


class IngestProgress(_Bar):
    """Shows ingestion; a :class:`hodoscope.soc.ingestion.Watcher`. Without a terminal it prints a line now and then."""

    def __init__(self, total_bytes: int | None, *, quiet: bool) -> None:
        self._quiet = quiet
        self._live = console.is_terminal and not quiet
        self._bar = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(), console=console, transient=True, disable=not self._live,
        )  # fmt: skip
        self._task: TaskID = self._bar.add_task("reading", total=total_bytes, rate="")
        self._started = time.monotonic()
        self._printed = self._started
        self._before = 0
        self._current: Source | None = None

    def source(self, source: Source) -> None:
        if self._current is not None:
            self._before += self._current.size or 0
        self._current = source
        self._bar.update(self._task, description=f"reading {escape(source.path[-48:])}")

    def stored(self, source: Source | None, summary: IngestSummary) -> None:
        now = time.monotonic()
        rate = summary.records / max(now - self._started, 1e-3)
        text = f"{summary.records:,} records, {rate:,.0f}/s"
        done = self._before + (source.consumed() if source is not None else 0)
        self._bar.update(self._task, completed=done, rate=text)
        if not self._live and not self._quiet and now - self._printed > 5:
            self._printed = now
            sys.stderr.write(f"reading: {text}\n")


class DetectProgress(_Bar):
    """Shows detection over a known number of events (an upper bound: detectors read only what they need)."""

    def __init__(self, events: int, *, quiet: bool) -> None:
        self._live = console.is_terminal and not quiet
        self._bar = Progress(
            SpinnerColumn(), TextColumn("detecting"), BarColumn(), TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(), console=console, transient=True, disable=not self._live,
        )  # fmt: skip
        self._task = self._bar.add_task("detecting", total=events, rate="")
        self._started = time.monotonic()

    def __call__(self, summary: DetectSummary) -> None:
        rate = summary.events / max(time.monotonic() - self._started, 1e-3)
        self._bar.update(
            self._task,
            completed=summary.events,
            rate=f"{summary.events:,} events, {rate:,.0f}/s, {summary.findings} findings",
        )


class HuntBar(_Bar):
    """Shows a hunt."""

    def __init__(self, *, quiet: bool) -> None:
        self._bar = Progress(
            SpinnerColumn(), TextColumn("hunting"), BarColumn(), TextColumn("{task.fields[hits]}"),
            TimeRemainingColumn(), console=console, transient=True, disable=quiet or not console.is_terminal,
        )  # fmt: skip
        self._task = self._bar.add_task("hunting", total=None, hits="")

    def __call__(self, progress: HuntProgress) -> None:
        hits = f"{progress.events:,} of {progress.total:,} events, {progress.hits:,} hits"
        self._bar.update(self._task, completed=progress.events, total=progress.total, hits=hits)
