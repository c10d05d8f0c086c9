"""Every rule over a batch of events.

The trigger literals of a field are searched once per distinct value, for all kinds of event that keep the field in the
same place; a rule is then decided only for rows that hold one of its triggers, once per distinct combination of its
values.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import repeat
from time import thread_time

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hodoscope.soc.collector import collector_paused
from hodoscope.soc.sigma.interface import KIND_COLUMNS, Hits, KindKey, LeafEvidence, Router
from hodoscope.soc.sigma.routing.values import Values
from hodoscope.soc.sigma.rule import Rule
from hodoscope.soc.sigma.streaming.plan import RECORD, Column, Place, Plan, PlannedRule, Planner
from hodoscope.soc.sigma.streaming.simplify import FALSE, TRUE
from hodoscope.soc.sigma.streaming.texts import FieldTexts, RecordTexts, Texts

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
_LARGEST = 1 << 62
_SLICE_ROWS = 10_000
"""Rows looked at together, in bounded memory and within the processor's caches. Microseconds of CPU an event, flat and
nested Windows events: 2,000 rows 21 and 34, 4,000 17 and 25, 8,000 15 and 25, 15,000 14 and 22."""
_FEW = 48
"""Candidates of a rule below which finding equal combinations costs more than deciding each."""


class StreamingEngine:
    """All rules over batches of events. Not for several threads at once."""

    def __init__(self, rules: Sequence[Rule], router: Router) -> None:
        self.rules = tuple(rules)
        self.planner = Planner(self.rules, router)
        self._spent: dict[int, float] = {}

    def match(self, table: pa.Table, *, evidence: bool = True) -> Hits:
        """Every hit in an event table, with what it rests on (without, hits share one empty evidence)."""
        found = _Found(evidence=evidence)
        for start in range(0, table.num_rows, _SLICE_ROWS):
            found.start = start
            with collector_paused():
                self._match(table.slice(start, _SLICE_ROWS), found)
        for rule, seconds in found.spent.items():
            self._spent[rule] = self._spent.get(rule, 0.0) + seconds
        return found.hits()

    def _match(self, part: pa.Table, found: "_Found") -> None:
        planned = [(self.planner.plan(kind), rows) for kind, rows in kinds(part)]
        planned = [(plan, rows) for plan, rows in planned if plan]
        if planned:
            _Matching(planned, part, found).run()

    def take_cost(self) -> dict[int, float]:
        """CPU seconds of this thread per rule (its index) since the last call: deciding and telling it. Searching the
        literals, which all rules share, is nobody's."""
        spent, self._spent = self._spent, {}
        return spent


def kinds(table: pa.Table) -> list[tuple[KindKey, Ints]]:
    """Rows by event kind."""
    if not table.num_rows:
        return []
    merged = np.zeros(table.num_rows, np.int64)
    decoded: list[tuple[Ints, list[str | None]]] = []
    for name in KIND_COLUMNS:
        if name not in table.column_names:
            decoded.append((np.zeros(table.num_rows, np.int64), [""]))
            continue
        column = table.column(name)
        if not pa.types.is_dictionary(column.type):
            column = column.dictionary_encode()
        column = column.unify_dictionaries().combine_chunks()
        column = column.chunk(0) if isinstance(column, pa.ChunkedArray) else column
        labels = [*column.dictionary.to_pylist(), ""]
        codes = column.indices.fill_null(len(labels) - 1).to_numpy().astype(np.int64)
        decoded.append((codes, labels))
        _, merged = np.unique(merged * len(labels) + codes, return_inverse=True)
    order = np.argsort(merged, kind="stable")
    starts = np.flatnonzero(np.diff(merged[order], prepend=-1))
    groups: dict[KindKey, list[Ints]] = {}
    for rows in np.split(order, starts[1:]):
        key = tuple(labels[codes[rows[0]]] or "" for codes, labels in decoded)
        groups.setdefault(key, []).append(rows)  # type: ignore[arg-type] # five columns, five texts
    return [(key, parts[0] if len(parts) == 1 else np.sort(np.concatenate(parts))) for key, parts in groups.items()]


