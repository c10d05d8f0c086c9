"""Text records → fields by the header patterns of a mapping file (RE2, tried in order on what is left)."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.errors import MappingError
from hodoscope.soc.normalise.interface import Parsed
from hodoscope.soc.normalise.table_fields import TableFields
from hodoscope.soc.record import RawBatch, SkippedRecord


class RegexParser:
    """``parser_options: {lines: [pattern, …], then: [{from: field, patterns: [pattern, …]}]}``.

    The first of ``lines`` that matches gives the fields; then each of ``then`` takes one field apart further, again
    by the first match. Two small
    patterns are several times faster than one: RE2 is fast only with up to four groups and no two ways to match.
    """

    def __init__(self, options: Mapping[str, object]) -> None:
        lines = options.get("lines")
        if not isinstance(lines, list) or not lines:
            raise MappingError("parser 'regex' needs parser_options: {lines: [pattern, ...]}")
        self._patterns = [str(pattern) for pattern in lines]
        self._then = _steps(options.get("then", []))
        for pattern in (*self._patterns, *(pattern for _, patterns in self._then for pattern in patterns)):
            try:
                pc.extract_regex(pa.array([""]), pattern)
            except pa.ArrowInvalid as error:
                raise MappingError(f"line pattern {pattern!r} is not RE2 with named groups: {error}") from error

    def parse(self, batch: RawBatch, options: Mapping[str, str]) -> Parsed:
        text = text_column(batch.records)
        left = np.arange(len(text), dtype=np.int64)
        parts: list[tuple[np.ndarray, dict[str, pa.Array]]] = []
        for pattern in self._patterns:
            if not len(left):
                break
            found = pc.extract_regex(text if len(left) == len(text) else text.take(pa.array(left)), pattern)
            hit = pc.is_valid(found).to_numpy(zero_copy_only=False)
            if hit.any():
                struct = found if hit.all() else found.filter(pa.array(hit))
                parts.append((left[hit], {field.name: _or_null(struct.field(field.name)) for field in struct.type}))
                left = left[~hit]
        skipped = [
            SkippedRecord(
                batch.source_id, batch.path, batch.positions[row], "no pattern matches", "", batch.records[row][:4096]
            )
            for row in left.tolist()
            if batch.records[row].strip()
        ]
        rows, fields = merge_parts(parts)
        return Parsed(_taken_apart(fields, self._then), rows, skipped)


def _steps(node: object) -> list[tuple[str, list[str]]]:
    steps: list[tuple[str, list[str]]] = []
    for step in node if isinstance(node, list) else [node]:
        if not isinstance(step, dict) or {*step} != {"from", "patterns"} or not isinstance(step["patterns"], list):
            raise MappingError("parser_options: then must be a list of {from: field, patterns: [pattern, ...]}")
        steps.append((str(step["from"]), [str(pattern) for pattern in step["patterns"]]))
    return steps


def _taken_apart(fields: TableFields, steps: Sequence[tuple[str, Sequence[str]]]) -> TableFields:
    columns = dict(fields.columns)
    for name, patterns in steps:
        source = columns.get(name)
        if source is None or source.null_count == len(source):
            continue
        for field, value in _first_match(source, patterns).items():
            # Where the line itself gave the field (another pattern of ``lines``), it stays.
            columns[field] = pc.coalesce(columns[field], value) if field in columns else value
    return TableFields(columns, len(fields))


def _first_match(source: pa.Array, patterns: Sequence[str]) -> dict[str, pa.Array]:
    """The groups of the first pattern that matches each value; null where none does."""
    columns: dict[str, pa.Array] = {}
    left: pa.Array | None = None  # rows no pattern has matched yet; None: all
    for pattern in patterns:
        found = pc.extract_regex(source if left is None else source.take(left), pattern)
        for field in found.type:
            value = pc.struct_field(found, field.name)  # unlike .field(), null where nothing matched
            if left is not None:
                value = pc.scatter(value, left, max_index=len(source) - 1) if len(left) else None
            if value is not None:
                columns[field.name] = pc.coalesce(columns[field.name], value) if field.name in columns else value
        missed = np.flatnonzero(pc.is_null(found).to_numpy(zero_copy_only=False))
        left = pa.array(missed) if left is None else left.take(pa.array(missed))
        if not len(left):
            break
    return {name: _or_null(column) for name, column in columns.items()}


def _or_null(column: pa.Array) -> pa.Array:
    """A group that took part in no match is empty text everywhere: as good as absent, and cheaper."""
    return column if pc.any(pc.not_equal(column, "")).as_py() else pa.nulls(len(column), pa.string())


def text_column(records: Sequence[bytes]) -> pa.Array:
    """Records as text; bytes that are not UTF-8 are replaced (the raw record keeps them), NUL is kept."""
    try:
        return pa.array(records, pa.binary()).cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array([record.decode("utf-8", "replace") for record in records], pa.string())


def merge_parts(parts: Sequence[tuple[np.ndarray, Mapping[str, pa.Array]]]) -> tuple[np.ndarray, TableFields]:
    """Rows and columns of several partial parses as one table of fields."""
    if not parts:
        return np.empty(0, dtype=np.int64), TableFields({}, 0)
    rows = np.concatenate([part[0] for part in parts])
    names = dict.fromkeys(name for _, columns in parts for name in columns)
    columns = {
        name: pa.concat_arrays([part.get(name, pa.nulls(len(index), pa.string())) for index, part in parts])
        for name in names
    }
    return rows, TableFields(columns, len(rows))
