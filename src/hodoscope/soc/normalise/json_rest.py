"""What no column holds of JSON records: the ``unmapped`` map of each, built block by block of equal layout."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.soc.event import UNMAPPED
from hodoscope.soc.normalise.paths import parse_path
from hodoscope.soc.normalise.values import texts_of

Record = dict[str, object]
UsedTree = dict[str, "UsedTree | None"]
_TEXT_OR_NONE = frozenset((str, type(None)))


@lru_cache(maxsize=4096)
def used_tree(used: frozenset[str]) -> UsedTree:
    """Used paths as a tree; None marks a path held whole. ``a[..]`` counts as all of ``a``.

    Where both ``a`` and ``a.b`` are used, ``a`` is meant for records in which it is no object: key ``""`` says so.
    """
    root: UsedTree = {}
    for path in sorted(used):
        node = root
        names: list[str] = []
        for step in parse_path(path):
            if type(step) is not str:
                break
            names.append(step)
        for name in names[:-1]:
            below = node.setdefault(name, {})
            if below is None:
                below = node[name] = {"": None}
            node = below
        held = node.setdefault(names[-1], None)
        if held is not None:
            held[""] = None
    return root


class Leftovers:
    """Collects the leaves outside the used paths. Keys are numbers until the end: making one array of 300,000 Python
    texts costs more than everything else here."""

    def __init__(self, tree: UsedTree) -> None:
        self._tree = tree
        self._numbers: dict[str, int] = {}
        self._root = _Node(tree, "", self._number)
        self._keys: list[npt.NDArray[np.int32]] = []
        self._values: list[object] = []  # texts and None
        self._counts: list[npt.NDArray[np.int64]] = []

    def add(
        self,
        names: tuple[str, ...],
        records: Sequence[Record],
        column: Callable[[str], list[object] | None],
    ) -> None:
        """The next records: all have the keys ``names``; ``column`` gives the values of one of them."""
        keys = [name for name in names if name not in self._tree]
        inner = any(self._tree.get(name) is not None for name in names)
        if not inner and not keys:
            self._counts.append(np.zeros(len(records), dtype=np.int64))
            return
        if not inner:
            if len(keys) > 1:
                values = list(chain.from_iterable(map(itemgetter(*keys), records)))
            else:
                values = column(keys[0]) or []
            kinds = set(map(type, values))
            if dict not in kinds:
                if not kinds <= _TEXT_OR_NONE:
                    values = list(texts_of(values))
                numbers = np.array([self._number(key) for key in keys], dtype=np.int32)
                self._keys.append(np.tile(numbers, len(records)))
                self._values += values
                self._counts.append(np.full(len(records), len(keys), dtype=np.int64))
                return
        self._walked(records)

    def finish(self) -> pa.Array:
        """The map array: non-empty values only, as text."""
        texts = pa.array(self._values, pa.string())
        numbers = pa.array(np.concatenate(self._keys) if self._keys else np.zeros(0, np.int32))
        ends = np.concatenate(([0], np.cumsum(np.concatenate(self._counts)))) if self._counts else np.zeros(1, np.int64)
        present = pc.fill_null(pc.not_equal(texts, ""), False)
        if texts.null_count or not pc.all(present).as_py():
            kept = np.concatenate(([0], np.cumsum(present.to_numpy(zero_copy_only=False))))
            ends = kept[ends]
            numbers, texts = numbers.filter(present), texts.filter(present)
        names = pa.array(list(self._numbers), pa.string()).take(numbers)
        return pa.MapArray.from_arrays(pa.array(ends.astype(np.int32)), names, texts).cast(UNMAPPED)

    def _number(self, key: str) -> int:
        return self._numbers.setdefault(key, len(self._numbers))

    def _walked(self, records: Sequence[Record]) -> None:
        """Record by record, where objects lie inside."""
        keys: list[int] = []
        values: list[object] = []
        counts: list[int] = []
        for record in records:
            before = len(keys)
            _walk(record, self._root, keys, values)
            counts.append(len(keys) - before)
        self._keys.append(np.array(keys, dtype=np.int32))
        self._values += texts_of(values)
        self._counts.append(np.array(counts, dtype=np.int64))


class _Node(dict[str, tuple[int, "_Node | None"]]):
    """What to do with a key met below one path: its number as a leaf (-1: a column holds it) and the node of what lies
    in it (None: a column holds it whole). Learned on first sight, so that no path is written out twice."""

    __slots__ = ("_number", "_prefix", "_tree")

    def __init__(self, tree: UsedTree, prefix: str, number: Callable[[str], int]) -> None:
        super().__init__()
        self._tree, self._prefix, self._number = tree, prefix, number

    def __missing__(self, key: str) -> "tuple[int, _Node | None]":
        path = self._prefix + key
        below = self._tree.get(key, {})
        if below is None:
            self[key] = (-1, None)
        else:
            self[key] = (-1 if "" in below else self._number(path), _Node(below, f"{path}.", self._number))
        return self[key]


def _walk(record: Record, node: _Node, keys: list[int], values: list[object]) -> None:
    for key, value in record.items():
        if value is None or value == "":
            continue
        number, inside = node[key]
        if type(value) is dict:
            if inside is not None:
                _walk(value, inside, keys, values)
        elif number >= 0:
            keys.append(number)
            values.append(value)
