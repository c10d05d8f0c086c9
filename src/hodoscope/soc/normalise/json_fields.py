"""Fields of JSON records, read column by column.

A path is resolved once per batch: the dictionaries on the way are cached, so a field costs one list comprehension.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import takewhile
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.soc.event import UNMAPPED
from hodoscope.soc.normalise.interface import Kind
from hodoscope.soc.normalise.paths import ListStep, Step, parse_path
from hodoscope.soc.normalise.values import array_of, text_of

Record = dict[str, object]
EMPTY: Record = {}
_TYPES: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "list": pa.list_(pa.string()),
}
UsedTree = dict[str, "UsedTree | None"]


class JsonFields:
    """:class:`~hodoscope.soc.normalise.interface.Fields` over parsed JSON objects."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records
        self._nodes: dict[tuple[str, ...], Sequence[Record]] = {(): records}
        self._names: list[tuple[str, ...]] | None = None
        self._present: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self._records)

    @property
    def records(self) -> Sequence[Record]:
        """The parsed objects; a parser may change them before any field is read."""
        return self._records

    def get(self, path: str, kind: Kind) -> pa.Array:
        steps = parse_path(path)
        self._key_names()
        if steps[0] not in self._present:
            return pa.nulls(len(self._records), _TYPES[kind])
        if all(type(step) is str for step in steps):
            names = tuple(str(step) for step in steps)
            last = names[-1]
            values = [node.get(last) for node in self._node(names[:-1])]
        else:
            values = self._in_lists(steps, kind == "list")
        return array_of(values, kind)

    def take(self, rows: npt.NDArray[np.int64]) -> "JsonFields":
        records = self._records
        return JsonFields([records[row] for row in rows.tolist()])

    def rest(self, used: frozenset[str]) -> pa.Array:
        tree = _used_tree(used)
        keys: list[str] = []
        values: list[object] = []
        offsets = [0]
        layouts: dict[tuple[str, ...], _Layout] = {}
        for record, names in zip(self._records, self._key_names(), strict=True):
            layout = layouts.get(names)
            if layout is None:
                layout = layouts[names] = _layout(names, tree)
            found = layout.get(record) if layout.get else ()
            if layout.inner or _NESTED.intersection(map(type, found)):
                _walk(record, tree, "", keys, values)
            else:
                keys += layout.keys
                values += found
            offsets.append(len(keys))
        return _map_of(keys, values, offsets)

    def _in_lists(self, steps: tuple[Step, ...], many: bool) -> list[object]:
        """Values at a path with list steps; only records that have the list are walked."""
        plain = tuple(str(step) for step in takewhile(lambda step: type(step) is str, steps))
        inner = steps[len(plain) :]
        lists = [node.get(plain[-1]) for node in self._node(plain[:-1])]
        return [_resolve(value, inner, many) if value else None for value in lists]

    def _key_names(self) -> list[tuple[str, ...]]:
        """Top-level keys of each record; computed once, after the parser is done with them."""
        if self._names is None:
            self._names = [tuple(record) for record in self._records]
            self._present = frozenset().union(*set(self._names))
        return self._names

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
    """Used paths as a tree; None marks a path held whole. ``a[..]`` counts as all of ``a``.

    Where both ``a`` and ``a.b`` are used, ``a`` is meant for records in which it is no object: key ``""`` says so.
    """
    root: UsedTree = {}
    for path in sorted(used):
        node = root
        steps = parse_path(path)
        names: list[str] = []
        for step in steps:
            if type(step) is not str:
                break
            names.append(step)
        for name in names[:-1]:
            below = node.setdefault(name, {})
            if below is None:
                below = node[name] = {"": None}
            node = below
        if node.get(names[-1]) is None:
            node[names[-1]] = None
        else:
            node[names[-1]] |= {"": None}
    return root


def _walk(record: Record, tree: UsedTree, prefix: str, keys: list[str], values: list[object]) -> None:
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
            if "" in below:
                continue
        elif type(value) is dict:
            _walk(value, {}, f"{prefix}{key}.", keys, values)
            continue
        keys.append(prefix + key)
        values.append(value)


class _Layout(NamedTuple):
    """What is left of records with the same keys in the same order; ``inner``: a used path lies below one of them."""

    keys: tuple[str, ...]
    get: Callable[[Record], tuple[object, ...]] | None
    inner: bool


_NESTED = frozenset((dict,))


def _layout(names: tuple[str, ...], tree: UsedTree) -> _Layout:
    keys = tuple(name for name in names if name not in tree)
    inner = any(tree.get(name) is not None for name in names)
    if not keys:
        return _Layout(keys, None, inner)
    get = itemgetter(*keys)
    return _Layout(keys, get if len(keys) > 1 else lambda record: (get(record),), inner)


def _map_of(keys: list[str], values: list[object], offsets: list[int]) -> pa.Array:
    """Map array of the non-empty values, as text."""
    texts = pa.array([value if value is None or type(value) is str else text_of(value) for value in values], pa.string())
    names, ends = pa.array(keys, pa.string()), np.array(offsets, dtype=np.int32)
    present = pc.fill_null(pc.not_equal(texts, ""), False)
    if texts.null_count or not pc.all(present).as_py():
        kept = np.concatenate(([0], np.cumsum(present.to_numpy(zero_copy_only=False))))
        ends = kept[ends].astype(np.int32)
        names, texts = names.filter(present), texts.filter(present)
    return pa.MapArray.from_arrays(pa.array(ends), names, texts).cast(UNMAPPED)


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
