"""The main path: read → normalise → enrich → store → detect → triage → correlate. It fits one screen on purpose."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from hodoscope.soc.alerting import AlertSummary, update_alerts
from hodoscope.soc.detection import Detection, DetectSummary
from hodoscope.soc.detectors.interface import Detector
from hodoscope.soc.enrich.enrich import enrich
from hodoscope.soc.enrich.knowledge import Knowledge
from hodoscope.soc.incident_pass import IncidentSummary, update_incidents
from hodoscope.soc.ingestion import BatchSize, Ingestion, IngestSummary, Watcher
from hodoscope.soc.normalise.mapping import FormatMapping
from hodoscope.soc.record import SkippedRecord
from hodoscope.soc.sigma.detector import SigmaDetector
from hodoscope.soc.sigma.stored_kinds import stored_kinds
from hodoscope.soc.sources.interface import Source
from hodoscope.soc.storage.interface import EventStore, Journal


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One tenant's path from sources to findings over one store."""

    store: EventStore
    journal: Journal
    mappings: Mapping[str, FormatMapping]
    detectors: Sequence[Detector[Any]]
    knowledge: Knowledge
    tenant: str
    options: Mapping[str, str]
    clock: Callable[[], datetime]
    batch: BatchSize = field(default_factory=BatchSize)
    page_rows: int = 100_000
    commit_rows: int = 1_000_000

    def ingest(self, sources: Iterable[Source | SkippedRecord], watcher: Watcher) -> IngestSummary:
        """Read, normalise, enrich and store what is new in the sources."""
        run = self.journal.start_run("ingest", self.clock())
        step = Ingestion(
            self.store,
            self.journal,
            self.mappings,
            partial(enrich, knowledge=self.knowledge),
            self.tenant,
            self.options,
            self.batch,
        )
        summary = step.ingest(sources, watcher)
        self.journal.finish_run(run, self.clock(), summary.as_counts())
        return summary

    def detect(
        self,
        progress: Callable[[DetectSummary], None],
        *,
        replay: bool = False,
        replay_late: bool = True,
        until: datetime | None = None,
        finish: bool = True,
    ) -> DetectSummary:
        """Run every detector over what is stored and not yet looked at.

        Detectors that carry rules of their own go apart, with progress of their own: when a rule is added they alone
        look at everything again.
        """
        run = self.journal.start_run("detect", self.clock())
        summary = DetectSummary()
        for group in _apart(self.detectors):
            for detector in group:
                if isinstance(detector, SigmaDetector):
                    detector.read_kinds(stored_kinds(self.store, self.tenant))
            step = Detection(self.store, self.journal, group, self.tenant, self.page_rows, self.commit_rows)
            summary.add(step.detect(progress, until=until, replay=replay, replay_late=replay_late, finish=finish))
            for detector in group:
                if isinstance(detector, SigmaDetector):
                    self.journal.record_rule_use(self.tenant, detector.new_use(step.states[detector.spec.name]))
        counts = {"events": summary.events, "findings": summary.findings, "withdrawn": summary.withdrawn}
        self.journal.finish_run(run, self.clock(), counts)
        return summary

    def triage(self) -> AlertSummary:
        """Findings that no alert holds yet into alerts."""
        return update_alerts(self.store, self.journal, self.tenant, self.knowledge.asset_criticality)

    def correlate(self) -> IncidentSummary:
        """Alerts that share what is rare into incidents."""
        return update_incidents(self.journal, self.tenant)

    def hand_over(self, former: Detector[Any], detector: Detector[Any]) -> None:
        """Let a detector go on where one with other rules stands, with the state that still means something to it."""
        steps = [Detection(self.store, self.journal, [one], self.tenant) for one in (former, detector)]
        old, new = (step.set_id for step in steps)
        progress = self.journal.detection(self.tenant, old)
        if old == new or progress.after is None:
            return
        state = detector.dump(detector.load(progress.states[former.spec.name]))
        self.journal.commit_detection(self.tenant, new, progress.after, {detector.spec.name: state})
        self.journal.acknowledge(self.tenant, new, self.journal.new_events(self.tenant, new))


def _apart(detectors: Sequence[Detector[Any]]) -> list[list[Detector[Any]]]:
    plain = [detector for detector in detectors if not detector.spec.rule_hashes]
    carrying = [[detector] for detector in detectors if detector.spec.rule_hashes]
    return [plain, *carrying] if plain else carrying
