"""Figures of the order alone: area under ROC, average precision, recall at a false-positive rate.

Scores are sorted once; a draw then needs one gather and one cumulative sum over the negatives and a few over the
positives. Equal scores share their place, as in scikit-learn.
"""

import numpy as np

from hodoscope.lifecycle.evaluate.counted import ratio
from hodoscope.lifecycle.evaluate.units import Codes, Floats, Units


class Ranking:
    """A :class:`Statistic` of one class's scores against the rest: ``auc``, ``ap``, ``recall_at_fpr_…``.

    Average precision is the step-wise area of Davis and Goadrich 2006 as scikit-learn computes it. Recall at a
    false-positive rate r is the recall at the lowest threshold whose false-positive rate is at most r. Rows whose truth
    allows this class and others are left out: either answer is right for them.
    """

    unit = "share"

    def __init__(self, units: Units, index: int, rates: tuple[float, ...] = (0.01,)) -> None:
        label = "" if units.positive is not None else f"[{units.classes[index]}]"
        self.names = tuple(f"{name}{label}" for name in ("auc", "ap", *(f"recall_at_fpr_{rate:g}" for rate in rates)))
        self._rates = np.array(rates)
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
        self.support: Codes = np.array([both, len(np.unique(self._positive_groups)), *([both] * len(rates))])

    def gather(self, weights: Floats) -> Floats:
        """The figures themselves, (k,)."""
        mass = weights[self._positive_groups]
        positives = np.concatenate([[0.0], np.cumsum(mass)])
        negatives = np.concatenate([[0.0], np.cumsum(weights[self._negative_groups])])
        total, against = positives[-1], negatives[-1]
        if not total:
            return np.full(len(self.names), np.nan)
        before, beside = negatives[self._negatives_before], negatives[self._negatives_with]
        reached = positives[self._positives_with]
        precision = ratio(reached, reached + beside)
        area = 1 - mass @ (before + beside) / (2 * total * against) if against else np.nan
        average = np.where(mass > 0, precision, 0.0) @ mass / total
        return np.array([area, average, *(self._recall(rate, positives, negatives) for rate in self._rates)])

    def finish(self, gathered: Floats) -> Floats:
        """Nothing is left to do."""
        return gathered

    def _recall(self, rate: float, positives: Floats, negatives: Floats) -> float:
        """Positives that score above the first negative which the rate no longer admits."""
        against = negatives[-1]
        if not against:
            return float("nan")
        # The first negative, best first, that makes the rate too high; it and its equals stay below the threshold.
        place = int(np.searchsorted(negatives, rate * against * (1 + 1e-12), "right")) - 1
        if place >= len(negatives) - 1:
            return 1.0
        return float(positives[np.searchsorted(self._above, self._below[place], "left")] / positives[-1])
