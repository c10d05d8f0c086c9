"""Figures that are functions of sums over rows: precision, recall, MCC, Brier score, calibration error, all-right.

Rows are reduced once to (group, cell) pairs, so one draw costs one gather and one ``bincount`` over the pairs, however
many classes there are.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hodoscope.lifecycle.evaluate.units import Codes, Flags, Floats

Finish = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Cells:
    """Sums over rows, by cell: ``totals(weights)[c]`` is the sum of value × weight over the rows of cell ``c``."""

    size: int
    _group: Codes
    _cell: Codes
    _value: Floats

    @classmethod
    def of(cls, groups: Codes, cells: Codes, size: int, values: Floats | None = None) -> "Cells":
        """Reduce rows, each with its group and its cell in 0…size-1; without ``values`` rows are counted."""
        pairs, place = np.unique(groups * size + cells, return_inverse=True)
        sums = np.bincount(place.reshape(-1), weights=values, minlength=len(pairs)).astype(np.float64)
        return cls(size, pairs // size, pairs % size, sums)

    def totals(self, weights: Floats) -> Floats:
        """Weighted sums per cell, (size,)."""
        sums = np.bincount(self._cell, weights=weights[self._group] * self._value, minlength=self.size)
        return sums.astype(np.float64, copy=False)

    def groups_with(self, cells: Flags) -> int:
        """Number of groups with a row in one of the flagged cells, (size,)."""
        return len(np.unique(self._group[cells[self._cell]]))


@dataclass(frozen=True, slots=True)
class Counted:
    """A :class:`Statistic` over the concatenated totals of some cells."""

    names: tuple[str, ...]
    support: Codes
    cells: tuple[Cells, ...]
    function: Finish
    unit: str = "share"

    def gather(self, weights: Floats) -> Floats:
        """The totals of all cells, one after another."""
        return np.concatenate([part.totals(weights) for part in self.cells])

    def finish(self, gathered: Floats) -> Floats:
        """The function of them."""
        return self.function(gathered)


def ratio(part: Floats, whole: Floats) -> Floats:
    """``part / whole``, NaN where the whole is 0."""
    shares: Floats = np.divide(
        part, whole, out=np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan), where=whole > 0
    )
    return shares
