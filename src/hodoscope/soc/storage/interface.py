"""The two storage ports: the event store (analytic, append only) and the journal (transactional, small).

Crash safety is one protocol over both, per batch: ``Journal.begin_batch`` → :class:`KnownIds` mask →
``EventStore.insert_events`` → ``insert_dead_letters`` → ``Journal.commit_batch``; and per page of detection:
``EventStore.scan`` → detectors → ``insert_findings`` → ``Journal.commit_detection``. A crash between any two steps is
repaired by running the same step again: what is already stored is recognised by its id, never by a token alone.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

import pyarrow as pa

from hodoscope.soc.finding import Finding
from hodoscope.soc.record import SkippedRecord
from hodoscope.soc.storage.alert_book import AlertBook
from hodoscope.soc.storage.incident_book import IncidentBook


class Cursor(NamedTuple):
    """A place in the total order of a tenant's events; scanning resumes strictly after it."""

    time: datetime
    event_id: bytes


@dataclass(frozen=True, slots=True)
class Counts:
    """What a store holds. ``first_time``/``last_time`` leave out events without a time."""

    events: int
    events_without_time: int
    findings: int
    formats: Mapping[str, int]
    dead_letters: Mapping[str, int]  # by reason
    first_time: datetime | None
    last_time: datetime | None


class IdBucket(NamedTuple):
    """Stored events that share a UTC day (days since 1970) or, with ``day`` None, have an assumed or missing time."""

    day: int | None
    events: int


class EventStore(Protocol):
    """Events, findings and dead letters. All times are UTC microseconds; nothing is ever updated or deleted.

    Every method raises ``StoreError`` with a remedy. A store is used by the process that opened it, from any thread.
    """

    def insert_events(self, events: pa.Table, token: str) -> None:
        """Store an event table (see :mod:`hodoscope.soc.event`) as one atomic block.

        The caller has removed rows already stored. ``token`` names the batch; the same token with the same rows is
        accepted once.
        """

    def insert_findings(self, findings: Sequence[Finding], token: str) -> int:
        """Store new findings and fuller versions of stored ones; how many ids are new.

        A window that was still open when it was first told is told again with more events. Readers get the fullest
        version (most events, then the latest); no version is changed or removed. A withdrawn finding that is told again
        is new again.
        """

    def withdraw_findings(self, rule_hashes: Collection[str], kept: Collection[str], *, tenant: str, token: str) -> int:
        """Store a withdrawn version of every finding of these rules whose id is not among ``kept``; how many.

        Nothing is removed: readers leave withdrawn findings out unless asked for. A store with a time to live withdraws
        nothing, because the events that supported a finding may be gone.
        """

    def insert_dead_letters(self, skipped: Sequence[SkippedRecord], tenant: str, token: str) -> int:
        """Store dead letters not stored yet (same source, position and reason); how many those were."""

    def id_buckets(self, tenant: str) -> list[IdBucket]:
        """How many events each bucket of the id index holds."""

    def event_ids(self, tenant: str, day: int | None) -> pa.Array:
        """Ids of one bucket, in no order."""

    def scan(
        self,
        columns: Sequence[str],
        where: str,
        after: Cursor | None,
        limit: int,
        *,
        tenant: str,
        until: datetime | None = None,
    ) -> pa.Table:
        """The next ``limit`` events that have a time, sorted by (time, event_id).

        ``where`` is a trusted SQL condition (empty: all); ``until`` excludes events at or after it.
        """

    def findings(self, *, tenant: str, where: str = "", limit: int = 0, withdrawn: bool = False) -> list[Finding]:
        """Findings, newest ``last_time`` first; ``limit`` 0 means all; ``withdrawn`` includes those."""

    def finding_columns(self, columns: Sequence[str], *, tenant: str) -> pa.Table:
        """Some columns of every finding, withdrawn ones included (``revision`` tells), newest ``last_time`` first."""

    def finding(self, finding_id: str, *, tenant: str) -> Finding | None:
        """One finding, withdrawn or not, by its 32 hex digits, or by a prefix of them that is unique."""

    def known_findings(self, finding_ids: Sequence[str], *, tenant: str) -> set[str]:
        """Those of the ids that are stored."""

    def context(
        self,
        entity_ids: Sequence[str],
        first: datetime,
        last: datetime,
        *,
        tenant: str,
        minutes: float = 15,
        columns: Sequence[str] | None = None,
        limit: int = 1000,
    ) -> pa.Table:
        """Events of any of the entities from ``minutes`` before ``first`` to ``minutes`` after ``last``, by time.

        ``columns`` None reads the ones an analyst looks at first.
        """

    def counts(self, *, tenant: str) -> Counts:
        """What the store holds for a tenant."""

    def query(self, sql: str, params: Mapping[str, object] | None = None) -> pa.Table:
        """Any query of the store's own dialect; values travel as ``{name:Type}`` parameters."""

    def close(self) -> None:
        """Release the store; idempotent."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a source is stored. ``position`` is a former ``RawBatch.end``."""

    position: int
    records: int
    batches: int
    last_position: int | None = None  # of the last stored record, None before the first
    last_digest: str = ""


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """What the journal knows of a source. ``path`` is where it was last seen, for people only."""

    source_id: str
    path: str
    format: str
    prefix_length: int
    prefix_digest: str  # of the first prefix_length bytes: how a source that grew is known again
    size: int | None


