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
    """``parser_options: {lines: [pattern, …]}``; the first pattern that matches gives the fields."""

    def __init__(self, options: Mapping[str, object]) -> None:
        lines = options.get("lines")
        if not isinstance(lines, list) or not lines:
            raise MappingError("parser 'regex' needs parser_options: {lines: [pattern, ...]}")
        self._patterns = [str(pattern) for pattern in lines]
        for pattern in self._patterns:
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
                parts.append((left[hit], {field.name: struct.field(field.name) for field in struct.type}))
                left = left[~hit]
        skipped = [
            SkippedRecord(
                batch.source_id, batch.path, batch.positions[row], "no pattern matches", "", batch.records[row][:4096]
            )
            for row in left.tolist()
            if batch.records[row].strip()
        ]
        rows, fields = merge_parts(parts)
        return Parsed(fields, rows, skipped)


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
