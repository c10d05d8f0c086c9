"""The real main path over a fresh store and real files, for tests."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hodoscope.cli.session import mappings
from hodoscope.cli.sources import open_sources
from hodoscope.soc.detection import DetectSummary
from hodoscope.soc.detectors.interface import Detector
from hodoscope.soc.detectors.registry import build_all
from hodoscope.soc.enrich.knowledge import Knowledge
from hodoscope.soc.event import utc_now
from hodoscope.soc.ingestion import BatchSize, IngestSummary
from hodoscope.soc.pipeline import Pipeline
from hodoscope.soc.sources.interface import Source
from hodoscope.soc.storage.journal import open_journal
from tests.support.store import fresh_store

YEAR = {"year": "2024"}


class Silent:
    """A watcher that only remembers what it was told."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.records: list[int] = []

    def source(self, source: Source) -> None:
        self.opened.append(source.path)

    def stored(self, source: Source | None, summary: IngestSummary) -> None:
        self.records.append(summary.records)


@contextmanager
def fresh_pipeline(
    *, records: int = 20_000, page_rows: int = 100_000, detectors: Sequence[Detector[Any]] | None = None
) -> Iterator[Pipeline]:
    """The main path with all shipped mappings and detectors (or those) over an empty store; commits every page."""
    with TemporaryDirectory() as folder, fresh_store() as store:
        journal = open_journal(Path(folder) / "journal.sqlite")
        try:
            yield Pipeline(
                store, journal, mappings(None), build_all() if detectors is None else detectors, Knowledge(), "default",
                YEAR, utc_now,
                BatchSize(records), page_rows, page_rows,
            )  # fmt: skip
        finally:
            journal.close()


def ingest(pipeline: Pipeline, *paths: Path, log_format: str | None = None) -> IngestSummary:
    """Everything below the paths into the store, as the command line does it."""
    sources = open_sources([str(path) for path in paths], log_format, pipeline.journal, pipeline.tenant)
    return pipeline.ingest(sources, Silent())


def detect(pipeline: Pipeline, *, replay: bool = False) -> DetectSummary:
    """One pass of every detector."""
    return pipeline.detect(lambda _: None, replay=replay)


def with_batches(pipeline: Pipeline, records: int) -> Pipeline:
    """The same path reading smaller batches."""
    return replace(pipeline, batch=BatchSize(records))


def findings(pipeline: Pipeline) -> list[tuple[str, str, int]]:
    """Id, title and event count of every finding, sorted."""
    found = pipeline.store.findings(tenant=pipeline.tenant)
    return sorted((finding.finding_id, finding.title, finding.event_count) for finding in found)


def guessing(minutes: range, *, ok_at: int | None = None, address: str = "203.0.113.9") -> str:
    """Lines of ``auth.log``: twenty wrong passwords a minute, and one right one after them."""
    line = "Mar  3 10:{m:02}:{s:02} gate sshd[{n}]: {what} password for root from {address} port {n} ssh2\n"
    lines = [
        line.format(m=m, s=s * 3, n=40_000 + m * 60 + s, what="Failed", address=address)
        for m in minutes
        for s in range(20)
    ]
    if ok_at is not None:
        lines.append(line.format(m=ok_at, s=59, n=50_000 + ok_at, what="Accepted", address=address))
    return "".join(lines)
