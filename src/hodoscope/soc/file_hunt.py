"""Rules over log files as they are: read, judge, tell. Nothing is stored.

Of each event only what some rule reads there is worked out, by the normaliser itself, so that verdicts and evidence are
those of stored events. What a store would keep of an event besides (id, time) is worked out for hits alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.soc.collector import collector_paused
from hodoscope.soc.event import TIME, TimeQuality
from hodoscope.soc.format_routing import FormatRouting
from hodoscope.soc.normalise.interface import Selection, Selector
from hodoscope.soc.normalise.mapping import FormatMapping
from hodoscope.soc.record import RawBatch, SkippedRecord
from hodoscope.soc.sigma.hunting.hunt import HuntPage, Scope
from hodoscope.soc.sigma.hunting.reads import needs_of
from hodoscope.soc.sigma.interface import KIND_COLUMNS, Hits, KindKey
from hodoscope.soc.sigma.routing.router import shipped_router
from hodoscope.soc.sigma.rule import Rule
from hodoscope.soc.sigma.streaming.engine import StreamingEngine, kinds
from hodoscope.soc.sigma.streaming.plan import RECORD
from hodoscope.soc.sources.interface import Source

MOST_RECORDS = 10_000
MOST_BYTES = 32 << 20


@dataclass(frozen=True, slots=True)
class Judged:
    """A batch and its hits: ``hits.row`` numbers the rows of ``positions`` (of records in the source)."""

    batch: RawBatch
    positions: npt.NDArray[np.uint64]
    hits: Hits


@dataclass(slots=True)
class FileHunt:
    """Rules ready to judge files; compiled once. Not for several threads at once."""

    rules: Sequence[Rule]
    mappings: Mapping[str, FormatMapping]
    tenant: str = "default"
    options: Mapping[str, str] = field(default_factory=dict)
    unread: int = 0
    """Records and files that could not be read so far."""
    engine: StreamingEngine = field(init=False)
    _reading: FormatRouting = field(init=False)
    _whole: FormatRouting = field(init=False)
    _selections: dict[KindKey, Selection] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.engine = StreamingEngine(self.rules, shipped_router(self.mappings))
        selector = Selector(frozenset(KIND_COLUMNS), self._choose)
        self._reading = FormatRouting(self.mappings, self.tenant, self.options, selector)
        self._whole = FormatRouting(self.mappings, self.tenant, self.options)

    def run(self, sources: Iterable[Source | SkippedRecord]) -> Iterator[Judged]:
        """Every batch of the sources with its hits; memory is that of one batch."""
        for source in sources:
            if isinstance(source, SkippedRecord):
                self.unread += 1
                continue
            for batch in source.read(0, MOST_RECORDS, MOST_BYTES):
                yield self.judge(batch)

    def judge(self, batch: RawBatch) -> Judged:
        """One batch and its hits, evidence told."""
        with collector_paused():
            read = self._reading.normalise(batch)
        self.unread += len(read.skipped)
        if not read.events.num_rows:
            return Judged(batch, np.zeros(0, np.uint64), self.engine.match(read.events))
        return Judged(batch, read.events.column("source_position").to_numpy(), self.engine.match(read.events))

    def page(self, judged: Judged, scope: Scope) -> HuntPage:
        """The hits of a batch within a scope's times, with the ids and times that their events have in a store."""
        positions = judged.positions[judged.hits.row]
        events = self._whole.normalise(_of(judged.batch, frozenset(positions.tolist()))).events
        known = events.column("source_position").to_numpy()
        order = np.argsort(known, kind="stable")
        rows = order[np.searchsorted(known[order], positions)]
        found = _within(events, scope).to_numpy(zero_copy_only=False)[rows]
        kept = pa.array(rows[found])
        return HuntPage(
            judged.hits.rule[found],
            events.column("event_id").take(kept).combine_chunks(),
            events.column("time").take(kept).cast(pa.int64()).to_numpy(),
            judged.hits.evidence_index[found],
            judged.hits.evidence,
        )

    def selection(self, kind: KindKey) -> Selection:
        """What the rules read of events of a kind."""
        known = self._selections.get(kind)
        if known is None:
            planner = self.engine.planner
            columns = planner.columns_read(planner.plan(kind))
            needs = needs_of(source for column in columns for source in column.sources)
            record = needs.record or RECORD in columns
            known = self._selections[kind] = Selection(needs.columns, needs.keys, record)
        return known

    def _choose(self, events: pa.Table) -> Selection:
        found = Selection()
        for kind, _ in kinds(events):
            found |= self.selection(kind)
        return found


def _of(batch: RawBatch, positions: frozenset[int]) -> RawBatch:
    rows = [row for row, position in enumerate(batch.positions) if position in positions]
    return replace(
        batch,
        records=[batch.records[row] for row in rows],
        positions=[batch.positions[row] for row in rows],
        skipped=(),
    )


def _within(events: pa.Table, scope: Scope) -> pa.ChunkedArray:
    """Which events a scope's times hold; those without a time only where it has none."""
    times = events.column("time")
    held = pc.is_valid(times)
    if scope.first or scope.last:
        held = pc.not_equal(events.column("time_quality").cast(pa.string()), TimeQuality.MISSING.value)
    if scope.first:
        held = pc.and_(held, pc.greater_equal(times, pa.scalar(scope.first, TIME)))
    if scope.last:
        held = pc.and_(held, pc.less(times, pa.scalar(scope.last, TIME)))
    return held
