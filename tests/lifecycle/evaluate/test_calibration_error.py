"""Calibration figures by hand and against scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, log_loss
from tests.lifecycle.evaluate.cases import binary, multiclass, ones

from hodoscope.lifecycle.evaluate.bootstrap import draw_weights
from hodoscope.lifecycle.evaluate.calibration_error import BINS, calibration, equal_mass_bins
from hodoscope.lifecycle.evaluate.interface import Weights
from hodoscope.lifecycle.evaluate.units import Units, units


def figures(judged: Units, weights: Weights) -> list[float]:
    """ECE, Brier score and log loss of one draw."""
    return [
        float(value)
        for statistic in calibration(judged)
        for value in statistic.finish(statistic.gather(weights)[np.newaxis])[0]
    ]


def test_scores_equal_scikit_learn() -> None:
    """Brier (sum over classes) and log loss, weighted."""
    judged = binary(4)
    inside = judged.probabilities.clip(0.01, 0.99)
    judged = judged.with_probabilities(inside)
    weights = draw_weights(judged.group_count, 1, 0)
    rows, truth = weights[judged.groups], judged.truth[:, 1]
    _, brier, surprise = figures(judged, weights)
    assert brier == pytest.approx(2 * brier_score_loss(truth, inside[:, 1], sample_weight=rows))
    assert surprise == pytest.approx(log_loss(truth, inside, sample_weight=rows))


def test_ece_is_the_mean_gap_of_the_bins() -> None:
    """Against the definition, bin by bin."""
    judged = multiclass(6, rows=1000)
    confidence = judged.probabilities.max(axis=1)
    right = judged.truth[np.arange(1000), judged.probabilities.argmax(axis=1)]
    bins = equal_mass_bins(confidence)
    gaps = [
        abs(confidence[bins == number].mean() - right[bins == number].mean()) * (bins == number).mean()
        for number in range(BINS)
    ]
    assert figures(judged, ones(judged))[0] == pytest.approx(sum(gaps))


def test_bins_are_equally_full_and_ties_stay_together() -> None:
    """Within one row of equal; a constant score fills one bin."""
    counts = np.bincount(equal_mass_bins(np.random.default_rng(1).random(1000)), minlength=BINS)
    assert counts.min() >= 66
    assert counts.max() <= 67
    assert len(set(equal_mass_bins(np.full(50, 0.7)).tolist())) == 1


def test_certainty_that_is_right_has_no_error() -> None:
    """All three are 0; and where it is wrong, the log loss stays finite."""
    assert figures(units([0.0, 1.0], [0, 1], ("no", "yes")), np.ones(2, np.int32)) == pytest.approx(
        [0, 0, 0], abs=1e-12
    )
    assert np.isfinite(figures(units([0.0, 1.0], [1, 0], ("no", "yes")), np.ones(2, np.int32))).all()
