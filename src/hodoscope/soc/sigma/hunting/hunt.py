"""All rules over the events of a store and a time range, with the verdicts and the evidence of streaming.

ClickHouse reduces each kind of event to those that hold what some rule needs (of a million events a few percent) and
these to the distinct combinations of the fields that rules read there, with the ids of the events behind each; the
streaming engine judges the combinations. Rules that search whole records are the exception: every record is different,
so ClickHouse decides them and the engine sees what is left. Every query is bounded, whatever the store holds: reads are
cut into pages along time.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hodoscope.soc.event import EVENT_ID
from hodoscope.soc.sigma.correlating import field_values
from hodoscope.soc.sigma.correlation.interface import Values
from hodoscope.soc.sigma.hunting.keywords import keyword_reads
from hodoscope.soc.sigma.hunting.narrowing import candidates
from hodoscope.soc.sigma.hunting.pages import PAGE_EVENTS, levels, page_conditions, page_count
from hodoscope.soc.sigma.hunting.reads import KindSize, Needs, Read, needs_of, plan_needs, reads
from hodoscope.soc.sigma.hunting.sample import Sample
from hodoscope.soc.sigma.hunting.stored_router import StoredRouter
from hodoscope.soc.sigma.interface import KIND_COLUMNS, KindKey, LeafEvidence, Router
from hodoscope.soc.sigma.rule import Rule, leaves
from hodoscope.soc.sigma.streaming.engine import StreamingEngine
from hodoscope.soc.sigma.streaming.plan import Plan
from hodoscope.soc.storage.interface import EventStore

SAMPLED = 500
"""Events of some kinds that are looked at first, to learn which literals are rare there."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which events: a tenant's, from ``first`` on and before ``last``; those without a time when both are None."""

    tenant: str
    first: datetime | None = None
    last: datetime | None = None

    @property
    def timed(self) -> "Scope":
        """The same without events that have no time."""
        return self if self.first or self.last else replace(self, first=_EARLIEST)

    @property
    def condition(self) -> str:
        """As SQL; ``{tenant:String}`` is a parameter."""
        parts = ["tenant_id = {tenant:String}"]
        if self.first or self.last:
            parts.append("time_quality != 'missing'")
        for operator, time in ((">=", self.first), ("<", self.last)):
            if time is not None:
                parts.append(f"time {operator} fromUnixTimestamp64Micro({_micros(time)}, 'UTC')")
        return " AND ".join(parts)


@dataclass(frozen=True, slots=True)
class HuntProgress:
    """How far a hunt is. An event may be read twice (once for keywords), and counts once."""

    events: int
    total: int
    hits: int


@dataclass(frozen=True, slots=True)
class HuntPage:
    """Some hits, in no order. ``evidence[evidence_index[i]]`` belongs to hit ``i``."""

    rule: npt.NDArray[np.int32]  # index into the rules the hunt was built with
    event_id: pa.Array  # 16 bytes each
    time_us: npt.NDArray[np.int64]
    evidence_index: npt.NDArray[np.int32]
    evidence: tuple[tuple[LeafEvidence, ...], ...]
    fields: Mapping[str, Sequence[Values]] = field(default_factory=dict)  # per hit the values of the fields asked for

    def __len__(self) -> int:
        return len(self.rule)


