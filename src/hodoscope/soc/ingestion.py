"""Ingestion: sources → normalised, enriched events in the store, each exactly once.

Small sources are stored together, so that a thousand hourly logs do not cost a thousand inserts. The protocol per
flush: ranges recorded → rows already stored removed by id → events → dead letters → checkpoints. A crash anywhere is
repaired by reading again from the checkpoints.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.soc.collector import collector_paused
from hodoscope.soc.event import TimeQuality
from hodoscope.soc.format_routing import FormatRouting, unified
from hodoscope.soc.normalise.engine import missing_time
from hodoscope.soc.normalise.interface import Normalised
from hodoscope.soc.normalise.mapping import FormatMapping
from hodoscope.soc.record import RawBatch, SkippedRecord
from hodoscope.soc.sources.fingerprint import digest_of
from hodoscope.soc.sources.interface import Source
from hodoscope.soc.storage.interface import EventStore, Journal, SourceRecord
from hodoscope.soc.storage.known_ids import KnownIds

Enrich = Callable[[pa.Table], pa.Table]


HARMLESS_REASONS = frozenset(("duplicate", "empty", "hidden file", "editor leftover"))
"""Reasons to pass over a whole file that lose nothing: counted, but no dead letter."""


@dataclass(frozen=True, slots=True)
class BatchSize:
    """How much is read and stored at once. Results never depend on it."""

    records: int = 60_000
    size_bytes: int = 32 * 2**20


class Watcher(Protocol):
    """Who shows progress. Both calls are cheap and may come often."""

    def source(self, source: Source) -> None:
        """A source is opened."""

    def stored(self, source: Source | None, summary: "IngestSummary") -> None:
        """Something was read or stored."""


@dataclass(slots=True)
class IngestSummary:
    """What happened: every record read is in exactly one of stored, duplicate or dead letters (blank lines in none)."""

    sources: int = 0
    records: int = 0
    stored: int = 0
    duplicates: int = 0
    without_time: int = 0
    dead_letters: Counter[str] = field(default_factory=Counter)
    formats: Counter[str] = field(default_factory=Counter)
    skipped_sources: Counter[str] = field(default_factory=Counter)

    def as_counts(self) -> dict[str, int]:
        """Flat numbers for the journal and ``--json``."""
        return {
            "sources": self.sources,
            "records": self.records,
            "stored": self.stored,
            "duplicates": self.duplicates,
            "without_time": self.without_time,
            "dead_letters": self.dead_letters.total(),
        }


@dataclass(slots=True)
class _Pending:
    source_id: str
    start: int
    end: int
    records: int
    last: tuple[int, str] | None  # position and digest of the last record
    normalised: Normalised


@dataclass(slots=True)
class Ingestion:
    """One ingestion into one store. Not thread-safe; ``close`` stores what is still held."""

    store: EventStore
    journal: Journal
    mappings: Mapping[str, FormatMapping]
    enrich: Enrich
    tenant: str
    options: Mapping[str, str] = field(default_factory=dict)
    batch: BatchSize = field(default_factory=BatchSize)
    summary: IngestSummary = field(default_factory=IngestSummary)
    _routing: FormatRouting = field(init=False)
    _known: KnownIds = field(init=False)
    _interrupted: frozenset[str] = field(init=False)
    _pending: list[_Pending] = field(default_factory=list)
    _unrecorded: list[SourceRecord] = field(default_factory=list)
    _held: tuple[int, int] = (0, 0)  # rows and bytes of what is pending

    def __post_init__(self) -> None:
        self._routing = FormatRouting(self.mappings, self.tenant, self.options)
        self._known = KnownIds(self.store, self.tenant)
        self._interrupted = frozenset(intent.source_id for intent in self.journal.pending_batches(self.tenant))

    def ingest(self, sources: Iterable[Source | SkippedRecord], watcher: Watcher) -> IngestSummary:
        """Read every source from its checkpoint to its end."""
        for source in sources:
            if isinstance(source, SkippedRecord):
                self.summary.skipped_sources[source.reason] += 1
                if source.reason not in HARMLESS_REASONS:
                    self._dead([source])
                continue
            self.summary.sources += 1
            watcher.source(source)
            self._unrecorded.append(
                SourceRecord(source.source_id, source.path, source.format, *source.prefix, source.size)
            )
            start = self.journal.checkpoint(self.tenant, source.source_id).position
            with collector_paused():
                for batch in source.read(start, self.batch.records, self.batch.size_bytes):
                    self._take(batch, start)
                    start = batch.end
                    watcher.stored(source, self.summary)
        self.flush()
        watcher.stored(None, self.summary)
        return self.summary

    def _take(self, batch: RawBatch, start: int) -> None:
        normalised = self._routing.normalise(batch)
        # A last line without its end is read again when it has one: the last whole record is what marks the place.
        whole = bisect_left(batch.positions, batch.end)
        last = (batch.positions[whole - 1], digest_of(batch.records[whole - 1])) if whole else None
        self._pending.append(_Pending(batch.source_id, start, batch.end, len(batch.records), last, normalised))
        self.summary.records += len(batch.records)
        rows, size = self._held[0] + normalised.events.num_rows, self._held[1] + normalised.events.nbytes
        self._held = rows, size
        if rows >= self.batch.records // 2 or size >= self.batch.size_bytes:
            self.flush()

    def flush(self) -> None:
        """Store what is pending and advance the checkpoints."""
        pending, self._pending, self._held = self._pending, [], (0, 0)
        tokens = self._begin(pending)
        if not pending:
            return
        skipped = [item for entry in pending for item in entry.normalised.skipped]
        tables = [entry.normalised.events for entry in pending if entry.normalised.events.num_rows]
        earliest: datetime | None = None
        if tables:
            events = tables[0] if len(tables) == 1 else unified(tables)
            identity = [_array(events.column(name)) for name in ("event_id", "time", "time_quality")]
            mask = self._known.new_mask(*identity)
            new = events if mask.all() else events.filter(pa.array(mask))
            self.summary.duplicates += events.num_rows - new.num_rows
            if new.num_rows:
                new = self.enrich(new)
                self.store.insert_events(new, tokens[0])
                self._count(new)
            # Rows of a batch that a crash cut short may be stored without any detector knowing: count them as new.
            interrupted = not self._interrupted.isdisjoint(entry.source_id for entry in pending)
            earliest = _earliest(events if interrupted else new)
        if skipped:
            self.store.insert_dead_letters(skipped, self.tenant, tokens[0])
            self._dead(skipped, store=False)
        with self.journal.together():
            for entry, token in zip(pending, tokens, strict=True):
                self.journal.commit_batch(
                    self.tenant, entry.source_id, token, entry.end, entry.records, earliest, entry.last
                )

    def _begin(self, pending: list[_Pending]) -> list[str]:
        """Record sources and ranges before anything of them is stored; one token per range."""
        unrecorded, self._unrecorded = self._unrecorded, []
        if not pending and not unrecorded:
            return []
        with self.journal.together():
            for source in unrecorded:
                self.journal.record_source(self.tenant, source)
            return [self.journal.begin_batch(self.tenant, e.source_id, e.start, e.end) for e in pending]

    def _count(self, events: pa.Table) -> None:
        self.summary.stored += events.num_rows
        for value in pc.value_counts(events.column("format").cast(pa.string())).to_pylist():
            self.summary.formats[value["values"]] += value["counts"]
        self.summary.without_time += missing_time(events)

    def _dead(self, skipped: list[SkippedRecord], *, store: bool = True) -> None:
        self.summary.dead_letters.update(item.reason for item in skipped)
        if store:
            # A file never opened has no source id, and the engine drops a block whose token it has seen.
            token = skipped[0].source_id or digest_of(skipped[0].path.encode("utf-8", "replace"))
            self.store.insert_dead_letters(skipped, self.tenant, token)


def _earliest(events: pa.Table) -> datetime | None:
    quality = events.column("time_quality").cast(pa.string())
    timed = events.column("time").filter(pc.not_equal(quality, TimeQuality.MISSING.value))
    earliest: datetime | None = pc.min(timed).as_py()
    return earliest


def _array(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.unify_dictionaries().chunks)
