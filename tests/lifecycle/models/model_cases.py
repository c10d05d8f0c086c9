"""Small problems that every kind of model is held to."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.model import Trainer
from hodoscope.lifecycle.models.boosting import BoostingTrainer
from hodoscope.lifecycle.models.logistic import LogisticTrainer
from hodoscope.lifecycle.models.mlp import MlpTrainer
from hodoscope.lifecycle.models.nearest import NearestTrainer
from hodoscope.lifecycle.models.prior import PriorTrainer
from hodoscope.lifecycle.models.svm import SvmTrainer

TRAINERS: list[Trainer] = [
    PriorTrainer(), LogisticTrainer(), SvmTrainer(), NearestTrainer(most_kept=200), BoostingTrainer(rounds=20),
    MlpTrainer(),
]  # fmt: skip
LEARNING = TRAINERS[1:]


@dataclass(frozen=True)
class Case:
    """Three clouds of points (or two), four columns: two that tell the class, one constant, one of huge size."""

    features: Features
    labels: NDArray[np.int64]
    classes: tuple[str, ...]


def case(classes: int, *, sparse: bool, rows: int = 300, seed: int = 3) -> Case:
    """``rows`` rows in equal classes."""
    dice = np.random.default_rng(seed)
    labels = np.arange(rows) % classes
    angle = labels * 2 * np.pi / classes
    values = np.stack(
        [3 * np.cos(angle) + dice.normal(size=rows), 3 * np.sin(angle) + dice.normal(size=rows),
         np.full(rows, 0.1), 1e6 * dice.normal(size=rows)], axis=1,
    )  # fmt: skip
    values[np.abs(values) < 0.3] = 0.0
    names = ("x", "y", "constant", "large")
    return Case(Features(names, csr_array(values) if sparse else values), labels, ("a", "b", "c")[:classes])
