"""Fields of JSON records, read column by column from their cells (see :mod:`hodoscope.soc.normalise.json_cells`)."""

from collections.abc import Sequence
from itertools import takewhile

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.soc.normalise.interface import Kind
from hodoscope.soc.normalise.json_cells import CellTable, Numbers, Record
from hodoscope.soc.normalise.json_rest import rest_of, used_tree
from hodoscope.soc.normalise.paths import ListStep, Step, parse_path
from hodoscope.soc.normalise.values import array_of, array_of_texts, list_of, text_of

_TYPES: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "list": pa.list_(pa.string()),
}


def fields_of(records: Sequence[Record]) -> "JsonFields":
    """Fields of objects that are at hand already."""
    return JsonFields(CellTable([records]))


class JsonFields:
    """:class:`~hodoscope.soc.normalise.interface.Fields` over parsed JSON objects."""

    def __init__(self, table: CellTable, rows: Numbers | None = None) -> None:
        self._table = table
        self._rows = table.records if rows is None else rows
        self._found: dict[tuple[str, Kind], pa.Array] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, path: str, kind: Kind) -> pa.Array:
        found = self._found.get((path, kind))
        if found is None:
            found = self._found[path, kind] = self._get(path, kind)
        return found

    def take(self, rows: npt.NDArray[np.int64]) -> "JsonFields":
        return JsonFields(self._table, self._rows[rows])

    def followed_by(self, others: Sequence["JsonFields"]) -> "JsonFields":
        """These records, then those of ``others``, which are taken from the same batch."""
        return JsonFields(self._table, np.concatenate([self._rows, *(other._rows for other in others)]))

    def rest(self, used: frozenset[str], keys: frozenset[str] | None = None) -> pa.Array:
        return rest_of(self._table, self._rows, used_tree(used), keys)

    def _get(self, path: str, kind: Kind) -> pa.Array:
        table, steps = self._table, parse_path(path)
        plain = tuple(str(step) for step in takewhile(lambda step: type(step) is str, steps))
        cells = self._cells_at(plain)
        if cells is None:
            return pa.nulls(len(self), _TYPES[kind])
        inner = steps[len(plain) :]
        if inner:
            values = map(table.objects.get, cells.tolist())
            return array_of([_resolve(value, inner, kind == "list") if value else None for value in values], kind)
        texts = self._texts(cells)
        if kind == "list":
            objects = table.objects
            pairs = zip(cells.tolist(), texts.to_pylist(), strict=True)
            return pa.array([list_of(objects.get(cell, text)) for cell, text in pairs], _TYPES[kind])
        return texts if kind == "text" else array_of_texts(texts, kind)

    def _cells_at(self, names: tuple[str, ...]) -> Numbers | None:
        """The cell at a path of plain names, for each record; None when there is none."""
        table, objects = self._table, self._rows
        cells: Numbers | None = None
        for name in names:
            if cells is not None:
                objects = table.inside[cells]
            cells = table.below(objects, name)
            if cells is None:
                return None
        return cells if cells is not None and (cells >= 0).any() else None

    def _texts(self, cells: Numbers) -> pa.Array:
        table = self._table
        absent = cells < 0
        texts = table.texts.take(pa.array(cells, mask=absent) if absent.any() else pa.array(cells))
        if table.objects:
            objects = table.inside[cells] >= 0
            if objects.any():
                values = [text_of(table.objects[cell]) for cell in cells[objects].tolist()]
                texts = pc.replace_with_mask(texts, pa.array(objects), pa.array(values, pa.string()))
        return texts


def _resolve(record: object, steps: tuple[Step, ...], many: bool) -> object:
    """Value(s) at a path with list steps: a list when ``many``, else the first one found."""
    found: list[object] = [record]
    for step in steps:
        following: list[object] = []
        for value in found:
            if type(step) is str:
                if type(value) is dict and value.get(step) is not None:
                    following.append(value[step])
            elif isinstance(step, ListStep) and type(value) is list:
                following.extend(step.pick(value))
        if not following:
            return None
        found = following
    if not many:
        return found[0]
    flat: list[object] = []
    for value in found:
        flat.extend(value if type(value) is list else [value])
    return flat
