"""Fields of records that were parsed into columns (text formats, TSV, CSV)."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.soc.event import UNMAPPED
from hodoscope.soc.normalise.interface import Kind
from hodoscope.soc.normalise.values import array_of


class TableFields:
    """:class:`~hodoscope.soc.normalise.interface.Fields` over text columns; null or empty means absent."""

    def __init__(self, columns: Mapping[str, pa.Array], length: int) -> None:
        self._columns = columns
        self._length = length

    def __len__(self) -> int:
        return self._length

    def get(self, path: str, kind: Kind) -> pa.Array:
        column = self._columns.get(path)
        if column is None:
            return pa.nulls(self._length, pa.string()) if kind == "text" else array_of([None] * self._length, kind)
        if kind == "text":
            return column
        if kind in ("int", "float"):
            try:
                return pc.cast(column, pa.int64() if kind == "int" else pa.float64())
            except pa.ArrowInvalid:
                pass
        return array_of(column.to_pylist(), kind)

    def take(self, rows: npt.NDArray[np.int64]) -> "TableFields":
        index = pa.array(rows)
        return TableFields({name: column.take(index) for name, column in self._columns.items()}, len(rows))

    def with_columns(self, columns: Mapping[str, pa.Array]) -> "TableFields":
        """The same records with further fields (what a rule's pattern found)."""
        return TableFields({**self._columns, **columns}, self._length)

    def rest(self, used: frozenset[str]) -> pa.Array:
        names = [name for name in self._columns if name not in used]
        if not names or not self._length:
            return pa.MapArray.from_arrays(
                pa.array(np.zeros(self._length + 1, np.int32)), pa.array([], pa.string()), pa.array([], pa.string())
            ).cast(UNMAPPED)
        columns = [self._columns[name] for name in names]
        present = np.stack([_present(column) for column in columns], axis=1)
        offsets = np.concatenate(([0], np.cumsum(present.sum(axis=1)))).astype(np.int32)
        # Row-major order of (row, column): concatenate column-wise, then pick cell row + column * length.
        rows, numbers = np.nonzero(present)
        values = pa.chunked_array([column.cast(pa.string()) for column in columns]).combine_chunks()
        picked = values.take(pa.array(numbers * self._length + rows))
        keys = pa.array(names, pa.string()).take(pa.array(numbers))
        return pa.MapArray.from_arrays(pa.array(offsets), keys, picked).cast(UNMAPPED)


def _present(column: pa.Array) -> npt.NDArray[np.bool_]:
    filled = pc.fill_null(pc.not_equal(column.cast(pa.string()), ""), False)
    return np.asarray(filled.to_numpy(zero_copy_only=False), dtype=np.bool_)