@dataclass(slots=True)
class Hunt:
    """Rules ready to hunt; compiled once, used for any number of runs. Not for several threads at once."""

    rules: Sequence[Rule]
    router: Router
    fields: Sequence[str] = ()
    """Fields whose values are told with every hit."""
    page_events: int = PAGE_EVENTS
    _stored: StoredRouter = field(init=False)
    _plain: "_Part" = field(init=False)
    _keywords: "_Part" = field(init=False)
    _hits: dict[tuple[KindKey, ...], str] = field(default_factory=dict)  # what was found worth reading of some kinds

    def __post_init__(self) -> None:
        by_keyword = [any(not leaf.field for leaf in leaves(rule.condition)) for rule in self.rules]
        self._stored = StoredRouter(self.router)
        plain, searching = ([at for at, it in enumerate(by_keyword) if it is wanted] for wanted in (False, True))
        self._plain = _Part(self.rules, plain, self._stored, self.fields)
        self._keywords = _Part(self.rules, searching, self.router, self.fields)

    def run(
        self,
        store: EventStore,
        scope: Scope,
        progress: Callable[[HuntProgress], None] = lambda _: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Iterator[HuntPage]:
        """Every hit once. ``cancelled`` is asked between queries; then the hunt just ends."""
        sizes = kind_sizes(store, scope)
        total = sum(size.events for size in sizes.values())
        plain = self._plain.plans(sizes)
        needs = {kind: plan_needs(plan) | self._told(kind) for kind, plan in plain.items()}
        records = keyword_reads(self._keywords.plans(sizes), sizes, self._told_in_record)
        steps = [(self._plain, self._narrowed(store, scope, read, plain), True) for read in reads(needs, sizes)]
        steps += [(self._keywords, read, False) for read in records]
        weight = sum(read.size.events for _, read, _ in steps)
        done, told = 0.0, 0
        for part, read, grouped in steps:
            conditions = self._pages(store, scope, read)
            for condition in conditions:
                if cancelled():
                    return
                page = part.judge(store.query(self._query(scope, read, condition, grouped=grouped), _parameters(scope)))
                told += len(page)
                done += read.size.events / len(conditions)
                progress(HuntProgress(round(total * done / max(1, weight)), total, told))
                if len(page):
                    yield page

    def _narrowed(self, store: EventStore, scope: Scope, read: Read, plans: Mapping[KindKey, Plan]) -> Read:
        """The read without events that no rule can hit."""
        if not read.alike:
            return read
        hit = self._hits.get(read.members)
        if hit is None:
            some = store.query(
                f"SELECT {self._columns(read)} FROM events WHERE {scope.condition} AND {read.kinds} LIMIT {SAMPLED}",
                _parameters(scope),
            )
            sample = Sample(_events(some))
            part = {kind: plans[kind] for kind in read.members}
            hit = self._hits[read.members] = candidates(part, self._stored.value, sample.share)
        return replace(read, hit=hit)

    def _told(self, kind: KindKey) -> Needs:
        return needs_of(source for name in self.fields for source in self._stored.sources(kind, name))

    def _told_in_record(self, kind: KindKey) -> Needs:
        return needs_of(source for name in self.fields for source in self.router.sources(kind, name))

    def _pages(self, store: EventStore, scope: Scope, read: Read) -> list[str]:
        count = page_count(read.size, self.page_events)
        if count == 1:
            return ["1"]
        wanted = ", ".join(f"{level:.6f}" for level in levels(count))
        # Deterministic: the same pages again let ClickHouse leave out parts of the store where it found nothing before.
        sql = (
            f"SELECT quantilesDeterministic({wanted})(toUnixTimestamp64Micro(time), sipHash64(event_id)) AS edges "
            f"FROM events WHERE {scope.condition} AND {read.kinds}"
        )
        edges = store.query(sql, _parameters(scope)).column("edges")[0].as_py()
        return page_conditions([int(edge) for edge in edges])

    def _query(self, scope: Scope, read: Read, page: str, *, grouped: bool) -> str:
        where = f"FROM events WHERE {scope.condition} AND {page} AND {read.kinds} AND {read.hit}"
        if not grouped:
            names = ", ".join(read.needs.expressions(str))
            return f"SELECT {names}, [event_id] AS ids, [time] AS times {where} SETTINGS max_block_size = 8192"
        return (
            f"SELECT {self._columns(read)}, groupArray(event_id) AS ids, groupArray(time) AS times {where} GROUP BY ALL"
        )

    def _columns(self, read: Read) -> str:
        columns, expression = sorted(read.needs.columns), self._stored.expression
        return ", ".join(read.needs.expressions(lambda one: expression(one, read.only.get(one, "1"), columns)))


class _Part:
    """Some of the rules with an engine of their own."""

    def __init__(self, rules: Sequence[Rule], numbers: Sequence[int], router: Router, fields: Sequence[str]) -> None:
        self._numbers = np.array(numbers, np.int32)
        self._router = router
        self._fields = fields
        self._engine = StreamingEngine([rules[number] for number in numbers], router)

    def plans(self, kinds: Sequence[KindKey] | dict[KindKey, KindSize]) -> dict[KindKey, Plan]:
        """The plans of the kinds that any rule applies to."""
        found = {kind: self._engine.planner.plan(kind) for kind in kinds}
        return {kind: plan for kind, plan in found.items() if plan.rules}

    def judge(self, table: pa.Table) -> HuntPage:
        """Hits of the events behind each row."""
        if not table.num_rows:
            return HuntPage(
                np.zeros(0, np.int32), pa.array([], EVENT_ID), np.zeros(0, np.int64), np.zeros(0, np.int32), ()
            )
        ids, times = (_one(table.column(name)) for name in ("ids", "times"))
        events = _events(table)
        hits = self._engine.match(events)
        starts = ids.offsets.to_numpy().astype(np.int64)
        counts = np.diff(starts)[hits.row]
        ends = np.cumsum(counts)
        places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts[hits.row] - ends + counts, counts)
        return HuntPage(
            np.repeat(self._numbers[hits.rule], counts),
            ids.values.take(pa.array(places)).cast(pa.binary()).cast(EVENT_ID),
            times.values.take(pa.array(places)).cast(pa.int64()).to_numpy(),
            np.repeat(hits.evidence_index, counts),
            hits.evidence,
            self._told(events, np.repeat(hits.row, counts)),
        )

    def _told(self, events: pa.Table, rows: npt.NDArray[np.int64]) -> Mapping[str, Sequence[Values]]:
        """Values of the fields asked for in each of the rows."""
        if not self._fields:
            return {}
        held, places = np.unique(rows, return_inverse=True)
        part = events.take(pa.array(held))
        kinds = list(zip(*(part.column(name).to_pylist() for name in KIND_COLUMNS), strict=True))
        values = field_values(part, kinds, self._router, self._fields)
        return {name: [own[place] for place in places.tolist()] for name, own in values.items()}


