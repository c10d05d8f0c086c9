"""Curves pass through the figures and never turn back."""

import numpy as np
import pytest
from tests.lifecycle.evaluate.cases import binary

from hodoscope.lifecycle.evaluate.bootstrap import Resampling
from hodoscope.lifecycle.evaluate.curves import curves
from hodoscope.lifecycle.evaluate.units import units

QUICK = Resampling(draws=50)


def test_roc_rises_to_one_and_starts_at_one_negative() -> None:
    """Finer rates than one negative cannot be told apart from none."""
    judged = binary(1)
    found = curves(judged, 1, QUICK)
    recalls = [point.metric.value for point in found.roc]
    assert recalls == sorted(recalls)
    assert recalls[-1] == 1
    assert found.roc[0].at >= 1 / (~judged.truth[:, 1]).sum()


def test_precision_ends_at_the_share_of_positives_or_above() -> None:
    """At full recall at least guessing is reached; every point has its interval."""
    found = curves(binary(2), 1, QUICK)
    assert found.precision_recall[-1].at == 1
    assert found.precision_recall[-1].metric.value >= found.share
    assert all(point.metric.low <= point.metric.value <= point.metric.high for point in found.precision_recall)


def test_without_positives_there_is_no_curve() -> None:
    """Only their share, 0."""
    found = curves(units([0.1, 0.9], [0, 0], ("no", "yes"), positive="yes"), 1, QUICK)
    assert (found.roc, found.precision_recall, found.share) == ((), (), 0)


def test_a_perfect_model_has_both_curves_at_one() -> None:
    """Everywhere."""
    truth = np.arange(100) % 2
    found = curves(units(truth.astype(float), truth, ("no", "yes"), positive="yes"), 1, QUICK)
    assert min(point.metric.value for point in (*found.roc, *found.precision_recall)) == pytest.approx(1)
