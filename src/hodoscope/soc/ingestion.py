"""Ingestion: sources → normalised, enriched events in the store, each exactly once.

Small sources are stored together, so that a thousand hourly logs do not cost a thousand inserts. The protocol per
flush: ranges recorded → rows already stored removed by id → events → dead letters → checkpoints. A crash anywhere is
repaired by reading again from the checkpoints.
"""

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.errors import InputError
from hodoscope.soc.event import TimeQuality
from hodoscope.soc.normalise.engine import Normaliser, missing_time
from hodoscope.soc.normalise.interface import Normalised
from hodoscope.soc.normalise.mapping import FormatMapping
from hodoscope.soc.record import RawBatch, SkippedRecord
from hodoscope.soc.sources.fingerprint import digest_of
from hodoscope.soc.sources.interface import Source
from hodoscope.soc.storage.interface import EventStore, Journal, SourceRecord
from hodoscope.soc.storage.known_ids import KnownIds

Enrich = Callable[[pa.Table], pa.Table]
Recognise = Callable[[bytes], str]
REREAD_REASONS = frozenset(("not valid JSON", "JSON is not an object", "no pattern matches", "wrong number of fields"))
"""Reasons that may mean "another format begins here" rather than "broken"."""


HARMLESS_REASONS = frozenset(("duplicate", "empty", "hidden", "leftover"))
"""Reasons to pass over a whole file that lose nothing: counted, but no dead letter."""


