"""The normaliser: a batch of raw records and a mapping become an event table.

Records are grouped by the rule that applies; a rule's columns are evaluated once per group, column by column.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.soc.columns import BY_NAME
from hodoscope.soc.event import ARROW_TYPES, LC, TIME, TimeQuality, event_ids
from hodoscope.soc.normalise import timestamps
from hodoscope.soc.normalise.conditions import Chooser
from hodoscope.soc.normalise.expressions import Const, Expression, Path
from hodoscope.soc.normalise.interface import Fields, Kind, Normalised, Parser
from hodoscope.soc.normalise.mapping import FormatMapping, Rule
from hodoscope.soc.normalise.parsers import parser_for
from hodoscope.soc.normalise.shared_columns import Shared, shared_by
from hodoscope.soc.normalise.table_fields import TableFields
from hodoscope.soc.record import RawBatch

Rows = npt.NDArray[np.int64]
_FIELD_KINDS: dict[str, Kind] = {
    "lc": "text", "text": "text", "int": "int", "enum": "int", "port": "int", "bool": "bool", "list": "list",
    "float": "float", "time": "text",
}  # fmt: skip


@dataclass(slots=True)
class Normaliser:
    """Normalises batches of one format. What it learns about distinct values only saves time."""

    mapping: FormatMapping
    tenant: str
    options: Mapping[str, str] = field(default_factory=dict)
    _parser: Parser = field(init=False)
    _chooser: Chooser = field(init=False)
    _shared: Shared = field(init=False)

    def __post_init__(self) -> None:
        self._parser = parser_for(self.mapping)
        self._chooser = Chooser([rule.when for rule in self.mapping.rules])
        self._shared = shared_by(self.mapping.rules)

    def normalise(self, batch: RawBatch) -> Normalised:
        """Events and dead letters of a batch. Every record is in exactly one of the two (blank text lines in none)."""
        parsed = self._parser.parse(batch, self.options)
        fields, record_rows = parsed.fields, parsed.rows
        if not len(fields):
            return Normalised(pa.table({}), tuple(parsed.skipped))
        time_options = timestamps.options_from(self.options, batch.modified)
        shared = self._shared
        whole = {name: _column(name, spec, fields, time_options) for name, spec in shared.columns.items()}
        if shared.time:
            whole |= _time_columns(timestamps.times_of(fields, shared.time, time_options))
        whole |= _identity(self.mapping.identity, fields)
        parts: list[pa.Table] = []
        order: list[Rows] = []
        names: list[str] = []
        for chain, rows in self._chooser.choose(fields):
            group = fields if len(rows) == len(fields) else fields.take(rows)
            rows = rows if group is not fields else np.arange(len(fields), dtype=np.int64)
            for rule, matched, part_rows in _apply_chain([self.mapping.rules[i] for i in chain], group, rows):
                parts.append(_part(rule, matched, time_options, shared))
                order.append(part_rows)
                names.append(rule.name)
        rows = np.concatenate(order)
        if len(order) > 1:
            index = pa.array(rows)
            whole = {name: column.take(index) for name, column in whole.items()}
        table = pa.concat_tables(parts, promote_options="default")
        for name, column in whole.items():
            if column.null_count < len(column):
                table = table.append_column(name, column)
        table = table.append_column("mapping_rule", _repeated(names, [len(part) for part in order]))
        return Normalised(self._with_identity(table, record_rows[rows], batch), tuple(parsed.skipped))

    def _with_identity(self, table: pa.Table, chosen: Rows, batch: RawBatch) -> pa.Table:
        records = [batch.records[row] for row in chosen.tolist()]
        positions = np.asarray(batch.positions, dtype=np.uint64)[chosen]
        by_position: Iterable[bytes] = [f"{batch.source_id}\0{position}".encode() for position in positions.tolist()]
        if "_identity" in table.column_names:
            prefix = f"vendor\0{self.mapping.format}\0"
            vendor = table.column("_identity").to_pylist()
            by_position = [
                position if key is None else f"{prefix}{key}".encode("utf-8", "surrogatepass")
                for key, position in zip(vendor, by_position, strict=True)
            ]
            table = table.drop_columns("_identity")
        columns: dict[str, pa.Array | pa.ChunkedArray] = {
            "tenant_id": _same(self.tenant, len(records)),
            "event_id": event_ids(self.tenant, by_position, records),
            "source_id": _same(batch.source_id, len(records)),
            "source_position": pa.array(positions),
            "format": _same(self.mapping.format, len(records)),
            "raw": pa.array(records, pa.binary()),
        }
        for name in table.column_names:
            columns[name] = _finished(name, table.column(name))
        return pa.table(columns)


def _apply_chain(rules: list[Rule], fields: Fields, rows: Rows) -> Iterable[tuple[Rule, Fields, Rows]]:
    """Give each record to the first rule of the chain whose pattern (if it has one) matches its message."""
    for rule in rules:
        if not rule.pattern:
            yield rule, fields, rows
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
        yield rule, matched.with_columns({f.name: struct.field(f.name) for f in struct.type}), rows[index]
        if len(index) == len(rows):
            return
        left = np.flatnonzero(~hit)
        fields, rows = fields.take(left), rows[left]


def _part(rule: Rule, fields: Fields, options: timestamps.TimeOptions, shared: Shared) -> pa.Table:
    columns: dict[str, pa.Array] = {}
    for name, expression in rule.columns.items():
        if name in shared.columns:
            continue
        values = _column(name, expression, fields, options)
        if values.null_count < len(values):
            columns[name] = values
    if not shared.time:
        columns |= _time_columns(timestamps.times_of(fields, rule.time, options))
    columns["unmapped"] = fields.rest(rule.used)
    return pa.table(columns)


def _time_columns(times: timestamps.Times) -> dict[str, pa.Array]:
    columns = {
        "time": pa.array(times.micros, pa.int64()).cast(TIME),
        "time_quality": pa.array(timestamps.QUALITIES).take(pa.array(times.code)),
    }
    if times.has_offset.any():
        columns["timezone_offset"] = pa.array(times.offset, pa.int64(), mask=~times.has_offset)
    return columns


def _identity(paths: Sequence[str], fields: Fields) -> dict[str, pa.Array]:
    """The vendor's own key of each record as column ``_identity``; null where a part of it is absent."""
    if not paths:
        return {}
    keys = [Path(path).evaluate(fields, "text") for path in paths]
    keys = [pc.if_else(pc.fill_null(pc.equal(key, ""), True), pa.scalar(None, pa.string()), key) for key in keys]
    return {"_identity": pc.binary_join_element_wise(*keys, "\0")}


