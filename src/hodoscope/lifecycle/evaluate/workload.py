"""What analysts find when they have time for k units: recall at a fixed budget and precision at k."""

import numpy as np

from hodoscope.errors import InputError
from hodoscope.lifecycle.evaluate.counted import Counted, Sums, ratio
from hodoscope.lifecycle.evaluate.units import Codes, Floats, Units


def looked_at(scores: Floats, periods: Codes, budget: int) -> Floats:
    """Chance that a row is among the ``budget`` best of its period, (rows,): 1, 0, or a share of the last places.

    Equal scores share the places left, as if their order were drawn by lot, so the order of the rows does not matter.
    """
    order = np.lexsort((-scores, periods))
    ordered, period = scores[order], periods[order]
    fresh = np.r_[True, (ordered[1:] != ordered[:-1]) | (period[1:] != period[:-1])]
    start = np.flatnonzero(fresh)
    size = np.diff(np.r_[start, len(ordered)])
    opening = np.maximum.accumulate(np.where(np.r_[True, period[1:] != period[:-1]], np.arange(len(ordered)), 0))
    chance = np.clip((budget - (start - opening[start])) / size, 0, 1)
    shares = np.empty(len(scores))
    shares[order] = np.repeat(chance, size)
    return shares


def workload(units: Units, budget: int) -> Counted:
    """``recall_at_BUDGET`` and ``precision_at_BUDGET`` of the positive class, the budget spent anew in each period.

    Without periods the budget is for all rows together. Draws keep the units that were looked at: what is resampled is
    the evidence, not the competition for the last place. Raises ``InputError`` without a positive class.
    """
    if units.positive is None:
        raise InputError("budgets: analysts look for one class; name it as positive")
    index = units.classes.index(units.positive)
    periods = np.zeros(units.rows, np.int64) if units.periods is None else units.periods
    shares, wanted = looked_at(units.probabilities[:, index], periods, budget), units.truth[:, index]
    sums = Sums.of(units.groups, shares * wanted, wanted, shares)
    support = np.array([len(np.unique(units.groups[rows])) for rows in (wanted, shares > 0)])
    names = (f"recall_at_{budget}", f"precision_at_{budget}")
    return Counted(names, support, (sums,), lambda totals: ratio(totals[:, :1], totals[:, 1:3]))
