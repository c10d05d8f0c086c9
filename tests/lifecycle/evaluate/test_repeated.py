"""Noise of the folds and noise of the data are told apart."""

import numpy as np
import pytest
from tests.lifecycle.evaluate.cases import binary

from hodoscope.errors import InputError
from hodoscope.lifecycle.evaluate.bootstrap import bootstrap
from hodoscope.lifecycle.evaluate.ranking import Ranking
from hodoscope.lifecycle.evaluate.repeated import repeated
from hodoscope.lifecycle.evaluate.units import Units


def shaken(judged: Units, spread: float, seed: int) -> Units:
    """Another training run: one shift of some groups' scores, as other folds would give."""
    moved = spread * np.random.default_rng(seed).normal(size=judged.group_count)[judged.groups]
    return judged.with_probabilities((judged.probabilities[:, 1] + moved).clip(0, 1))


def test_equal_repeats_have_no_fold_noise() -> None:
    """Then the interval is that of one repeat."""
    judged = binary(1)
    found = repeated([[Ranking(judged, 1)] for _ in range(5)], judged.group_count)["auc"]
    once = bootstrap([Ranking(judged, 1)], judged.group_count)["auc"]
    assert found.fold_noise == 0
    assert found.metric.low == pytest.approx(once.low)
    assert found.metric.high == pytest.approx(once.high)


def test_fold_noise_widens_the_interval() -> None:
    """Both noises are reported, and the values of each repeat."""
    judged = binary(2, rows=2000, groups=40)
    quiet, loud = (
        repeated([[Ranking(shaken(judged, spread, seed), 1)] for seed in range(5)], judged.group_count)["auc"]
        for spread in (0.001, 0.3)
    )
    assert loud.fold_noise > 10 * quiet.fold_noise
    both = np.hypot(loud.sampling_noise, loud.fold_noise / np.sqrt(5))
    assert loud.metric.high - loud.metric.low == pytest.approx(2 * 1.96 * both, rel=0.15)
    assert loud.metric.value == pytest.approx(np.mean(loud.values))
    assert quiet.sampling_noise > quiet.fold_noise


def test_one_repeat_is_refused() -> None:
    """It cannot show what another split would have given."""
    with pytest.raises(InputError, match="at least two"):
        repeated([[Ranking(binary(1), 1)]], 30)