def _column(name: str, expression: Expression, fields: Fields, options: timestamps.TimeOptions) -> pa.Array:
    kind = BY_NAME[name].kind
    values = expression.evaluate(fields, _FIELD_KINDS[kind])
    if kind == "time":
        looks_iso = pc.any(pc.match_substring(values, "-")).as_py()
        return timestamps.column(values, "iso" if looks_iso else "auto_epoch", options)
    if kind in ("lc", "text"):
        if isinstance(expression, Const):
            return values
        empty = pc.equal(values, "")
        return pc.if_else(empty, pa.scalar(None, pa.string()), values) if pc.any(empty).as_py() else values
    if kind in ("enum", "port"):
        limit = 65_535 if kind == "port" else 2**32 - 1
        ends = pc.min_max(values).as_py()
        if ends["min"] is None or (ends["min"] >= 0 and ends["max"] <= limit):
            return values.cast(ARROW_TYPES[kind])
        fits = pc.and_(pc.greater_equal(values, 0), pc.less_equal(values, limit))
        return pc.if_else(fits, values, pa.scalar(None, pa.int64())).cast(ARROW_TYPES[kind])
    return values


def _finished(name: str, column: pa.ChunkedArray) -> pa.Array:
    """Final type and null rule of a column: text and enums are never null."""
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):  # pyarrow keeps several chunks when one would overflow 32-bit offsets
        array = pa.concat_arrays(array.chunks)
    known = BY_NAME.get(name)
    kind = known.kind if known else ("lc" if name == "time_quality" else "")
    if kind in ("lc", "text") and array.null_count:
        array = pc.fill_null(array, "")
    if kind == "lc":
        return pc.dictionary_encode(array).cast(LC)
    if kind == "enum":
        return pc.fill_null(array, pa.scalar(0, array.type))
    if kind == "list" and array.null_count:
        return pc.if_else(pc.is_null(array), pa.scalar([], array.type), array)
    return array


def _same(value: str, count: int) -> pa.Array:
    return _repeated([value], [count])


def _repeated(values: Sequence[str], counts: Sequence[int]) -> pa.Array:
    """Each value as often as its count says."""
    distinct = list(dict.fromkeys(values))
    codes = np.repeat(np.array([distinct.index(value) for value in values], dtype=np.int32), counts)
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(distinct, pa.string())).cast(LC)


def missing_time(events: pa.Table) -> int:
    """How many events of a table have no usable time."""
    return int(
        pc.sum(pc.equal(events.column("time_quality").cast(pa.string()), TimeQuality.MISSING.value)).as_py() or 0
    )
