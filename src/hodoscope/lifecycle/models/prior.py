"""The naive baseline: every row gets the share of each class. What does not beat it has learned nothing."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.models.scaling import require_trainable
from hodoscope.lifecycle.weights import Weights


@dataclass(frozen=True, slots=True, eq=False)
class PriorModel:
    """``shares`` (classes,) sum to 1."""

    classes: tuple[str, ...]
    names_hash: str
    shares: NDArray[np.float64]

    def predict(self, features: Features) -> NDArray[np.float64]:
        features.require(self.names_hash, "prior")
        return np.tile(self.shares, (features.rows, 1))

    def to_weights(self) -> Weights:
        settings = {"classes": list(self.classes), "names_hash": self.names_hash}
        return Weights("prior", settings, {"shares": self.shares})

    @classmethod
    def from_weights(cls, weights: Weights) -> Self:
        return cls(*weights.identity(), weights.array("shares", (len(weights.identity()[0]),)))


@dataclass(frozen=True, slots=True)
class PriorTrainer:
    """Counts the classes."""

    name: str = "prior"

    def fit(
        self, features: Features, labels: NDArray[np.int64], classes: tuple[str, ...], groups: object, seed: int
    ) -> PriorModel:
        require_trainable(features, labels, classes)
        return PriorModel(classes, features.names_hash, np.bincount(labels, minlength=len(classes)) / len(labels))