@dataclass(frozen=True, slots=True)
class BatchSize:
    """How much is read and stored at once. Results never depend on it."""

    records: int = 20_000
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
    token: str
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
    recognise: Recognise
    tenant: str
    options: Mapping[str, str] = field(default_factory=dict)
    batch: BatchSize = field(default_factory=BatchSize)
    summary: IngestSummary = field(default_factory=IngestSummary)
    _normalisers: dict[str, Normaliser] = field(default_factory=dict)
    _known: KnownIds = field(init=False)
    _interrupted: frozenset[str] = field(init=False)
    _pending: list[_Pending] = field(default_factory=list)

    def __post_init__(self) -> None:
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
            self.journal.record_source(
                self.tenant, SourceRecord(source.source_id, source.path, source.format, *source.prefix, source.size)
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
        token = self.journal.begin_batch(self.tenant, batch.source_id, start, batch.end)
        normalised = self._normalise(batch)
        last = (batch.positions[-1], digest_of(batch.records[-1])) if batch.records else None
        self._pending.append(_Pending(batch.source_id, token, batch.end, len(batch.records), last, normalised))
        self.summary.records += len(batch.records)
        rows = sum(entry.normalised.events.num_rows for entry in self._pending)
        size = sum(entry.normalised.events.nbytes for entry in self._pending)
        if rows >= self.batch.records // 2 or size >= self.batch.size_bytes:
            self.flush()

    def flush(self) -> None:
        """Store what is pending and advance the checkpoints."""
        if not self._pending:
            return
        pending, self._pending = self._pending, []
        skipped = [item for entry in pending for item in entry.normalised.skipped]
        tables = [entry.normalised.events for entry in pending if entry.normalised.events.num_rows]
        earliest: datetime | None = None
        if tables:
            events = tables[0] if len(tables) == 1 else _unified(tables)
            identity = [_array(events.column(name)) for name in ("event_id", "time", "time_quality")]
            mask = self._known.new_mask(*identity)
            new = events if mask.all() else events.filter(pa.array(mask))
            self.summary.duplicates += events.num_rows - new.num_rows
            if new.num_rows:
                new = self.enrich(new)
                self.store.insert_events(new, pending[0].token)
                self._count(new)
            # Rows of a batch that a crash cut short may be stored without any detector knowing: count them as new.
            interrupted = not self._interrupted.isdisjoint(entry.source_id for entry in pending)
            earliest = _earliest(events if interrupted else new)
        if skipped:
            self.store.insert_dead_letters(skipped, self.tenant, pending[0].token)
            self._dead(skipped, store=False)
        for entry in pending:
            self.journal.commit_batch(
                self.tenant, entry.source_id, entry.token, entry.end, entry.records, earliest, entry.last
            )

    def _count(self, events: pa.Table) -> None:
        self.summary.stored += events.num_rows
        for value in pc.value_counts(events.column("format").cast(pa.string())).to_pylist():
            self.summary.formats[value["values"]] += value["counts"]
        self.summary.without_time += missing_time(events)

    def _dead(self, skipped: list[SkippedRecord], *, store: bool = True) -> None:
        self.summary.dead_letters.update(item.reason for item in skipped)
        if store:
            self.store.insert_dead_letters(skipped, self.tenant, skipped[0].source_id)

    def _normalise(self, batch: RawBatch) -> Normalised:
        first = self._normaliser(batch.format).normalise(batch)
        skipped = (*batch.skipped, *first.skipped)
        again = [item for item in first.skipped if item.reason in REREAD_REASONS]
        if not again:
            return Normalised(first.events, skipped)
        tables, left = self._reread(batch, {item.position for item in again})
        tables = [table for table in (first.events, *tables) if table.num_rows]
        kept = tuple(item for item in skipped if item.position in left or item.reason not in REREAD_REASONS)
        return Normalised(_unified(tables) if tables else first.events, kept)

    def _reread(self, batch: RawBatch, positions: set[int]) -> tuple[list[pa.Table], set[int]]:
        """Give records the batch's format cannot read to the formats they look like (a log that changes midway)."""
        by_format: dict[str, list[int]] = {}
        left: set[int] = set()
        for row, position in enumerate(batch.positions):
            if position in positions:
                found = self.recognise(batch.records[row])
                if found != batch.format and found in self.mappings and self.mappings[found].parser != "delimited":
                    by_format.setdefault(found, []).append(row)
                else:
                    left.add(position)
        tables = []
        for name, rows in by_format.items():
            part = replace(
                batch,
                format=name,
                records=[batch.records[row] for row in rows],
                positions=[batch.positions[row] for row in rows],
                skipped=(),
            )
            result = self._normaliser(name).normalise(part)
            tables.append(result.events)
            left.update(item.position for item in result.skipped)
        return tables, left

    def _normaliser(self, name: str) -> Normaliser:
        found = self._normalisers.get(name)
        if found is None:
            if name not in self.mappings:
                raise InputError(f"no mapping for format {name!r}; known: {', '.join(sorted(self.mappings))}")
            found = self._normalisers[name] = Normaliser(self.mappings[name], self.tenant, self.options)
        return found


@contextmanager
def collector_paused() -> Iterator[None]:
    """No cyclic garbage collection inside: tens of thousands of new records trigger it again and again for nothing.

    Parsing a batch costs 18 µs an event with it and 8 without (nested Windows events). Batches hold no cycles, so
    reference counting frees them.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _earliest(events: pa.Table) -> datetime | None:
    quality = events.column("time_quality").cast(pa.string())
    timed = events.column("time").filter(pc.not_equal(quality, TimeQuality.MISSING.value))
    earliest: datetime | None = pc.min(timed).as_py()
    return earliest


def _array(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.unify_dictionaries().chunks)


def _unified(tables: list[pa.Table]) -> pa.Table:
    """Tables of different column sets as one; absent text becomes empty text, as the schema says."""
    joined = pa.concat_tables(tables, promote_options="default").unify_dictionaries().combine_chunks()
    columns = {}
    for name in joined.column_names:
        column = joined.column(name)
        if column.null_count and pa.types.is_dictionary(column.type):
            column = pc.dictionary_encode(pc.fill_null(column.cast(pa.string()), "")).cast(column.type)
        elif column.null_count and pa.types.is_string(column.type):
            column = pc.fill_null(column, "")
        elif column.null_count and pa.types.is_uint32(column.type):
            column = pc.fill_null(column, pa.scalar(0, pa.uint32()))
        elif column.null_count and pa.types.is_list(column.type):
            column = pc.if_else(pc.is_null(column), pa.scalar([], column.type), column)
        columns[name] = column
    return pa.table(columns)
