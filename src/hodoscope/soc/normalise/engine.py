"""The normaliser: a batch of raw records and a mapping become an event table.

Records are grouped by the rule that applies; see :mod:`hodoscope.soc.normalise.column_assembly` for the columns.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.soc.event import LC, TIME, TimeQuality, event_ids
from hodoscope.soc.normalise import timestamps
from hodoscope.soc.normalise.column_assembly import Assembly, Part, SharedExpressions, shared_expressions
from hodoscope.soc.normalise.conditions import Chooser
from hodoscope.soc.normalise.expressions import Path
from hodoscope.soc.normalise.interface import Fields, Normalised, Parser, Selector
from hodoscope.soc.normalise.mapping import FormatMapping, Rule
from hodoscope.soc.normalise.parsers import parser_for
from hodoscope.soc.normalise.table_fields import TableFields
from hodoscope.soc.record import RawBatch

Rows = npt.NDArray[np.int64]
_LARGEST = 2**31 - 1  # bytes an array with 32-bit offsets holds


@dataclass(slots=True)
class Normaliser:
    """Normalises batches of one format. What it learns about distinct values only saves time."""

    mapping: FormatMapping
    tenant: str
    options: Mapping[str, str] = field(default_factory=dict)
    selector: Selector | None = None
    """With one, tables hold what it chooses of each batch, kind columns and positions; no ids, no times."""
    _parser: Parser = field(init=False)
    _chooser: Chooser = field(init=False)
    _shared: SharedExpressions = field(init=False)

    def __post_init__(self) -> None:
        self._parser = parser_for(self.mapping)
        self._chooser = Chooser([rule.when for rule in self.mapping.rules])
        self._shared = shared_expressions(self.mapping.rules)

    def normalise(self, batch: RawBatch) -> Normalised:
        """Events and dead letters of a batch. Every record is in exactly one of the two (blank text lines in none)."""
        parsed = self._parser.parse(batch, self.options)
        fields, rows, skipped = parsed.fields, parsed.rows, tuple(parsed.skipped)
        if not len(fields):
            return Normalised(pa.table({}), skipped)
        parts: list[Part] = []
        order: list[Rows] = []
        for part, part_rows in self._parts(fields):
            parts.append(part)
            order.append(rows[part_rows])
        assembly = Assembly(parts, self._shared, timestamps.options_from(self.options, batch.modified))
        del parsed, fields
        build = self._table if self.selector is None else partial(self._part, self.selector)
        return Normalised(build(assembly, np.concatenate(order), batch), skipped)

    def _parts(self, fields: Fields) -> Iterable[tuple[Part, Rows]]:
        """The records by rule: each to the first rule of its chain whose pattern (if it has one) matches."""
        rules = self.mapping.rules
        groups: dict[tuple[int, ...], list[Rows]] = {}
        for chain, rows in self._chooser.choose(fields):
            plain = next(at for at, rule in enumerate(chain) if not rules[rule].pattern)
            groups.setdefault(chain[: plain + 1], []).append(rows)
        for chain, found in groups.items():
            rows = found[0] if len(found) == 1 else np.sort(np.concatenate(found))
            group = fields if len(rows) == len(fields) else fields.take(rows)
            if len(chain) == 1:
                yield Part(chain[0], group), rows
            else:
                yield from _apply_chain([(index, rules[index]) for index in chain], group, rows)

    def _table(self, assembly: Assembly, chosen: Rows, batch: RawBatch) -> pa.Table:
        rules = [self.mapping.rules[part.rule] for part in assembly.parts]
        taken = chosen.tolist()
        records = list(map(batch.records.__getitem__, taken))
        positions = np.asarray(batch.positions, dtype=np.uint64)[chosen]
        keys = self._keys(assembly.everything(), batch.source_id, positions)
        columns: dict[str, pa.Array] = {
            "tenant_id": _same(self.tenant, len(records)),
            "event_id": event_ids(self.tenant, keys, records),
            "source_id": _same(batch.source_id, len(records)),
            "source_position": pa.array(positions),
            "format": _same(self.mapping.format, len(records)),
            "raw": _joined(records),
            **assembly.columns(),
            **_time_columns(assembly.times()),
            "mapping_rule": assembly.codes([rule.name for rule in rules]),
        }
        columns["unmapped"] = _unmapped(assembly, rules)
        return pa.table(columns)

    def _part(self, selector: Selector, assembly: Assembly, chosen: Rows, batch: RawBatch) -> pa.Table:
        """The columns that the selector looks at, and then what it asks for."""
        rules = [self.mapping.rules[part.rule] for part in assembly.parts]
        columns: dict[str, pa.Array] = {
            "source_position": pa.array(np.asarray(batch.positions, dtype=np.uint64)[chosen]),
            "format": _same(self.mapping.format, len(chosen)),
            "mapping_rule": assembly.codes([rule.name for rule in rules]),
            **assembly.columns(selector.columns),
        }
        wanted = selector.choose(pa.table(columns))
        columns |= assembly.columns(wanted.columns - selector.columns)
        if wanted.record:
            columns["raw"] = _joined(list(map(batch.records.__getitem__, chosen.tolist())))
        if wanted.keys:
            columns["unmapped"] = _unmapped(assembly, rules, wanted.keys)
        return pa.table(columns)

    def _keys(self, fields: Fields, source_id: str, positions: npt.NDArray[np.uint64]) -> list[bytes]:
        """What makes a record this one: the vendor's own key where it is complete, else source and position."""
        keys = pc.binary_join_element_wise(f"{source_id}\0", pa.array(positions).cast(pa.string()), "")
        if self.mapping.identity:
            parts = [Path(path).evaluate(fields, "text") for path in self.mapping.identity]
            parts = [pc.replace_with_mask(part, pc.equal(part, ""), pa.scalar(None, pa.string())) for part in parts]
            vendor = pc.binary_join_element_wise(*parts, "\0")
            keys = pc.coalesce(pc.binary_join_element_wise(f"vendor\0{self.mapping.format}\0", vendor, ""), keys)
        result: list[bytes] = keys.cast(pa.binary()).to_pylist()
        return result


