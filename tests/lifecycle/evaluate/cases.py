"""Random units for the tests of the metrics: several classes, ties, weights as repeated rows."""

import numpy as np

from hodoscope.lifecycle.evaluate.interface import Weights
from hodoscope.lifecycle.evaluate.units import Units, units


def binary(seed: int, rows: int = 300, groups: int = 30, decimals: int = 2) -> Units:
    """Two classes with scores that tie often (rounded to ``decimals``)."""
    dice = np.random.default_rng(seed)
    truth = dice.random(rows) < 0.3
    scores = np.clip(0.35 + 0.3 * truth + 0.25 * dice.normal(size=rows), 0, 1).round(decimals)
    return units(scores, truth, ("no", "yes"), dice.integers(0, groups, rows), positive="yes")


def multiclass(seed: int, rows: int = 300, groups: int = 30, classes: int = 4) -> Units:
    """Several classes, some rows with two right answers."""
    dice = np.random.default_rng(seed)
    truth = dice.integers(0, classes, rows)
    logits = dice.normal(size=(rows, classes)) + 1.5 * np.eye(classes)[truth]
    flags = np.eye(classes, dtype=bool)[truth]
    flags[dice.random(rows) < 0.1, 0] = True
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return units(chances, flags, tuple("abcdefgh"[:classes]), dice.integers(0, groups, rows))


def repeated(one: Units, weights: Weights) -> Units:
    """The same units with each row as often as its group's weight says: what a draw means, written out."""
    rows = np.repeat(np.arange(one.rows), weights[one.groups].astype(int))
    return Units(
        one.probabilities[rows],
        one.truth[rows],
        one.classes,
        one.decisions[rows],
        one.groups[rows],
        one.wholes[rows],
        one.positive,
    )


def ones(one: Units) -> Weights:
    """Every group once: the data as they are."""
    return np.ones(one.group_count, np.int32)
