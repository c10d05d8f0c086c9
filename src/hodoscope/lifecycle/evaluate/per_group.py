"""Figures per group, and what they say of groups in general: every group counts the same, however many rows it has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def ranked_above(positives: Floats, negatives: Floats) -> float:
    """Area under ROC: how often a positive scores above a negative, ties counting half. NaN without either."""
    if not len(positives) or not len(negatives):
        return float("nan")
    ordered = np.sort(negatives)
    below = np.searchsorted(ordered, positives, "left") + np.searchsorted(ordered, positives, "right")
    return float(below.mean() / (2 * len(ordered)))


@dataclass(frozen=True, slots=True)
class PerGroup:
    """A :class:`~hodoscope.lifecycle.evaluate.interface.Statistic` over groups.

    ``values`` maps a figure's name to one value per group (groups,), NaN where it has none. Each becomes a
    ``NAME_mean`` and a ``NAME_median`` over groups.
    """

    values: Mapping[str, Sequence[float]]
    unit: str = "share"

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f"{name}_{kind}" for name in self.values for kind in ("mean", "median"))

    @property
    def support(self) -> NDArray[np.int64]:
        known = [int(np.sum(~np.isnan(np.asarray(column)))) for column in self.values.values()]
        return np.repeat(np.array(known, dtype=np.int64), 2)

    def gather(self, weights: NDArray[np.int32]) -> Floats:
        found = []
        for column in self.values.values():
            array = np.asarray(column, dtype=np.float64)
            drawn = np.repeat(array, weights)
            drawn = drawn[~np.isnan(drawn)]
            found += [float(drawn.mean()), float(np.median(drawn))] if len(drawn) else [np.nan, np.nan]
        return np.array(found)

    def finish(self, gathered: Floats) -> Floats:
        return gathered
