"""Cluster bootstrap: whole groups are drawn with replacement, every figure is computed again from the same draws."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from hodoscope.lifecycle.evaluate.interface import Statistic, Weights
from hodoscope.lifecycle.evaluate.student import percentile_levels
from hodoscope.lifecycle.evaluate.units import Floats
from hodoscope.lifecycle.metric import Metric

_EQUAL = 1e-12
BIASED = frozenset({"ece"})
"""Figures that noise only ever raises: the more noise, the larger, and a draw holds the noise twice."""


@dataclass(frozen=True, slots=True)
class Resampling:
    """How often and from which seed groups are drawn, and the level of the intervals."""

    draws: int = 1000
    seed: int = 7
    level: float = 0.95


def draw_weights(groups: int, seed: int, draw: int) -> Weights:
    """How often each group is in one draw: multinomial counts, (groups,), the same for the same seed and number."""
    picked = np.random.default_rng((seed, draw)).integers(0, groups, groups, dtype=np.int64)
    return np.bincount(picked, minlength=groups).astype(np.int32)


@dataclass(frozen=True, slots=True)
class Column:
    """One figure: its value on the data as they are, its draws (draws,) and the number of groups behind it."""

    value: float
    draws: Floats
    support: int
    unit: str

    def metric(self, level: float) -> Metric:
        """The figure with its interval; see :func:`interval`."""
        low, high = interval(self.draws, self.value, self.support, level)
        return Metric(self.value, low, high, self.unit, self.support)


def resample(statistics: Sequence[Statistic], groups: int, how: Resampling | None = None) -> list[dict[str, Column]]:
    """Value and draws of every figure, by name, one dictionary per statistic; draw i of all columns is the same draw.

    The draws do not depend on the number of threads (most of the time numpy runs outside the interpreter lock).
    """
    how = how or Resampling()

    def one(draw: int) -> list[Floats]:
        weights = draw_weights(groups, how.seed, draw) if draw >= 0 else np.ones(groups, np.int32)
        return [statistic.gather(weights) for statistic in statistics]

    with ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        gathered = list(pool.map(one, range(-1, how.draws)))
    tables = []
    for position, statistic in enumerate(statistics):
        found = statistic.finish(np.stack([row[position] for row in gathered]))
        columns = zip(statistic.names, found[0].tolist(), found[1:].T, statistic.support.tolist(), strict=True)
        tables.append(
            {
                name: Column(value, _mended(draws, value) if name in BIASED else draws, support, statistic.unit)
                for name, value, draws, support in columns
            }
        )
    return tables


def _mended(draws: Floats, value: float) -> Floats:
    """Draws moved to where the truth is likelier: below the value by as much as they lie above it on average.

    The bootstrap estimate of the bias (Efron and Tibshirani 1993, chapter 10); never below 0.
    """
    mended: Floats = np.maximum(draws - 2 * (np.nanmean(draws) - value), 0)
    return mended


def interval(
    draws: Floats, value: float, groups: int, level: float, *, difference: bool = False
) -> tuple[float, float]:
    """Interval of one figure from its ``draws`` (draws,), with ``groups`` groups behind it.

    Undefined draws (no positive drawn) are left out; with more than half of them, or fewer than two groups, there is no
    interval: (NaN, NaN). Draws that are all 0 or all 1 get the exact binomial bound for ``groups`` equal
    outcomes (Clopper and Pearson 1934), because resampling cannot show what was never seen; a ``difference`` of
    figures does not: all 0 says there that both models did the same.
    """
    known = draws[~np.isnan(draws)]
    if np.isnan(value) or groups < 2 or 2 * len(known) < len(draws):
        return np.nan, np.nan
    low, high = (float(bound) for bound in np.quantile(known, percentile_levels(level, groups)))
    if difference:
        return min(low, value), max(high, value)
    unseen = 1 - ((1 - level) / 2) ** (1 / groups)
    if low >= -_EQUAL and high <= _EQUAL:
        high = unseen
    if low >= 1 - _EQUAL and high <= 1 + _EQUAL:
        low = 1 - unseen
    return min(low, value), max(high, value)


def bootstrap(statistics: Sequence[Statistic], groups: int, how: Resampling | None = None) -> dict[str, Metric]:
    """Every figure of the statistics with its interval, by name. ``groups`` is the number of groups drawn from."""
    how = how or Resampling()
    tables = resample(statistics, groups, how)
    return {name: column.metric(how.level) for table in tables for name, column in table.items()}
