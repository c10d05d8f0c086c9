"""Figures that are functions of sums over rows: precision, recall, MCC, Brier score, calibration error, all-right.

Rows are reduced once, to sums per group or to counts per (group, cell), so one draw costs a product or a gather and a
``bincount`` whatever the number of classes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np

from hodoscope.lifecycle.evaluate.interface import Weights
from hodoscope.lifecycle.evaluate.units import Codes, Flags, Floats

Finish = Callable[[Floats], Floats]


class Reduced(Protocol):
    """Rows reduced so that weighting their groups is cheap."""

    def totals(self, weights: Weights) -> Floats:
        """Weighted sums, (k,)."""
        ...


@dataclass(frozen=True, slots=True)
class Cells:
    """Sums by cell: ``totals(weights)[c]`` is the sum of value × weight over the rows of cell ``c``, (size,)."""

    size: int
    _group: Codes
    _cell: Codes
    _value: Floats

    @classmethod
    def of(cls, groups: Codes, cells: Codes, size: int, values: Floats | None = None) -> Self:
        """Reduce rows, each with its group and its cell in 0…size-1; without ``values`` rows are counted."""
        pairs, place = np.unique(groups * size + cells, return_inverse=True)
        sums = np.bincount(place.reshape(-1), weights=values, minlength=len(pairs)).astype(np.float64)
        return cls(size, pairs // size, pairs % size, sums)

    def totals(self, weights: Weights) -> Floats:
        """See the class."""
        sums = np.bincount(self._cell, weights=weights[self._group] * self._value, minlength=self.size)
        return sums.astype(np.float64, copy=False)

    def groups_with(self, cells: Flags) -> int:
        """Number of groups with a row in one of the flagged cells, (size,)."""
        return len(np.unique(self._group[cells[self._cell]]))


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of several values over all rows: ``totals(weights)[k]`` is the sum of value k × weight, (k,)."""

    _sums: Floats

    @classmethod
    def of(cls, groups: Codes, *values: Floats | Flags) -> Self:
        """Reduce rows, each with its group and its values; the number of rows comes last."""
        size = int(groups.max()) + 1
        return cls(
            np.stack([*(np.bincount(groups, value, size) for value in values), np.bincount(groups)]).astype(float)
        )

    def totals(self, weights: Weights) -> Floats:
        """See the class."""
        product: Floats = self._sums @ weights[: self._sums.shape[1]].astype(np.float64)
        return product


@dataclass(frozen=True, slots=True)
class Counted:
    """A :class:`Statistic` over the concatenated totals of what was reduced."""

    names: tuple[str, ...]
    support: Codes
    reduced: Sequence[Reduced]
    function: Finish
    unit: str = "share"

    def gather(self, weights: Weights) -> Floats:
        """The totals, one after another."""
        return np.concatenate([part.totals(weights) for part in self.reduced])

    def finish(self, gathered: Floats) -> Floats:
        """The function of them."""
        return self.function(gathered)


def ratio(part: Floats, whole: Floats) -> Floats:
    """``part / whole``, NaN where the whole is 0."""
    shares: Floats = np.divide(
        part, whole, out=np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan), where=whole > 0
    )
    return shares
