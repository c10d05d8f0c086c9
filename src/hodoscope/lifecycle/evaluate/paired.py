"""Two models on the same rows: the difference of each figure, from the same draws of groups."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hodoscope.lifecycle.evaluate.bootstrap import Column, Resampling, interval, resample
from hodoscope.lifecycle.evaluate.interface import Statistic
from hodoscope.lifecycle.evaluate.student import two_sided
from hodoscope.lifecycle.evaluate.units import Floats
from hodoscope.lifecycle.metric import Metric

SAME = 1e-12


@dataclass(frozen=True, slots=True)
class Difference:
    """``metric`` is ours minus theirs with its interval.

    ``p_value`` is two-sided, against no difference: Student's t of the difference over the spread of its draws, with
    one degree of freedom less than groups (Efron and Tibshirani 1993, section 16.4). Counting draws beyond 0 instead
    could not go below 2 / draws, too coarse for correcting many comparisons.
    """

    metric: Metric
    p_value: float


def paired(
    ours: Sequence[Statistic], theirs: Sequence[Statistic], groups: int, how: Resampling | None = None
) -> dict[str, Difference]:
    """Difference of every figure that both have, by name. Both must be built over the same rows and groups."""
    how = how or Resampling()
    tables = resample([*ours, *theirs], groups, how)
    left = {name: column for table in tables[: len(ours)] for name, column in table.items()}
    right = {name: column for table in tables[len(ours) :] for name, column in table.items()}
    return {name: difference(left[name], right[name], how.level) for name in left if name in right}


def difference(ours: Column, theirs: Column, level: float) -> Difference:
    """The difference of one figure, draw by draw; the columns must hold the same draws."""
    support = min(ours.support, theirs.support)
    value, draws = ours.value - theirs.value, ours.draws - theirs.draws
    low, high = interval(draws, value, support, level, difference=True)
    return Difference(Metric(value, low, high, ours.unit, support), _p_value(value, draws, support))


def _p_value(value: float, draws: Floats, groups: int) -> float:
    known = draws[~np.isnan(draws)]
    if groups < 2 or len(known) < 2 or math.isnan(value):
        return math.nan
    spread = float(known.std(ddof=1)) * math.sqrt(groups / (groups - 1))
    if spread < SAME:  # every group says the same: the sign test
        return 1.0 if abs(value) < SAME else min(1.0, 2.0 ** (1 - groups))
    return two_sided(value / spread, groups - 1)
