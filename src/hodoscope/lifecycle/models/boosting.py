"""Gradient-boosted trees (LightGBM), kept and loaded as LightGBM's text: plain numbers, nothing is executed."""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from hodoscope.errors import InputError
from hodoscope.lifecycle import extra
from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.models.scaling import require_trainable
from hodoscope.lifecycle.weights import Weights


@dataclass(frozen=True, slots=True, eq=False)
class BoostingModel:
    """``text`` is what ``Booster.model_to_string`` writes. Raises ``InputError`` when LightGBM cannot read it."""

    classes: tuple[str, ...]
    names_hash: str
    text: str
    _booster: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # LightGBM 4.7 ends the whole process on a text that was cut short, so it never sees one.
        if not self.text.startswith("tree\n") or "\nend of trees\n" not in self.text:
            raise InputError("weights boosting: no whole LightGBM model text; restore weights.txt")
        lightgbm = extra.load("lightgbm")
        try:
            booster = lightgbm.Booster(model_str=self.text)
        except (lightgbm.basic.LightGBMError, ValueError) as error:
            raise InputError(f"weights boosting: LightGBM cannot read the model text ({error})") from None
        object.__setattr__(self, "_booster", booster)

    def predict(self, features: Features) -> NDArray[np.float64]:
        features.require(self.names_hash, "boosting")
        if not features.rows:
            return np.zeros((0, len(self.classes)))
        scores = np.asarray(self._booster.predict(_matrix(features), num_threads=THREADS), np.float64)
        return np.stack([1.0 - scores, scores], axis=1) if len(self.classes) == 2 else scores

    def contributions(self, features: Features) -> NDArray[np.float64]:
        """What each column adds to the raw score, of shape (rows, columns + 1) with the expected score last.

        Exact TreeSHAP (Lundberg 2018, LightGBM's ``pred_contrib``), for two classes: log odds of the second.
        """
        if len(self.classes) != 2:
            raise InputError("boosting: contributions are given for two classes")
        features.require(self.names_hash, "boosting")
        found = self._booster.predict(_matrix(features), pred_contrib=True, num_threads=THREADS)
        return np.asarray(found.toarray() if features.sparse else found, np.float64)

    def to_weights(self) -> Weights:
        return Weights("boosting", {"classes": list(self.classes), "names_hash": self.names_hash}, {}, self.text)

    @classmethod
    def from_weights(cls, weights: Weights) -> Self:
        return cls(*weights.identity(), weights.text)


THREADS = 1
"""One thread: sums in another order give other bits, and a batch is small."""


@dataclass(frozen=True, slots=True)
class BoostingTrainer:
    """Parameters as LightGBM names them; defaults are small on purpose (some 100 kB of text)."""

    rounds: int = 200
    learning_rate: float = 0.1
    leaves: int = 31
    least_rows_per_leaf: int = 20
    columns_share: float = 0.8
    l2: float = 1.0
    balanced: bool = False
    name: str = "boosting"

    def fit(
        self, features: Features, labels: NDArray[np.int64], classes: tuple[str, ...], groups: object, seed: int
    ) -> BoostingModel:
        require_trainable(features, labels, classes)
        lightgbm = extra.load("lightgbm")
        two = len(classes) == 2
        parameters = {
            "objective": "binary" if two else "multiclass",
            "num_class": 1 if two else len(classes),
            "learning_rate": self.learning_rate,
            "num_leaves": self.leaves,
            "min_data_in_leaf": self.least_rows_per_leaf,
            "feature_fraction": self.columns_share,
            "lambda_l2": self.l2,
            "seed": seed,
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": THREADS,
            "verbosity": -1,
        }
        share = np.bincount(labels) / len(labels)
        weight = (1.0 / share[labels] / len(classes)) if self.balanced else None
        rows = lightgbm.Dataset(_matrix(features), labels, weight=weight, free_raw_data=False)
        booster = lightgbm.train(parameters, rows, self.rounds)
        return BoostingModel(classes, features.names_hash, booster.model_to_string())


def _matrix(features: Features) -> object:
    """LightGBM takes arrays and the older sparse matrix class."""
    return extra.load("scipy.sparse").csr_matrix(features.values) if features.sparse else features.values
