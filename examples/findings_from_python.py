"""The main path from Python: invented telemetry in, findings out. Run it in an empty folder."""

from datetime import UTC, datetime
from pathlib import Path

from hodoscope.soc.detection import DetectSummary
from hodoscope.soc.detectors.registry import build_all
from hodoscope.soc.enrich.operator_files import load_operator_files
from hodoscope.soc.ingestion import IngestSummary
from hodoscope.soc.normalise.mapping import shipped_mappings
from hodoscope.soc.pipeline import Pipeline
from hodoscope.soc.simulate import simulate
from hodoscope.soc.sources.discover import discover
from hodoscope.soc.sources.interface import Source
from hodoscope.soc.storage.event_store import open_store
from hodoscope.soc.storage.journal import open_journal


class Quiet:
    """Nobody watches; a command line would draw a bar."""

    def source(self, source: Source) -> None: ...

    def stored(self, source: Source | None, summary: IngestSummary) -> None: ...


def show(summary: DetectSummary) -> None:
    """Called after every page of events."""


def main() -> None:
    """Simulate two hours of a small company, then read, store and detect."""
    company = Path("company")
    simulate(company, hours=2, users=8, seed=7)
    knowledge, _ = load_operator_files([company / "operator"])
    store = open_store("chdb:store")
    journal = open_journal(Path("store/journal.sqlite"))
    try:
        path = Pipeline(
            store, journal, shipped_mappings(), build_all(), knowledge, "default", {}, lambda: datetime.now(UTC)
        )
        ingested = path.ingest(discover([str(company / "linux"), str(company / "aws")]), Quiet())
        path.detect(show)
        print(f"{ingested.stored} events")
        for finding in store.findings(tenant="default"):
            print(finding.severity.name, finding.title, *finding.attack)
    finally:
        journal.close()
        store.close()


if __name__ == "__main__":
    main()
