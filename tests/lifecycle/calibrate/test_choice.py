"""The calibrator is chosen on groups it did not see."""

import numpy as np
import pytest
from tests.lifecycle.calibrate.test_calibrators import bent, honest

from hodoscope.errors import InputError
from hodoscope.lifecycle.calibrate.choice import choose
from hodoscope.lifecycle.evaluate.units import units


def test_a_good_model_is_left_alone_and_a_bent_one_is_mended() -> None:
    """Temperature for what temperature bent; the log loss of every candidate is told."""
    good = honest(1, rows=2000)
    mended = choose(good.with_probabilities(bent(good.probabilities)))
    assert mended.calibrator.name == "temperature"
    assert mended.log_loss["none"] > 1.2 * mended.log_loss["temperature"]
    left = choose(good)
    assert left.log_loss["none"] < left.log_loss[left.calibrator.name] + 0.002


def test_no_unit_is_calibrated_by_its_own_group() -> None:
    """Twenty identical rows per group with one answer: learned from themselves they would look certain."""
    dice = np.random.default_rng(2)
    group = np.repeat(np.arange(40), 20)
    scores, truth = dice.random(40)[group], dice.integers(0, 2, 40)[group]
    choice = choose(units(scores, truth, ("no", "yes"), group), kinds=("isotonic",))
    own = choice.calibrator.apply(np.column_stack([1 - scores, scores]))
    assert choice.log_loss["isotonic"] > 0.05 - np.log(own[np.arange(800), truth]).mean()
    assert choice.calibrated.shape == (800, 2)


def test_one_group_is_refused() -> None:
    """Learning and checking need different groups."""
    with pytest.raises(InputError, match="one group"):
        choose(units([0.1, 0.9], [0, 1], ("no", "yes"), ["a", "a"]))
