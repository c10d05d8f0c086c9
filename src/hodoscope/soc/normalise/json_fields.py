"""Fields of JSON records, read column by column.

A path is resolved once per batch: the dictionaries on the way are cached, so a field costs one list comprehension.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hodoscope.soc.event import UNMAPPED
from hodoscope.soc.normalise.interface import Kind
from hodoscope.soc.normalise.paths import ListStep, Step, parse_path
from hodoscope.soc.normalise.values import array_of, text_of

Record = dict[str, object]
EMPTY: Record = {}
UsedTree = dict[str, "UsedTree | None"]


class JsonFields:
    """:class:`~hodoscope.soc.normalise.interface.Fields` over parsed JSON objects."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records
        self._nodes: dict[tuple[str, ...], Sequence[Record]] = {(): records}

    def __len__(self) -> int:
        return len(self._records)

    @property
    def records(self) -> Sequence[Record]:
        """The parsed objects; a parser may change them before any field is read."""
        return self._records

    def get(self, path: str, kind: Kind) -> pa.Array:
        steps = parse_path(path)
        if all(type(step) is str for step in steps):
            names = tuple(str(step) for step in steps)
            last = names[-1]
            values = [node.get(last) for node in self._node(names[:-1])]
        else:
            values = [_resolve(record, steps, kind == "list") for record in self._records]
        return array_of(values, kind)

    def take(self, rows: npt.NDArray[np.int64]) -> "JsonFields":
        records = self._records
        return JsonFields([records[row] for row in rows.tolist()])

    def rest(self, used: frozenset[str]) -> pa.Array:
        tree = _used_tree(used)
        keys: list[str] = []
        values: list[str] = []
        offsets = [0]
        for record in self._records:
            _walk(record, tree, "", keys, values)
            offsets.append(len(keys))
        return pa.MapArray.from_arrays(
            pa.array(offsets, pa.int32()), pa.array(keys, pa.string()), pa.array(values, pa.string())
        ).cast(UNMAPPED)

    def _node(self, names: tuple[str, ...]) -> Sequence[Record]:
        found = self._nodes.get(names)
        if found is None:
            last = names[-1]
            children = [parent.get(last) for parent in self._node(names[:-1])]
            found = [child if type(child) is dict else EMPTY for child in children]
            self._nodes[names] = found
        return found


@lru_cache(maxsize=4096)
def _used_tree(used: frozenset[str]) -> UsedTree:
    """Used paths as a tree; None marks a path held whole. ``a[..]`` counts as all of ``a``."""
    root: UsedTree = {}
    for path in sorted(used):
        node: UsedTree | None = root
        steps = parse_path(path)
        names = []
        for step in steps:
            if type(step) is not str:
                break
            names.append(step)
        for name in names[:-1]:
            if node is None:
                break
            node = node.setdefault(name, {})
        if node is not None:
            node[names[-1]] = None
    return root


def _walk(record: Record, tree: UsedTree, prefix: str, keys: list[str], values: list[str]) -> None:
    for key, value in record.items():
        if value is None or value == "":
            continue
        if key in tree:
            below = tree[key]
            if below is None:
                continue
            if type(value) is dict:
                _walk(value, below, f"{prefix}{key}.", keys, values)
                continue
        elif type(value) is dict:
            _walk(value, {}, f"{prefix}{key}.", keys, values)
            continue
        keys.append(prefix + key)
        values.append(value if type(value) is str else text_of(value))


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
