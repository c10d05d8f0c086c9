"""Two models on the same rows: the difference of each figure, from the same draws of groups."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hodoscope.lifecycle.evaluate.bootstrap import Column, Resampling, interval, resample
from hodoscope.lifecycle.evaluate.interface import Statistic
from hodoscope.lifecycle.metric import Metric


@dataclass(frozen=True, slots=True)
class Difference:
    """``metric`` is ours minus theirs with its interval.

    ``p_value`` is two-sided, against no difference: twice the smaller share of draws on either side of 0, counting one
    draw more (Davison and Hinkley 1997, section 4.4), so it is never below 2 / (draws + 1).
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
    known = draws[~np.isnan(draws)]
    tail = min(int((known <= 0).sum()), int((known >= 0).sum()))
    chance = min(1.0, 2 * (tail + 1) / (len(known) + 1)) if len(known) else float("nan")
    return Difference(Metric(value, low, high, ours.unit, support), chance)
