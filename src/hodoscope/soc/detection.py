"""Detection: the store's events in time order through every detector, findings exactly once.

Working on the store rather than on the input is what makes findings independent of file order, batch size and restarts:
the order is (time, event id), whatever way the events came in.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa

from hodoscope.soc.collector import collector_paused
from hodoscope.soc.detectors.evidence import rule_hash
from hodoscope.soc.detectors.interface import Detector
from hodoscope.soc.finding import Finding
from hodoscope.soc.storage.interface import Cursor, EventStore, Journal

_TOLD = "told since the first event"  # beside the detectors' states, none of which has such a name
BASE_COLUMNS = ("event_id", "tenant_id", "time", "entity_ids")


@dataclass(slots=True)
class DetectSummary:
    """What detection did in this pass."""

    events: int = 0
    findings: int = 0
    replayed: bool = False
    late: bool = False  # events at or before the last pass's end came in since
    withdrawn: int = 0  # findings that a look from the beginning no longer supports

    def add(self, other: "DetectSummary") -> None:
        """Join what another set of detectors did over the same events."""
        self.events = max(self.events, other.events)
        self.findings += other.findings
        self.replayed |= other.replayed
        self.late |= other.late
        self.withdrawn += other.withdrawn


@dataclass(slots=True)
class Detection:
    """One pass of a detector set over one tenant's events."""

    store: EventStore
    journal: Journal
    detectors: Sequence[Detector[Any]]
    tenant: str
    page_rows: int = 100_000
    commit_rows: int = 1_000_000
    summary: DetectSummary = field(default_factory=DetectSummary)
    states: dict[str, Any] = field(default_factory=dict)  # by detector name, as the last pass left them
    _told: set[str] | None = None  # ids found since the first event; None when this set began further on

    @property
    def set_id(self) -> str:
        """Hash of the detectors' names, versions, parameters and rules: another set has its own progress."""
        parts = [
            f"{d.spec.name}\0{d.spec.version}\0{sorted((k, p.value) for k, p in d.spec.parameters.items())}"
            + "".join(f"\0{rule}" for rule in sorted(d.spec.rule_hashes))
            for d in self.detectors
        ]
        return hashlib.sha256("\1".join(parts).encode()).hexdigest()[:32]

    def detect(
        self,
        progress: Callable[[DetectSummary], None],
        *,
        until: datetime | None = None,
        replay: bool = False,
        replay_late: bool = True,
        finish: bool = True,
    ) -> DetectSummary:
        """Detect from where the last pass ended; from the beginning when ``replay`` or when older events came in since.

        ``until`` (exclusive) is a follower's watermark; with ``replay_late`` false late events are only reported in the
        summary; ``finish`` also reports windows still open at the end. When everything from the first event to the end
        was looked at, findings of these detectors that were not found again are withdrawn.
        """
        key = self.set_id
        after, states = self._resume(key, replay=replay, replay_late=replay_late)
        self.states = states
        columns = tuple(dict.fromkeys((*BASE_COLUMNS, *(c for d in self.detectors for c in d.spec.columns))))
        where = _either([d.spec.where for d in self.detectors])
        uncommitted = 0
        while True:
            page = self.store.scan(columns, where, after, self.page_rows, tenant=self.tenant, until=until)
            if not page.num_rows:
                break
            with collector_paused():
                for detector in self.detectors:
                    self._publish(detector.detect(page, states[detector.spec.name]))
            after = _last(page)
            self.summary.events += page.num_rows
            uncommitted += page.num_rows
            if uncommitted >= self.commit_rows:
                self._commit(key, after, states)
                uncommitted = 0
            progress(self.summary)
            if page.num_rows < self.page_rows:
                break
        if after is not None and uncommitted:
            self._commit(key, after, states)
        if finish:
            for detector in self.detectors:
                self._publish(detector.finish(states[detector.spec.name]))
            self._withdraw(key, after, states)
        progress(self.summary)
        return self.summary

    def _resume(self, key: str, *, replay: bool, replay_late: bool) -> tuple[Cursor | None, dict[str, Any]]:
        progress = self.journal.detection(self.tenant, key)
        new = self.journal.new_events(self.tenant, key)
        late = progress.after is not None and new.earliest is not None and new.earliest <= progress.after.time
        self.summary.late = late
        if replay or (late and replay_late):
            self.journal.reset_detection(self.tenant, key)
            progress = self.journal.detection(self.tenant, key)
            self.summary.replayed = True
        self.journal.acknowledge(self.tenant, key, new)
        told = progress.states.get(_TOLD, None if progress.after else b"")
        self._told = None if told is None else set(told.decode().split())
        states = {
            d.spec.name: d.load(progress.states[d.spec.name]) if d.spec.name in progress.states else d.initial()
            for d in self.detectors
        }
        return progress.after, states

    def _commit(self, key: str, after: Cursor, states: dict[str, Any]) -> None:
        dumped = {d.spec.name: d.dump(states[d.spec.name]) for d in self.detectors}
        if self._told is not None:
            dumped[_TOLD] = " ".join(sorted(self._told)).encode()
        self.journal.commit_detection(self.tenant, key, after, dumped)

    def _withdraw(self, key: str, after: Cursor | None, states: dict[str, Any]) -> None:
        if self._told is None:
            return
        rules = {name for d in self.detectors for name in (rule_hash(d.spec), *d.spec.rule_hashes)}
        token = f"{key}-{after.time.isoformat()}-{after.event_id.hex()}" if after else key
        self.summary.withdrawn = self.store.withdraw_findings(rules, self._told, tenant=self.tenant, token=token)
        self._told = None
        if after is not None:
            self._commit(key, after, states)

    def _publish(self, findings: Sequence[Finding] | Any) -> None:
        batch = list(findings)
        if self._told is not None:
            self._told.update(finding.finding_id for finding in batch)
        if batch:
            token = hashlib.sha256("".join(finding.finding_id for finding in batch).encode()).hexdigest()[:32]
            self.summary.findings += self.store.insert_findings(batch, token)


def _either(conditions: Sequence[str]) -> str:
    if any(not condition for condition in conditions):
        return ""
    return " OR ".join(f"({condition})" for condition in dict.fromkeys(conditions))


def _last(page: pa.Table) -> Cursor:
    row = page.slice(page.num_rows - 1, 1)
    return Cursor(row.column("time")[0].as_py(), row.column("event_id")[0].as_py())
