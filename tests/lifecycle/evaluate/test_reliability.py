"""The diagram tells miscalibration from chance."""

import numpy as np
import pytest
from tests.lifecycle.calibrate.test_calibrators import bent, honest

from hodoscope.lifecycle.evaluate.bootstrap import Resampling
from hodoscope.lifecycle.evaluate.calibration_error import BINS
from hodoscope.lifecycle.evaluate.reliability import reliability
from hodoscope.lifecycle.evaluate.units import units

QUICK = Resampling(draws=100)


def test_an_honest_model_lies_in_the_consistent_range() -> None:
    """Nearly every bin; rows are split evenly."""
    found = reliability(honest(1, rows=3000), QUICK)
    inside = [one.consistent[0] <= one.right.value <= one.consistent[1] for one in found]
    assert len(found) == BINS
    assert sum(inside) >= BINS - 2
    assert {one.rows for one in found} == {200}


def test_an_overconfident_one_does_not() -> None:
    """Most bins lie below what is stated."""
    good = honest(2, rows=3000)
    found = reliability(good.with_probabilities(bent(good.probabilities)), QUICK)
    assert sum(one.right.value < one.consistent[0] for one in found) > BINS / 2


def test_empty_bins_are_left_out() -> None:
    """A constant score has one bin, with the share that was right."""
    found = reliability(units(np.full(40, 0.8), np.arange(40) % 4 != 0, ("no", "yes")), QUICK)
    assert len(found) == 1
    assert (found[0].confidence, found[0].right.value) == pytest.approx((0.8, 0.75))