class _Batch:
    """The fields of a batch, read once whatever the number of plans."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self._values = Values(table)
        self._texts: dict[tuple[Column, int], FieldTexts] = {}
        self._records: RecordTexts | None = None

    def field(self, column: Column, rows: Ints | None = None) -> FieldTexts:
        """One field; of a path inside records only ``rows`` (all of a kind), since each of them has to be parsed."""
        key = (column, -1 if rows is None else int(rows[0]))
        found = self._texts.get(key)
        if found is None:
            found = self._texts[key] = FieldTexts(self._values.distinct(column.sources, rows))
        return found

    @property
    def records(self) -> RecordTexts:
        if self._records is None:
            raw = self._table.column("raw")
            raw = raw.chunk(0) if raw.num_chunks == 1 else pa.concat_arrays(raw.chunks)
            self._records = RecordTexts(raw.fill_null(b"") if raw.null_count else raw)
        return self._records


class _Found:
    """Hits as they are found; evidence is told once per rule and combination of values."""

    def __init__(self, *, evidence: bool) -> None:
        self.wanted = evidence
        self.start = 0  # row of the table where the rows now added begin
        self.spent: dict[int, float] = {}  # CPU seconds by rule
        self._rule: list[Codes] = []
        self._row: list[Ints] = []
        self._index: list[Ints] = []
        self._evidence: list[tuple[LeafEvidence, ...]] = [] if evidence else [()]

    def add(self, rule: int, rows: Ints, index: Ints) -> None:
        self._rule.append(np.full(len(rows), rule, np.int32))
        self._row.append(rows + self.start)
        self._index.append(index)

    def tell(self, evidence: tuple[LeafEvidence, ...]) -> int:
        self._evidence.append(evidence)
        return len(self._evidence) - 1

    def hits(self) -> Hits:
        if not self._rule:
            return Hits(np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0, np.int32), ())
        rule, row, index = np.concatenate(self._rule), np.concatenate(self._row), np.concatenate(self._index)
        order = np.lexsort((rule, row))
        return Hits(rule[order], row[order], index[order].astype(np.int32), tuple(self._evidence))


class _Matching:
    """The plans of a batch over its rows."""

    def __init__(self, planned: Sequence[tuple[Plan, Ints]], table: pa.Table, found: _Found) -> None:
        self._plans = [plan for plan, _ in planned]
        self._rows = [rows for _, rows in planned]
        self._count = table.num_rows
        self._batch = _Batch(table)
        self._found = found
        self._kind = np.full(table.num_rows, len(planned), np.int64)  # of each row; the last one has no rules
        for number, rows in enumerate(self._rows):
            self._kind[rows] = number
        none = np.zeros_like(self._plans[0].allowed)
        self._allowed = np.stack([*(plan.allowed for plan in self._plans), none])

    def run(self) -> None:
        for rule, rows in self._candidates():
            self._timed(self._decide, rule, rows)
        for plan, rows in zip(self._plans, self._rows, strict=True):
            for index in plan.always:
                self._timed(self._decide, plan.rule(index), rows)
            for index in plan.certain:
                self._timed(self._hit, plan.rule(index), rows)

    def _timed(self, step: Callable[[PlannedRule, Ints], None], rule: PlannedRule, rows: Ints) -> None:
        before = thread_time()
        step(rule, rows)
        spent = self._found.spent
        spent[rule.index] = spent.get(rule.index, 0.0) + thread_time() - before

    def _candidates(self) -> Iterator[tuple[PlannedRule, Ints]]:
        """Rules and their candidate rows, in order and each once; kinds for which a rule is the same come together."""
        pairs = list(self._found_literals())
        if not pairs:
            return
        rules, rows = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
        kinds = len(self._allowed)
        merged = np.unique((rules * kinds + self._kind[rows]) * self._count + rows)
        groups, rows = np.divmod(merged, self._count)
        starts = np.flatnonzero(np.diff(groups, prepend=-1))
        together: dict[tuple[PlannedRule, int], list[Ints]] = defaultdict(list)
        for group, own in zip(groups[starts].tolist(), np.split(rows, starts[1:]), strict=True):
            index, kind = divmod(group, kinds)
            rule = self._plans[kind].rule(index)
            if rule.rest is not FALSE:
                together[rule, kind if rule.is_inside else -1].append(own)
        for (rule, _), parts in together.items():
            yield rule, parts[0] if len(parts) == 1 else np.sort(np.concatenate(parts))

    def _found_literals(self) -> Iterator[tuple[Ints, Ints]]:
        """(rule, row) pairs by place, some twice: the row holds a literal of the rule, which applies to its kind."""
        wanted: dict[Place, list[int]] = defaultdict(list)
        for number, plan in enumerate(self._plans):
            for place in plan.places:
                wanted[place].append(number)
        for place, numbers in wanted.items():
            if place.column is RECORD:
                rows = np.sort(np.concatenate([self._rows[number] for number in numbers]))
                yield from self._watched(place, self._batch.records, rows)
            elif place.column.is_inside:
                for number in numbers:
                    yield from self._watched(place, self._texts(place.column, self._rows[number]), None)
            else:
                yield from self._watched(place, self._batch.field(place.column), None)

    def _watched(self, place: Place, texts: FieldTexts | RecordTexts, rows: Ints | None) -> Iterator[tuple[Ints, Ints]]:
        watch = place.watch
        codes, literals = texts.find(watch.literals, rows)
        if not len(codes):
            return
        hit = np.zeros(texts.size + 1, np.bool_)  # the last one stands for rows without a value
        hit[codes] = True
        rows = np.flatnonzero(hit[texts.codes])
        # What rows of one kind with one value have in common is worked out once.
        alike, back = np.unique(self._kind[rows] * len(hit) + texts.codes[rows], return_inverse=True)
        kind, code = np.divmod(alike, len(hit))
        order = np.argsort(codes, kind="stable")
        at, pairs = _expanded(code, codes[order])
        literal = literals[order[pairs]]
        counts = watch.start[literal + 1] - watch.start[literal]
        rule, at = watch.rules[_ranges(watch.start[literal], counts)], np.repeat(at, counts)
        applies = self._allowed[kind[at], rule]
        rule, at = rule[applies], at[applies]
        if len(rule):
            order = np.argsort(back, kind="stable")
            which, pairs = _expanded(at, back[order])
            yield rule[which], rows[order[pairs]]

    def _texts(self, column: Column, rows: Ints) -> FieldTexts | RecordTexts:
        """A field, with the values of these rows (of one kind where records have to be parsed for it)."""
        if column is RECORD:
            return self._batch.records
        return self._batch.field(column, self._rows[self._kind[rows[0]]] if column.is_inside else None)

    def _decide(self, rule: PlannedRule, rows: Ints) -> None:
        if rule.rest is TRUE:
            self._hit(rule, rows)
            return
        verdict = rule.verdict()
        fields = [(self._texts(rule.columns[name], rows), folded) for name, folded in verdict.inputs]
        many = any(texts.many for texts, _ in fields)
        combos, back = rows, None
        if len(rows) > _FEW:
            combos, back = _combinations(rows, [texts for texts, _ in fields])
        columns = [_as_many(texts.of(texts.codes[combos], folded=folded), many=many) for texts, folded in fields]
        verdicts = map(rule.verdict(many=many).test, zip(*columns, strict=True))
        hit = np.fromiter(verdicts, np.bool_, len(combos))
        if hit.any():
            self._hit(rule, rows[hit if back is None else hit[back]])

    def _hit(self, rule: PlannedRule, rows: Ints) -> None:
        if not self._found.wanted:
            self._found.add(rule.index, rows, np.zeros(len(rows), np.int64))
            return
        texts = {name: self._texts(column, rows) for name, column in rule.columns.items()}
        combos, back = rows, None
        if len(rows) > 1:
            combos, back = _combinations(rows, list(texts.values()))
        columns = [_as_many(one.of(one.codes[combos], folded=False), many=True) for one in texts.values()]
        values = zip(*columns, strict=True) if columns else repeat((), len(combos))
        told = [
            self._found.tell(tuple(dict.fromkeys(rule.explain(dict(zip(texts, own, strict=True))) or ())))
            for own in values
        ]
        index = np.array(told, np.int64)
        self._found.add(rule.index, rows, index if back is None else index[back])


def _as_many(texts: Texts, *, many: bool) -> Sequence[object]:
    """Arguments as text, or all as tuples of text when any field of the rule has several values."""
    return [text if type(text) is tuple else (text,) if text else () for text in texts] if many else texts


def _expanded(wanted: Ints, ordered: Ints) -> tuple[Ints, Ints]:
    """Each pair of a place in ``wanted`` and a place of its number in ``ordered``."""
    first, last = (np.searchsorted(ordered, wanted, side=side) for side in ("left", "right"))
    return np.repeat(np.arange(len(wanted)), last - first), _ranges(first, last - first)


def _ranges(starts: Ints, counts: Ints) -> Ints:
    """``start, start + 1, …`` of every (start, count), one after the other."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(starts - ends + counts, counts)


def _combinations(rows: Ints, fields: Sequence[FieldTexts | RecordTexts]) -> tuple[Ints, Ints]:
    """(first row of each distinct combination of codes, row → its combination)."""
    merged, size = np.zeros(len(rows), np.int64), 1
    for texts in fields:
        size *= texts.size + 1
        if size > _LARGEST:
            merged = np.unique(merged, return_inverse=True)[1]
            size = len(rows) * (texts.size + 1)
        merged = merged * (texts.size + 1) + texts.codes[rows] + 1
    _, first, back = np.unique(merged, return_index=True, return_inverse=True)
    return rows[first], back
