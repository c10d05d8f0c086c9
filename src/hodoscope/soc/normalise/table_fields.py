"""Fields of records that were parsed into columns (text formats, TSV, CSV)."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.soc.event import UNMAPPED
from hodoscope.soc.normalise.interface import Kind
from hodoscope.soc.normalise.paths import ListStep, parse_path
from hodoscope.soc.normalise.values import array_of

_TYPES: dict[Kind, pa.DataType] = {
    "text": pa.string(), "int": pa.int64(), "float": pa.float64(), "bool": pa.bool_(), "list": pa.list_(pa.string()),
}  # fmt: skip


class TableFields:
    """:class:`~hodoscope.soc.normalise.interface.Fields` over text columns; null or empty means absent.

    A column is named by a path of one step. ``separator`` stands between the elements of a list (Zeek's sets and
    vectors);
    without one a value is a list of one element. ``name[0]`` is an element.
    """

    def __init__(self, columns: Mapping[str, pa.Array], length: int, separator: str = "") -> None:
        self._columns = columns
        self._length = length
        self._separator = separator
        self._index: pa.Array | None = None  # rows of ``_columns``; a column is taken when it is first asked for
        self._ready: dict[str, pa.Array] = {}  # columns of these very rows: taken ones, and what a pattern found
        self._found: tuple[str, ...] = ()
        self._parts: tuple[TableFields, ...] = ()  # joined records: a column is joined when it is first asked for

    def __len__(self) -> int:
        return self._length

    @property
    def columns(self) -> Mapping[str, pa.Array]:
        """The columns by name; not to be changed."""
        names = dict.fromkeys([*self._columns, *self._found, *(name for part in self._parts for name in part.columns)])
        return {name: column for name in names if (column := self._column(name)) is not None}

    def _column(self, name: str) -> pa.Array | None:
        ready = self._ready.get(name)
        if ready is None and self._parts:
            return self._joined(name)
        if ready is None:
            ready = self._columns.get(name)
            if ready is not None and self._index is not None:
                ready = ready.take(self._index) if ready.null_count < len(ready) else ready[: self._length]
                self._ready[name] = ready
        return ready

    def get(self, path: str, kind: Kind) -> pa.Array:
        column = self._column(path)
        if column is None:
            column = self._addressed(path)
        if column is None or column.null_count == self._length:
            return pa.nulls(self._length, _TYPES[kind])
        if kind == "text":
            return column
        if kind in ("int", "float"):
            try:
                return pc.cast(_present_text(column), _TYPES[kind])
            except pa.ArrowInvalid:
                pass
        if kind == "list" and self._separator:
            return pc.split_pattern(_present_text(column), self._separator)
        return array_of(column.to_pylist(), kind)

    def _addressed(self, path: str) -> pa.Array | None:
        """The column of an escaped name or of a list's element."""
        name, *steps = parse_path(path)
        column = self._column(str(name))
        if column is None or not steps:
            return column
        step = steps[0]
        if len(steps) > 1 or not isinstance(step, ListStep) or step.index is None or step.index < 0:
            return None
        lists = self.get(str(name).replace(".", r"\."), "list")
        long = pc.greater(pc.list_value_length(lists), step.index)
        return pc.list_element(pc.if_else(long, lists, pa.scalar([None] * (step.index + 1), lists.type)), step.index)

    def take(self, rows: npt.NDArray[np.int64]) -> "TableFields":
        index = pa.array(rows)
        if self._parts:
            return TableFields(self.columns, self._length, self._separator).take(rows)
        taken = TableFields(self._columns, len(rows), self._separator)
        taken._index = index if self._index is None else self._index.take(index)
        taken._found = self._found
        taken._ready = {name: self._ready[name].take(index) for name in self._found}
        return taken

    def with_columns(self, columns: Mapping[str, pa.Array]) -> "TableFields":
        """The same records with further fields (what a rule's pattern found)."""
        wider = TableFields(self._columns, self._length, self._separator)
        wider._index = self._index
        wider._found = tuple(dict.fromkeys((*self._found, *columns)))
        wider._ready = {**self._ready, **columns}
        return wider

    def followed_by(self, others: Sequence["TableFields"]) -> "TableFields":
        """These records, then those of ``others``."""
        parts = (self, *others)
        joined = TableFields({}, sum(map(len, parts)), self._separator)
        joined._parts = parts
        return joined

    def _joined(self, name: str) -> pa.Array | None:
        columns = [part._column(name) for part in self._parts]
        if all(column is None for column in columns):
            return None
        self._ready[name] = pa.concat_arrays(
            [
                pa.nulls(len(part), pa.string()) if column is None else column
                for part, column in zip(self._parts, columns, strict=True)
            ]
        )
        return self._ready[name]

    def rest(self, used: frozenset[str], keys: frozenset[str] | None = None) -> pa.Array:
        held = {parse_path(path)[0] for path in used}
        names_here = {**self._columns, **self._ready} if not self._parts else self.columns
        wanted = [name for name in names_here if name not in used and name not in held]
        found = {name: self._column(name) for name in wanted if not _always_null(self._columns.get(name))}
        columns_by_name = {
            name: column for name, column in found.items() if column is not None and column.null_count < len(column)
        }
        names = list(columns_by_name)
        if not names or not self._length:
            return pa.MapArray.from_arrays(
                pa.array(np.zeros(self._length + 1, np.int32)), pa.array([], pa.string()), pa.array([], pa.string())
            ).cast(UNMAPPED)
        columns = list(columns_by_name.values())
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


def _present_text(column: pa.Array) -> pa.Array:
    """Empty text as null: it is no number and no list."""
    empty = pc.equal(column, "")
    return pc.if_else(empty, pa.scalar(None, pa.string()), column) if pc.any(empty).as_py() else column


def _always_null(column: pa.Array | None) -> bool:
    return column is not None and column.null_count == len(column)
