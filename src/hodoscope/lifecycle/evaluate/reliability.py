"""Reliability diagram: how often units are right, per bin of stated confidence."""

from dataclasses import dataclass

import numpy as np

from hodoscope.lifecycle.evaluate.bootstrap import Resampling, bootstrap
from hodoscope.lifecycle.evaluate.calibration_error import BINS, equal_mass_bins, top_label
from hodoscope.lifecycle.evaluate.counted import Cells, Counted, ratio
from hodoscope.lifecycle.evaluate.units import Units
from hodoscope.lifecycle.metric import Metric

CONSISTENT_DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Bin:
    """``confidence``: mean stated, ``right``: share that was, of ``rows`` units.

    ``consistent``: where the share lies in 95 % of cases when the stated confidence is true (Bröcker and Smith 2007,
    "consistency bars"); a share outside is miscalibration and not chance.
    """

    confidence: float
    right: Metric
    rows: int
    consistent: tuple[float, float]


def reliability(units: Units, how: Resampling | None = None) -> tuple[Bin, ...]:
    """Bins of equal mass over the top label's confidence, in rising order; empty ones are left out."""
    how = how or Resampling()
    confidence, right = top_label(units)
    bins = equal_mass_bins(confidence)
    cells = tuple(Cells.of(units.groups, bins, BINS, values) for values in (right, None))
    support = np.array([len(np.unique(units.groups[bins == number])) for number in range(BINS)])
    names = tuple(str(number) for number in range(BINS))
    statistic = Counted(names, support, cells, lambda totals: ratio(totals[:, :BINS], totals[:, BINS:]))
    shares = bootstrap([statistic], units.group_count, how)
    dice = np.random.default_rng(how.seed)
    found = []
    for number in range(BINS):
        stated = confidence[bins == number]
        if len(stated):
            chances = dice.binomial(len(stated), min(1.0, stated.mean()), CONSISTENT_DRAWS) / len(stated)
            low, high = np.quantile(chances, (0.025, 0.975))
            found.append(Bin(float(stated.mean()), shares[str(number)], len(stated), (float(low), float(high))))
    return tuple(found)
