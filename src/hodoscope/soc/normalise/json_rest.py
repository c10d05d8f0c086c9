"""What no column holds of JSON records: the ``unmapped`` map of each, gathered from the cells of a batch.

Level by level: which cells of the objects are leaves to keep and which are objects to go on with depends on the key and
on the path of the object alone, so each pair of the two is looked at once. What one would get wrong: the leaves come
out level by level, but a map shows them in the order of the record; :func:`_in_record_order` puts an object's leaves
where the object stands.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hodoscope.soc.event import UNMAPPED
from hodoscope.soc.normalise.json_cells import CellTable, Numbers
from hodoscope.soc.normalise.paths import parse_path

UsedTree = dict[str, "UsedTree | None"]
_DENSE = 1 << 20  # pairs of key and path that are looked up in a table; beyond it they are sorted


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


class _Level(NamedTuple):
    """Entries of objects of one depth, in order: leaves to keep and objects to go on with."""

    owner: Numbers  # which of the level's objects an entry belongs to
    cell: Numbers
    key: Numbers  # number of a leaf's path; -1 for an object
    objects: int


def rest_of(table: CellTable, rows: Numbers, tree: UsedTree, wanted: frozenset[str] | None = None) -> pa.Array:
    """The map array of the records ``rows``: every leaf with a value outside the used paths.

    With ``wanted`` only leaves of these paths; one that ends in ``*`` stands for all that begin so.
    """
    paths: list[str] = []
    keep = None if wanted is None else _Wanted(wanted)
    cells, keys, counts = _in_record_order(list(_levels(table, rows, tree, paths, keep)))
    offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
    names = pa.array(paths, pa.string()).take(pa.array(keys))
    return pa.MapArray.from_arrays(pa.array(offsets), names, table.texts.take(pa.array(cells))).cast(UNMAPPED)


class _Wanted:
    """Which paths are wanted, or may lead to one that is."""

    def __init__(self, paths: frozenset[str]) -> None:
        self._begins = tuple(path[:-1] for path in paths if path.endswith("*"))
        self._exact = paths
        self._above = frozenset(path[:at] for path in paths for at, letter in enumerate(path) if letter == ".")

    def leaf(self, path: str) -> bool:
        return path in self._exact or path.startswith(self._begins)

    def above(self, path: str) -> bool:
        return path in self._above or any(
            f"{path}.".startswith(begin) or begin.startswith(path) for begin in self._begins
        )


def _levels(
    table: CellTable, rows: Numbers, tree: UsedTree, paths: list[str], wanted: _Wanted | None
) -> Iterator[_Level]:
    objects, nodes = rows, np.zeros(len(rows), np.int64)
    known: list[tuple[str, UsedTree]] = [("", tree)]
    while True:
        cells, owner = table.cells(objects)
        inside = table.inside[cells]
        pairs = nodes[owner] * len(table.names) + table.name_of[cells]
        present, which = _distinct(pairs, len(known) * len(table.names))
        leaf, node, known = _verdicts(present, table.names, known, paths, wanted)
        key = np.where(table.filled[cells], leaf[which], -1)
        follow = np.where(inside >= 0, node[which], -1)
        kept = np.flatnonzero((key >= 0) | (follow >= 0))
        yield _Level(owner[kept], cells[kept], key[kept], len(objects))
        kept = kept[follow[kept] >= 0]
        if not len(kept):
            return
        objects, nodes = inside[kept], follow[kept]


def _distinct(pairs: Numbers, limit: int) -> tuple[Numbers, Numbers]:
    """The distinct numbers, and the place among them of each."""
    if limit > _DENSE:
        return np.unique(pairs, return_inverse=True)
    seen = np.zeros(limit, np.bool_)
    seen[pairs] = True
    place = np.cumsum(seen) - 1
    return np.flatnonzero(seen), place[pairs]


def _verdicts(
    pairs: npt.NDArray[np.int64],
    names: list[str],
    known: list[tuple[str, UsedTree]],
    paths: list[str],
    wanted: _Wanted | None,
) -> tuple[Numbers, Numbers, list[tuple[str, UsedTree]]]:
    """For each (path of the object, key): the number of the leaf's path and of the path to go on with, or -1."""
    following: list[tuple[str, UsedTree]] = []
    leaf, node = np.full(len(pairs), -1, np.int64), np.full(len(pairs), -1, np.int64)
    for at, pair in enumerate(pairs.tolist()):
        (prefix, tree), name = known[pair // len(names)], names[pair % len(names)]
        below = tree.get(name, {})
        if below is None:
            continue
        path = prefix + name
        if "" not in below and (wanted is None or wanted.leaf(path)):
            leaf[at] = len(paths)
            paths.append(path)
        if wanted is None or wanted.above(path):
            node[at] = len(following)
            following.append((f"{path}.", below))
    return leaf, node, following


def _in_record_order(levels: list[_Level]) -> tuple[Numbers, Numbers, Numbers]:
    """Cells and keys of all leaves, record after record as they stand there, and the count of each record."""
    first = levels[0]
    if len(levels) == 1:
        return first.cell, first.key, np.bincount(first.owner, minlength=first.objects)
    # From below: how many leaves each entry stands for.
    weights: list[Numbers] = []
    totals: Numbers = np.zeros(0, np.int64)
    for level in reversed(levels):
        weight = np.ones(len(level.key), np.int64)
        weight[level.key < 0] = totals
        weights.append(weight)
        sums = np.concatenate(([0], np.cumsum(weight)))
        ends = np.searchsorted(level.owner, np.arange(level.objects), side="right")
        totals = np.diff(sums[ends], prepend=0)
    counts = totals
    # From above: where each entry begins.
    cells, keys = np.zeros(int(counts.sum()), np.int64), np.zeros(int(counts.sum()), np.int64)
    base = np.cumsum(counts) - counts
    for level, weight in zip(levels, reversed(weights), strict=True):
        before = np.cumsum(weight) - weight
        firsts = np.searchsorted(level.owner, np.arange(level.objects), side="left")
        starts = np.append(before, 0)[np.minimum(firsts, len(before))]
        place = base[level.owner] + before - starts[level.owner]
        leaves = level.key >= 0
        cells[place[leaves]] = level.cell[leaves]
        keys[place[leaves]] = level.key[leaves]
        base = place[~leaves]
    return cells, keys, counts