def kind_sizes(store: EventStore, scope: Scope) -> dict[KindKey, KindSize]:
    """The kinds of events there are."""
    names = ", ".join(KIND_COLUMNS)
    rows = store.query(
        f"SELECT {names}, count() AS events, sum(length(raw)) AS bytes FROM events "
        f"WHERE {scope.condition} GROUP BY {names}",
        _parameters(scope),
    )
    columns = [rows.column(name).to_pylist() for name in (*KIND_COLUMNS, "events", "bytes")] if rows.num_columns else []
    return {(f, m, p, n, c): KindSize(events, size) for f, m, p, n, c, events, size in zip(*columns, strict=True)}


def _parameters(scope: Scope) -> dict[str, object]:
    return {"tenant": scope.tenant}


def _events(table: pa.Table) -> pa.Table:
    """The columns an engine knows, records as bytes."""
    table = table.drop_columns([name for name in ("ids", "times") if name in table.column_names])
    names = ["raw" if name == "record" else name for name in table.column_names]
    table = table.rename_columns(names)
    if "raw" not in names:
        return table
    return table.set_column(names.index("raw"), "raw", table.column("raw").cast(pa.binary()))


def _one(column: pa.ChunkedArray) -> pa.Array:
    joined = column.combine_chunks()
    return joined.chunk(0) if isinstance(joined, pa.ChunkedArray) else joined


_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)  # as early as the store's times go


def _micros(time: datetime) -> int:
    return (time - datetime.fromtimestamp(0, tz=time.tzinfo)) // timedelta(microseconds=1)
