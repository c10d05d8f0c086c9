"""ROC and precision–recall curves as points with pointwise intervals, for one class against the rest."""

from dataclasses import dataclass

import numpy as np

from hodoscope.lifecycle.evaluate.bootstrap import Resampling, resample
from hodoscope.lifecycle.evaluate.ranking import Ranking
from hodoscope.lifecycle.evaluate.units import Units
from hodoscope.lifecycle.metric import Metric

RATES = tuple(np.round(np.logspace(-4, 0, 33), 6).tolist())
"""False-positive rates that are shown: equally far apart on a logarithmic axis, because low ones decide in security."""
RECALLS = tuple(np.round(np.linspace(0.02, 1, 50), 2).tolist())


@dataclass(frozen=True, slots=True)
class Point:
    """``at`` on the horizontal axis, the figure there."""

    at: float
    metric: Metric


@dataclass(frozen=True, slots=True)
class Curves:
    """``roc``: recall at false-positive rates from one negative upwards; ``precision_recall``: precision at recalls."""

    roc: tuple[Point, ...]
    precision_recall: tuple[Point, ...]
    share: float
    """Positives among all rows: the precision of guessing."""


def curves(units: Units, index: int, how: Resampling | None = None) -> Curves:
    """Both curves of the class ``index``; empty without positives or without negatives."""
    how = how or Resampling()
    positives = int(units.truth[:, index].sum())
    negatives = units.rows - positives
    if not positives or not negatives:
        return Curves((), (), positives / units.rows)
    rates = tuple(rate for rate in RATES if rate >= 1 / negatives)
    columns = list(resample([Ranking(units, index, rates, RECALLS)], units.group_count, how)[0].values())[2:]
    points = [Point(at, column.metric(how.level)) for at, column in zip((*rates, *RECALLS), columns, strict=True)]
    return Curves(tuple(points[: len(rates)]), tuple(points[len(rates) :]), positives / units.rows)
