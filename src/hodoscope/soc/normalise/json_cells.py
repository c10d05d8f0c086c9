"""JSON records as cells: every value of a batch in one Arrow text array, found by arithmetic instead of by key.

Records with the same keys in the same order share a *layout* (60 to 400 of them in 20,000 Windows events). A value's
cell is then the first cell of its object plus the key's place in the layout, for all records of a batch at once:
looking keys up record by record, or layout by layout, took most of the time. Objects inside objects are further objects
with cells of their own, level below level.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.soc.normalise.values import text_of

Record = dict[str, object]
Numbers = npt.NDArray[np.int64]
Key = TypeVar("Key")


class _Numbering(dict[Key, int]):
    """Numbers things by first sight."""

    def __missing__(self, key: Key) -> int:
        self[key] = number = len(self)
        return number


class CellTable:
    """All objects and values of a batch. ``-1`` is no object or no cell.

    ``records`` are the objects that are records. ``texts[cell]`` is the value as verbatim text, null for null and for
    an object; ``filled[cell]`` whether it has any; ``inside[cell]`` the number of the object a cell holds; ``objects``
    the values that are objects or lists; ``name_of[cell]`` the number of its key in ``names``.
    """

    def __init__(self, pieces: Iterable[Sequence[Record]]) -> None:
        collected = _Collected()
        for piece in pieces:
            collected.add(piece)
        self.records = _joined(collected.records)
        self.objects = collected.objects
        self.inside = _joined([*collected.inside, np.array([-1])])  # cell -1 holds no object
        self.texts = pa.concat_arrays(collected.texts) if collected.texts else pa.array([], pa.string())
        lengths = pc.fill_null(pc.binary_length(self.texts), 0)
        self.filled: npt.NDArray[np.bool_] = lengths.to_numpy(zero_copy_only=False) > 0
        self._read_layouts(list(collected.layouts), _joined(collected.codes))

    def _read_layouts(self, layouts: list[tuple[str, ...]], codes: Numbers) -> None:
        numbering: _Numbering[str] = _Numbering()
        sizes = np.fromiter(map(len, layouts), np.int64, len(layouts))
        flat = np.fromiter(map(numbering.__getitem__, chain.from_iterable(layouts)), np.int64, int(sizes.sum()))
        begins = np.cumsum(sizes) - sizes
        self.names = list(numbering)
        self._numbers = numbering
        # One more object without keys at the end: number -1 asks for it.
        self._layout = np.append(codes, len(layouts))
        self._sizes = np.append(sizes, 0)
        counts = self._sizes[self._layout]
        self._begin = np.cumsum(counts) - counts
        self.name_of = flat[ragged(np.append(begins, 0)[self._layout], counts)]
        # Where a name stands, by name: (layout, place) pairs in one order for all names.
        order = np.argsort(flat, kind="stable")
        self._at_layout = np.repeat(np.arange(len(layouts)), sizes)[order]
        self._at_place = ragged(np.zeros(len(layouts), np.int64), sizes)[order]
        self._ends = np.cumsum(np.bincount(flat, minlength=len(self.names)))
        self._places: dict[str, Numbers | None] = {}

    def below(self, objects: Numbers, name: str) -> Numbers | None:
        """The cell under a key, for each object; None when no layout of the batch has the key."""
        if name not in self._places:
            self._places[name] = self._place(name)
        places = self._places[name]
        if places is None:
            return None
        place = places[self._layout[objects]]
        cells: Numbers = np.where(place < 0, -1, self._begin[objects] + place)
        return cells

    def cells(self, objects: Numbers) -> tuple[Numbers, Numbers]:
        """Every cell of the objects in order, and the place in ``objects`` that each belongs to."""
        counts = self._sizes[self._layout[objects]]
        return ragged(self._begin[objects], counts), np.repeat(np.arange(len(objects)), counts)

    def _place(self, name: str) -> Numbers | None:
        number = self._numbers.get(name)
        if number is None:
            return None
        held = slice(self._ends[number - 1] if number else 0, self._ends[number])
        places = np.full(len(self._sizes), -1, np.int64)
        places[self._at_layout[held]] = self._at_place[held]
        return places


def ragged(begins: Numbers, counts: Numbers) -> Numbers:
    """``counts[i]`` consecutive numbers from ``begins[i]`` on, for each i."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    numbers: Numbers = np.arange(total) + np.repeat(begins - (ends - counts), counts)
    return numbers


class _Collected:
    """Cells of one piece after the other, level by level within a piece.

    Nearly all values are text. Which places of a layout hold other things is learned, so that the others are touched
    only by Arrow: each look at a value in Python costs as much as Arrow's copying it.
    """

    def __init__(self) -> None:
        self.layouts: _Numbering[tuple[str, ...]] = _Numbering()
        self.codes: list[Numbers] = []
        self.records: list[Numbers] = []
        self.inside: list[Numbers] = []
        self.objects: dict[int, object] = {}
        self.texts: list[pa.Array] = []
        self._others: list[list[int]] = []  # by layout: places that held something else than text
        self._known = 0  # objects so far
        self._cells = 0

    def add(self, records: Sequence[Record]) -> None:
        self.records.append(np.arange(self._known, self._known + len(records)))
        level = records
        while level:
            codes = [self.layouts[layout] for layout in map(tuple, level)]
            self.codes.append(np.array(codes))
            self._known += len(level)
            level = self._values(codes, level)

    def _values(self, codes: list[int], level: Sequence[Record]) -> list[Record]:
        """Take the values of a level; the objects among them are the next level."""
        values = list(chain.from_iterable(map(dict.values, level)))
        places: list[int] = []
        following: list[Record] = []
        at = 0
        for code, record in zip(codes, level, strict=True):
            if code == len(self._others):
                self._others.append([])
                self._learn(code, record)
            for place in self._others[code]:
                value = values[at + place]
                if type(value) is int:
                    values[at + place] = str(value)
                elif type(value) is dict:
                    self.objects[self._cells + at + place] = value
                    values[at + place] = None
                    places.append(at + place)
                    following.append(value)
                elif type(value) is not str and value is not None:
                    if type(value) is list:
                        self.objects[self._cells + at + place] = value
                    values[at + place] = text_of(value)
            at += len(record)
        try:
            texts = pa.array(values, pa.string())
        except (pa.ArrowInvalid, pa.ArrowTypeError):  # a value that was text so far is not
            for code, record in zip(codes, level, strict=True):
                self._learn(code, record)
            return self._values(codes, level)
        inside = np.full(len(values), -1)
        inside[places] = np.arange(self._known, self._known + len(places))
        self.inside.append(inside)
        self.texts.append(texts)
        self._cells += len(values)
        return following

    def _learn(self, code: int, record: Record) -> None:
        known = self._others[code]
        known += [
            place
            for place, value in enumerate(record.values())
            if type(value) is not str and value is not None and place not in known
        ]


def _joined(arrays: Sequence[Numbers]) -> Numbers:
    return np.concatenate(arrays) if arrays else np.zeros(0, np.int64)
