"""Fields of JSON records, read column by column.

Records with the same keys in the same order are kept together as a *layout block*: shippers use few layouts (60 to 400
in 20,000 Windows events). The values of a block are listed once, record by record; a column is then a slice with a
stride, which costs a fifth of looking the key up in every record.
"""

from collections.abc import Sequence
from itertools import chain, pairwise, takewhile

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hodoscope.soc.normalise.interface import Kind
from hodoscope.soc.normalise.json_rest import Leftovers, used_tree
from hodoscope.soc.normalise.paths import ListStep, Step, parse_path
from hodoscope.soc.normalise.values import array_of

Record = dict[str, object]
EMPTY: Record = {}
_TYPES: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "list": pa.list_(pa.string()),
}


class LayoutBlock:
    """Consecutive records with the same keys in the same order."""

    __slots__ = ("_nodes", "_places", "_values", "names", "records")

    def __init__(self, names: tuple[str, ...], records: Sequence[Record]) -> None:
        self.names = names
        self.records = records
        self._places: dict[str, int] | None = None
        self._values: list[object] = []
        self._nodes: dict[tuple[str, ...], list[Record]] = {}

    def column(self, name: str) -> list[object] | None:
        """The values of a top-level key; None when the layout lacks it."""
        if self._places is None:
            self._places = {name: place for place, name in enumerate(self.names)}
            self._values = list(chain.from_iterable(map(dict.values, self.records)))
        place = self._places.get(name)
        return None if place is None else self._values[place :: len(self.names)]

    def at(self, names: tuple[str, ...]) -> list[object] | None:
        """The values at a path of plain names; None when no record of the block can have it."""
        if len(names) == 1:
            return self.column(names[0])
        nodes = self._node(names[:-1])
        last = names[-1]
        return [node.get(last) for node in nodes] if nodes else None

    def _node(self, names: tuple[str, ...]) -> list[Record]:
        found = self._nodes.get(names)
        if found is None:
            children = self.at(names)
            found = [child if type(child) is dict else EMPTY for child in children] if children else []
            if not any(found):
                found = []
            self._nodes[names] = found
        return found


class JsonFields:
    """:class:`~hodoscope.soc.normalise.interface.Fields` over parsed JSON objects."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records
        self._blocks: list[LayoutBlock] | None = None
        self._length = len(records)
        self._present: frozenset[str] = frozenset()
        self._found: dict[tuple[str, Kind], pa.Array] = {}

    def __len__(self) -> int:
        return self._length

    @property
    def records(self) -> Sequence[Record]:
        """The parsed objects; a parser may change them before any field is read."""
        if len(self._records) < self._length:
            self._records = [record for block in self._layouts() for record in block.records]
        return self._records

    def get(self, path: str, kind: Kind) -> pa.Array:
        found = self._found.get((path, kind))
        if found is None:
            found = self._found[path, kind] = self._get(path, kind)
        return found

    def _get(self, path: str, kind: Kind) -> pa.Array:
        steps = parse_path(path)
        blocks = self._layouts()
        if steps[0] not in self._present:
            return pa.nulls(self._length, _TYPES[kind])
        plain = tuple(str(step) for step in takewhile(lambda step: type(step) is str, steps))
        inner = steps[len(plain) :]
        values: list[object] = []
        for block in blocks:
            column = block.at(plain)
            if column is None:
                values += [None] * len(block.records)
            elif inner:
                many = kind == "list"
                values += [_resolve(value, inner, many) if value else None for value in column]
            else:
                values += column
        return array_of(values, kind)

    def take(self, rows: npt.NDArray[np.int64]) -> "JsonFields":
        return JsonFields(list(map(self.records.__getitem__, rows.tolist())))

    def followed_by(self, others: Sequence["JsonFields"]) -> "JsonFields":
        """These records, then those of ``others``."""
        parts = [self, *others]
        joined = JsonFields(())
        joined._length = sum(map(len, parts))
        joined._blocks = [block for part in parts for block in part._layouts()]
        joined._present = frozenset().union(*(part._present for part in parts))
        return joined

    def by_layout(self) -> npt.NDArray[np.int64]:
        """Rows in an order that brings records of one layout together."""
        names = list(map(tuple, self.records))
        numbers = {layout: number for number, layout in enumerate(dict.fromkeys(names))}
        codes = np.fromiter(map(numbers.__getitem__, names), dtype=np.int64, count=len(names))
        return np.argsort(codes, kind="stable")

    def rest(self, used: frozenset[str]) -> pa.Array:
        leftovers = Leftovers(used_tree(used))
        for block in self._layouts():
            leftovers.add(block.names, block.records, block.column)
        return leftovers.finish()

    def _layouts(self) -> list[LayoutBlock]:
        """Blocks of equal layout; found once, after the parser is done with the records."""
        if self._blocks is None:
            records, names = self._records, list(map(tuple, self._records))
            starts = [row for row, (before, here) in enumerate(pairwise(names), 1) if before != here]
            self._blocks = [
                LayoutBlock(names[begin], records[begin:end])
                for begin, end in pairwise([0, *starts, len(records)])
                if begin < end
            ]
            self._present = frozenset().union(*(block.names for block in self._blocks))
        return self._blocks


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
