"""Figures of the order alone: area under ROC, average precision, recall at a false-positive rate.

Scores are sorted once; a draw then needs one gather and one cumulative sum over the negatives and a few over the
positives. Equal scores share their place, as in scikit-learn.
"""

import numpy as np

from hodoscope.lifecycle.evaluate.interface import Weights
from hodoscope.lifecycle.evaluate.units import Codes, Floats, Units


class Ranking:
    """A :class:`Statistic` of one class's scores against the rest: ``auc``, ``ap``, and points of both curves.

    Average precision is the step-wise area of Davis and Goadrich 2006 as scikit-learn computes it. ``recall_at_fpr_r``
    is the recall at the lowest threshold whose false-positive rate is at most r, ``precision_at_recall_r`` the
    precision at the highest threshold whose recall is at least r. Rows whose truth allows this class and others are
    left out: either answer is right for them.
    """

    unit = "share"

    def __init__(
        self, units: Units, index: int, rates: tuple[float, ...] = (0.01,), recalls: tuple[float, ...] = ()
    ) -> None:
        points = [f"recall_at_fpr_{rate:g}" for rate in rates] + [
            f"precision_at_recall_{recall:g}" for recall in recalls
        ]
        self.names = tuple(units.named(figure, index) for figure in ("auc", "ap", *points))
        self._rates, self._recalls = rates, recalls
        allowed, scores = units.truth[:, index], units.probabilities[:, index]
        alone = units.truth.sum(axis=1) == 1
        above, below = np.flatnonzero(allowed & alone), np.flatnonzero(~allowed)
        above = above[np.argsort(-scores[above], kind="stable")]
        below = below[np.argsort(-scores[below], kind="stable")]
        self._positive_groups, self._negative_groups = units.groups[above], units.groups[below]
        # Places in descending order: how many come before (or with) each positive's score.
        self._above, self._below = -scores[above], -scores[below]
        self._negatives_before = np.searchsorted(self._below, self._above, "left")
        self._negatives_with = np.searchsorted(self._below, self._above, "right")
        self._positives_with = np.searchsorted(self._above, self._above, "right")
        both = min(len(np.unique(self._positive_groups)), len(np.unique(self._negative_groups)))
        self.support: Codes = np.array([both, len(np.unique(self._positive_groups)), *([both] * len(points))])

    def gather(self, weights: Weights) -> Floats:
        """The figures themselves, (k,)."""
        mass = weights[self._positive_groups]
        positives, negatives = _running(mass), _running(weights[self._negative_groups])
        total, against = int(positives[-1]), int(negatives[-1])
        if not total:
            return np.full(len(self.names), np.nan)
        before, beside = negatives[self._negatives_before], negatives[self._negatives_with]
        reached = positives[self._positives_with]
        precision = reached / np.maximum(reached + beside, 1)
        area = 1 - mass @ (before + beside).astype(np.float64) / (2 * total * against) if against else np.nan
        reached_at = np.searchsorted(positives, [np.ceil(recall * total - 1e-9) for recall in self._recalls]) - 1
        recalls = [self._recall(rate, positives, negatives) for rate in self._rates]
        return np.array([area, mass @ precision / total, *recalls, *precision[np.maximum(reached_at, 0)]])

    def finish(self, gathered: Floats) -> Floats:
        """Nothing is left to do."""
        return gathered

    def _recall(self, rate: float, positives: Weights, negatives: Weights) -> float:
        """Positives that score above the first negative which the rate no longer admits."""
        against = int(negatives[-1])
        if not against:
            return float("nan")
        # The first negative, best first, that makes the rate too high; it and its equals stay below the threshold.
        place = int(np.searchsorted(negatives, int(rate * against * (1 + 1e-12)), "right")) - 1
        if place >= len(negatives) - 1:
            return 1.0
        return float(positives[np.searchsorted(self._above, self._below[place], "left")] / positives[-1])


def _running(weights: Weights) -> Weights:
    """0, then the running sum; 32 bits hold it, since a draw has as many rows as the data (about)."""
    sums = np.zeros(len(weights) + 1, np.int32)
    np.cumsum(weights, out=sums[1:])
    return sums