@dataclass(frozen=True, slots=True)
class BatchIntent:
    """A batch range recorded before its insert and not committed: what a crash may have left half done."""

    token: str
    source_id: str
    start: int
    end: int | None


@dataclass(frozen=True, slots=True)
class DetectionProgress:
    """How far a detector set has come and the states it had there; ``after`` None means from the beginning."""

    after: Cursor | None
    states: Mapping[str, bytes] = field(default_factory=dict)


class NewEvents(NamedTuple):
    """Batches committed since a detector set took note: smallest event time (None: none new) and the last batch."""

    earliest: datetime | None
    last_batch: int


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the pipeline; ``finished`` None while it runs or after it was killed."""

    run_id: int
    kind: str
    started: datetime
    finished: datetime | None
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RuleUse:
    """How often a rule has hit, when first and last, and what looking for it has cost."""

    hits: int
    first: datetime | None  # None while it has not hit
    last: datetime | None
    cpu_seconds: float


class Journal(Protocol):
    """Workflow state in transactions. Every method is durable when it returns and raises ``StoreError``."""

    @property
    def alerts(self) -> AlertBook:
        """Alerts, verdicts and suppressions, in the same database."""

    @property
    def incidents(self) -> IncidentBook:
        """Incidents and the ids that merged into them, in the same database."""

    def together(self) -> AbstractContextManager[None]:
        """All calls inside become one transaction, durable when the block ends: a thousand small files cost two waits
        for the disk instead of three thousand. Do not nest."""

    def record_source(self, tenant: str, source: SourceRecord) -> None:
        """Remember or refresh what is known of a source."""

    def sources(self, tenant: str) -> list[SourceRecord]:
        """All sources ever seen, by id."""

    def checkpoint(self, tenant: str, source_id: str) -> Checkpoint:
        """Where reading resumes; position 0 for an unknown source."""

    def begin_batch(self, tenant: str, source_id: str, start: int, end: int | None) -> str:
        """Record the range about to be stored and return its token.

        The same (tenant, source, start) gives the same token until it is committed, whatever ``end`` is.
        """

    def commit_batch(
        self,
        tenant: str,
        source_id: str,
        token: str,
        end: int,
        records: int,
        earliest: datetime | None,
        last: tuple[int, str] | None = None,
    ) -> None:
        """Advance the checkpoint to ``end``.

        ``earliest`` is the smallest event time of the batch, if any; ``last`` the position and digest of its last
        record, None when it held none (the former ones stay).
        """

    def pending_batches(self, tenant: str) -> list[BatchIntent]:
        """Batches begun and never committed."""

    def detection(self, tenant: str, detectors: str) -> DetectionProgress:
        """Where a detector set stands; ``detectors`` is a hash over names, versions and parameters."""

    def commit_detection(self, tenant: str, detectors: str, after: Cursor, states: Mapping[str, bytes]) -> None:
        """Advance the cursor and replace all states, in one transaction."""

    def reset_detection(self, tenant: str, detectors: str) -> None:
        """Forget cursor and states, so that the next pass starts from the beginning."""

    def new_events(self, tenant: str, detectors: str) -> NewEvents:
        """What was committed since :meth:`acknowledge`; ``earliest`` at or before the cursor means late events."""

    def acknowledge(self, tenant: str, detectors: str, new: NewEvents) -> None:
        """Detection took note of these batches; later ones stay new."""

    def start_run(self, kind: str, started: datetime) -> int:
        """Open a run record; its id."""

    def finish_run(self, run_id: int, finished: datetime, counts: Mapping[str, int]) -> None:
        """Close a run record."""

    def runs(self, limit: int = 20) -> list[Run]:
        """The latest runs, newest first."""

    def record_rule_use(self, tenant: str, uses: Mapping[str, RuleUse]) -> None:
        """Replace what is known of these rules by id; ``cpu_seconds`` are added to what was spent before."""

    def rule_use(self, tenant: str) -> dict[str, RuleUse]:
        """By rule id, every rule ever recorded."""

    def close(self) -> None:
        """Release the file; idempotent."""
