"""Intervals come from whole groups, repeat exactly, and do not pretend."""

import numpy as np
import pytest
from tests.lifecycle.calibrate.test_calibrators import honest
from tests.lifecycle.evaluate.cases import binary

from hodoscope.lifecycle.evaluate.bootstrap import Resampling, bootstrap, draw_weights, interval
from hodoscope.lifecycle.evaluate.calibration_error import calibration
from hodoscope.lifecycle.evaluate.tables import decisions
from hodoscope.lifecycle.evaluate.units import Values, units


def test_a_draw_holds_as_many_groups_as_there_are() -> None:
    """Multinomial counts; the seed and the number of the draw decide."""
    first = draw_weights(50, 7, 3)
    assert first.sum() == 50
    assert (first == draw_weights(50, 7, 3)).all()
    assert (first != draw_weights(50, 7, 4)).any()
    assert (first != draw_weights(50, 8, 3)).any()


def test_the_same_seed_gives_the_same_interval() -> None:
    """Threads do not change anything."""
    judged = binary(1)
    once, again = (bootstrap([decisions(judged)], judged.group_count, Resampling(200)) for _ in range(2))
    assert once == again


def test_the_interval_of_a_mean_is_that_of_theory() -> None:
    """Half width 1.96 standard errors of independent rows, within a tenth."""
    judged = binary(2, rows=2000, groups=2000)
    judged = units(judged.probabilities, judged.truth, judged.classes, positive="yes")
    accuracy = bootstrap([decisions(judged)], judged.group_count)["accuracy"]
    spread = 1.96 * np.sqrt(accuracy.value * (1 - accuracy.value) / 2000)
    assert (accuracy.high - accuracy.low) / 2 == pytest.approx(spread, rel=0.1)
    assert accuracy.n == 2000


def test_rows_of_one_group_are_no_independent_evidence() -> None:
    """Ten copies of every row leave the interval as it is when they share a group, and narrow it when they do not."""
    rows = binary(3, rows=200, groups=200)
    copies = np.repeat(np.arange(200), 10)

    def width(groups: Values | None) -> float:
        many = units(rows.probabilities[copies], rows.truth[copies], rows.classes, groups)
        metric = bootstrap([decisions(many)], many.group_count)["accuracy"]
        return metric.high - metric.low

    alone = units(rows.probabilities, rows.truth, rows.classes)
    single = bootstrap([decisions(alone)], 200)["accuracy"]
    assert width(copies) == pytest.approx(single.high - single.low, rel=0.15)
    assert width(None) < 0.5 * (single.high - single.low)


def test_a_perfect_share_gets_the_exact_binomial_bound() -> None:
    """20 of 20 right: at least .832 (Clopper–Pearson), not 1."""
    assert interval(np.ones(1000), 1.0, 20, 0.95) == pytest.approx((0.025 ** (1 / 20), 1.0))
    assert interval(np.zeros(1000), 0.0, 20, 0.95) == pytest.approx((0.0, 1 - 0.025 ** (1 / 20)))


def test_no_interval_without_evidence() -> None:
    """One group, or a figure most draws cannot compute."""
    assert np.isnan(interval(np.ones(1000), 1.0, 1, 0.95)).all()
    assert np.isnan(interval(np.r_[np.full(600, np.nan), np.ones(400)], 1.0, 9, 0.95)).all()
    assert not np.isnan(interval(np.r_[np.full(400, np.nan), np.ones(600)], 1.0, 9, 0.95)).any()


def test_the_interval_of_a_calibration_error_reaches_below_what_noise_alone_shows() -> None:
    """A calibrated model on few units: the error seen is noise, and the interval says that it may be far smaller."""
    found = bootstrap(list(calibration(honest(3, rows=150))), 150)["ece"]
    assert found.value > 0.02
    assert found.low < found.value / 2
    assert found.high >= found.value
