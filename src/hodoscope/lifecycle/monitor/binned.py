"""Values as bins of a reference, so that distributions of any column compare by counting."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from hodoscope.errors import InputError

Floats = NDArray[np.float64]
EDGES = 20
"""Quantiles of the reference, its least and largest value among them; of fewer different values, all of them."""
MISSING = 2 * EDGES + 1
"""Bin of NaN, behind the bins of the edges themselves and of what lies between, below and above them."""


@dataclass(frozen=True, slots=True, eq=False)
class Binned:
    """Edges per column, ascending: edge i is bin 2 i + 1, what lies below it and above the last one is bin 2 i."""

    edges: tuple[Floats, ...]

    @classmethod
    def fit(cls, values: Floats) -> Self:
        """Edges from ``values`` (rows, columns), NaN left out. Raises ``InputError`` for no rows or infinite values."""
        if values.ndim != 2 or not values.shape[0]:
            raise InputError(f"monitor: a reference of shape {values.shape}; rows and columns are needed")
        if np.isinf(values).any():
            raise InputError(f"monitor: infinite values in column {int(np.isinf(values).any(0).argmax())}; clip them")
        levels = np.linspace(0, 1, EDGES)
        edges = []
        for column in values.T:
            known = column[~np.isnan(column)]
            distinct = np.unique(known)
            few = len(distinct) <= EDGES
            edges.append(distinct if few else np.unique(np.quantile(known, levels, method="higher")))
        return cls(tuple(edges))

    def codes(self, values: Floats) -> NDArray[np.int64]:
        """Bin of each value, same shape, 0 to ``MISSING``. Raises ``InputError`` for another number of columns."""
        if values.ndim != 2 or values.shape[1] != len(self.edges):
            raise InputError(f"monitor: values of shape {values.shape} for a reference of {len(self.edges)} columns")
        codes = np.empty(values.shape, dtype=np.int64)
        for number, edges in enumerate(self.edges):
            column = values[:, number]
            codes[:, number] = np.searchsorted(edges, column, "left") + np.searchsorted(edges, column, "right")
        codes[np.isnan(values)] = MISSING
        return codes


def histogram(codes: NDArray[np.int64]) -> Floats:
    """Rows per column and bin (columns, MISSING + 1)."""
    columns = codes.shape[1]
    flat = codes + np.arange(columns) * (MISSING + 1)
    return np.bincount(flat.ravel(), minlength=columns * (MISSING + 1)).reshape(columns, -1).astype(np.float64)


def distance(window: Floats, reference: Floats) -> Floats:
    """Kolmogorov-Smirnov distance (..., columns) between histograms (..., columns, bins), each normalised here."""
    difference = window / window.sum(-1, keepdims=True) - reference / reference.sum(-1, keepdims=True)
    return np.asarray(np.abs(np.cumsum(difference, axis=-1)).max(-1), dtype=np.float64)
