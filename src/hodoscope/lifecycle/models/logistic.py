"""Trains a linear model as L2-regularised logistic regression (scikit-learn, L-BFGS)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hodoscope.lifecycle import extra
from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.models.linear import LinearModel, unscaled
from hodoscope.lifecycle.models.scaling import Scaling, require_trainable
from hodoscope.lifecycle.models.solving import solver


@dataclass(frozen=True, slots=True)
class LogisticTrainer:
    """``inverse_penalty`` is scikit-learn's C, on scaled columns; ``balanced`` weighs classes by 1 / their share."""

    inverse_penalty: float = 1.0
    balanced: bool = False
    most_iterations: int = 1000
    name: str = "logistic"

    def fit(
        self, features: Features, labels: NDArray[np.int64], classes: tuple[str, ...], groups: object, seed: int
    ) -> LinearModel:
        require_trainable(features, labels, classes)
        scaling = Scaling.fit(features)
        regression = extra.load("sklearn.linear_model").LogisticRegression(
            C=self.inverse_penalty,
            class_weight="balanced" if self.balanced else None,
            max_iter=self.most_iterations,
            random_state=seed,
        )
        with solver():
            regression.fit(scaling.apply(features), labels)
        weights, bias = unscaled(scaling, regression.coef_.T, regression.intercept_)
        return LinearModel(classes, features.names_hash, weights, bias, "softmax")