def _unmapped(assembly: Assembly, rules: Sequence[Rule], keys: frozenset[str] | None = None) -> pa.Array:
    numbers: dict[frozenset[str], list[int]] = {}
    for number, rule in enumerate(rules):
        numbers.setdefault(rule.used, []).append(number)
    rests = [(held, assembly.fields_of(tuple(held)).rest(used, keys)) for used, held in numbers.items()]
    return assembly.in_order(rests)


def _apply_chain(rules: list[tuple[int, Rule]], fields: Fields, rows: Rows) -> Iterable[tuple[Part, Rows]]:
    """Give each record to the first rule of the chain whose pattern (if it has one) matches its message."""
    for number, rule in rules:
        if not rule.pattern:
            yield Part(number, fields), rows
            return
        message = fields.get("message", "text")
        found = pc.extract_regex(message, rule.pattern)
        hit = pc.is_valid(found).to_numpy(zero_copy_only=False)
        if not hit.any():
            continue
        index = np.flatnonzero(hit)
        matched = fields.take(index)
        struct = found.filter(pa.array(hit))
        assert isinstance(matched, TableFields)  # noqa: S101 -- patterns are for text formats; mapping.py checks it
        yield Part(number, matched.with_columns({f.name: struct.field(f.name) for f in struct.type})), rows[index]
        if len(index) == len(rows):
            return
        left = np.flatnonzero(~hit)
        fields, rows = fields.take(left), rows[left]


def _time_columns(times: timestamps.Times) -> dict[str, pa.Array]:
    columns = {
        "time": pa.array(times.micros, pa.int64()).cast(TIME),
        "time_quality": pc.dictionary_encode(pa.array(times.quality, pa.string())).cast(LC),
    }
    if times.has_offset.any():
        columns["timezone_offset"] = pa.array(times.offset, pa.int64(), mask=~times.has_offset)
    return columns


def _joined(records: Sequence[bytes]) -> pa.Array:
    """A binary array whose memory is asked for once; Arrow's builder would double and copy it again and again."""
    ends = np.cumsum(np.fromiter(map(len, records), np.int64, len(records)))
    if ends[-1] > _LARGEST:
        return pa.array(records, pa.binary())  # several arrays, or Arrow's own error
    offsets = np.concatenate(([0], ends)).astype(np.int32)
    return pa.Array.from_buffers(
        pa.binary(), len(records), [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(records))]
    )


def _same(value: str, count: int) -> pa.Array:
    codes = pa.array(np.zeros(count, dtype=np.int32))
    return pa.DictionaryArray.from_arrays(codes, pa.array([value], pa.string())).cast(LC)


def missing_time(events: pa.Table) -> int:
    """How many events of a table have no usable time."""
    return int(
        pc.sum(pc.equal(events.column("time_quality").cast(pa.string()), TimeQuality.MISSING.value)).as_py() or 0
    )
