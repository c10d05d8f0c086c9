"""Figures per generator, and what they say about generators in general: the generator is the unit that is drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def ranked_above(generated: Floats, chosen: Floats) -> float:
    """Area under ROC: how often a generated name scores above a chosen one, ties counting half. NaN without names."""
    if not len(generated) or not len(chosen):
        return float("nan")
    ordered = np.sort(chosen)
    below = np.searchsorted(ordered, generated, "left") + np.searchsorted(ordered, generated, "right")
    return float(below.mean() / (2 * len(ordered)))


@dataclass(frozen=True, slots=True)
class GeneratorFigures:
    """A :class:`~hodoscope.lifecycle.evaluate.interface.Statistic` over generators.

    ``values`` maps a figure's name to one value per generator (generators,), NaN where it has none. Each becomes a
    ``NAME_mean`` and a ``NAME_median`` over generators; every generator counts the same, however many names it has.
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
