"""Which calibrator: the one with the smallest log loss on groups it was not learned from."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hodoscope.errors import InputError
from hodoscope.lifecycle.calibrate.interface import Calibrator
from hodoscope.lifecycle.calibrate.stored import KINDS
from hodoscope.lifecycle.evaluate.units import Codes, Floats, Units

FOLDS = 5
SMALLEST = 1e-15


@dataclass(frozen=True, slots=True)
class Choice:
    """The calibrator, learned from all units, and the cross-fitted log loss (nats) of every candidate beside it.

    ``calibrated`` (rows, classes) holds each unit's probabilities from a calibrator of the chosen kind that did not see
    the unit's group: evaluate these, not ``calibrator.apply`` on the same units.
    """

    calibrator: Calibrator
    log_loss: Mapping[str, float]
    calibrated: Floats


def choose(units: Units, folds: int = FOLDS, seed: int = 7, kinds: tuple[str, ...] = tuple(KINDS)) -> Choice:
    """Cross-fit every kind by group and keep the best; a simpler one wins a tie.

    ``units`` must not have been seen by the model in training. Raises ``InputError`` for fewer groups than two.
    """
    present, group = np.unique(units.groups, return_inverse=True)
    if len(present) < 2:
        raise InputError("calibration: all units are of one group; learning and checking need different groups")
    fold: Codes = np.random.default_rng(seed).permutation(len(present))[group] % min(folds, len(present))
    crossed = {kind: _crossed(units, kind, fold) for kind in kinds}
    losses = {kind: _log_loss(units, chances) for kind, chances in crossed.items()}
    best = min(kinds, key=lambda kind: round(losses[kind], 9))
    return Choice(KINDS[best].fit(units.probabilities, units.truth), losses, crossed[best])


def _crossed(units: Units, kind: str, fold: Codes) -> Floats:
    calibrated = np.empty_like(units.probabilities)
    for number in np.unique(fold):
        held = fold == number
        learned = KINDS[kind].fit(units.probabilities[~held], units.truth[~held])
        calibrated[held] = learned.apply(units.probabilities[held])
    return calibrated


def _log_loss(units: Units, probabilities: Floats) -> float:
    return float(-np.log(np.maximum((probabilities * units.truth).sum(axis=1), SMALLEST)).mean())
