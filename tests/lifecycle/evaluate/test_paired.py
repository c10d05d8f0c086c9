"""Two models on the same rows are compared draw by draw."""

import numpy as np
import pytest
from scipy.stats import ttest_1samp
from tests.lifecycle.evaluate.cases import binary

from hodoscope.lifecycle.evaluate.paired import paired
from hodoscope.lifecycle.evaluate.ranking import Ranking
from hodoscope.lifecycle.evaluate.tables import decisions
from hodoscope.lifecycle.evaluate.units import Units, units


def test_a_model_equals_itself() -> None:
    """Difference 0, nothing around it, p = 1."""
    judged = binary(1)
    same = paired([Ranking(judged, 1)], [Ranking(judged, 1)], judged.group_count)["auc"]
    assert same.metric.value == same.metric.low == same.metric.high == 0
    assert same.p_value == 1


def test_pairing_is_sharper_than_two_intervals() -> None:
    """Models that share their errors: the difference has a fraction of either's width."""
    ours = binary(2, rows=1000, groups=100)
    theirs = noisier(ours, 0.02)
    gain = paired([Ranking(ours, 1)], [Ranking(theirs, 1)], ours.group_count)["auc"]
    swapped = paired([Ranking(theirs, 1)], [Ranking(ours, 1)], ours.group_count)["auc"]
    assert gain.metric.high - gain.metric.low < 0.03
    assert swapped.metric.value == pytest.approx(-gain.metric.value)
    assert swapped.p_value == pytest.approx(gain.p_value)


def test_a_worse_model_is_told_with_a_small_p_value() -> None:
    """And only the figures that both have are compared."""
    ours = binary(3, rows=1000, groups=100)
    worse = paired([Ranking(noisier(ours, 0.5), 1)], [Ranking(ours, 1), decisions(ours)], ours.group_count)
    assert set(worse) == {"auc", "ap", "recall_at_fpr_0.01"}
    assert worse["auc"].metric.high < 0
    assert worse["auc"].p_value < 0.01


def noisier(judged: Units, spread: float) -> Units:
    """The same units with noise on the scores."""
    scores = judged.probabilities[:, 1] + spread * np.random.default_rng(5).normal(size=judged.rows)
    return judged.with_probabilities(scores.clip(0, 1))


def test_the_p_value_of_a_mean_is_that_of_the_paired_t_test() -> None:
    """Groups of equal size: the bootstrap of a mean difference is the textbook case."""
    dice = np.random.default_rng(8)
    truth, groups = dice.integers(0, 2, 400), np.repeat(np.arange(40), 10)
    ours, theirs = (np.where(dice.random(400) < good, truth, 1 - truth).astype(float) for good in (0.78, 0.74))
    left = units(ours, truth, ("no", "yes"), groups, positive="yes")
    right = left.with_probabilities(theirs)
    found = paired([decisions(left)], [decisions(right)], 40)["accuracy"]
    per_group = (left.right.astype(float) - right.right).reshape(40, 10).mean(axis=1)
    assert found.p_value == pytest.approx(ttest_1samp(per_group, 0).pvalue, rel=0.25)


def test_groups_that_all_agree_are_a_sign_test() -> None:
    """Five groups, each better by the same: p = 2 / 2^5, not 0."""
    truth = np.arange(10) % 2
    left = units(truth.astype(float), truth, ("no", "yes"), np.arange(10) // 2, positive="yes")
    found = paired([decisions(left)], [decisions(left.with_probabilities(np.zeros(10)))], 5)["accuracy"]
    assert found.p_value == 2 / 2**5
