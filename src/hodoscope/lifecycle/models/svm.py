"""Trains a linear model as a linear support vector machine whose margins become probabilities by Platt scaling."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hodoscope.errors import InputError
from hodoscope.lifecycle import extra
from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.models.linear import LinearModel, unscaled
from hodoscope.lifecycle.models.scaling import Scaling, require_trainable
from hodoscope.lifecycle.models.solving import solver
from hodoscope.lifecycle.split import by_group


@dataclass(frozen=True, slots=True)
class SvmTrainer:
    """``inverse_penalty`` is scikit-learn's C, on scaled columns.

    Platt (1999): a logistic curve over margins of rows that the machine was not trained on, here from
    ``calibration_folds`` folds (by group when groups are given). Being linear in the margin it folds into the weights.
    """

    inverse_penalty: float = 0.1
    balanced: bool = False
    most_iterations: int = 2000
    calibration_folds: int = 3
    name: str = "svm"

    def fit(
        self,
        features: Features,
        labels: NDArray[np.int64],
        classes: tuple[str, ...],
        groups: NDArray[np.int64] | None,
        seed: int,
    ) -> LinearModel:
        require_trainable(features, labels, classes)
        scaling = Scaling.fit(features)
        machine = extra.load("sklearn.svm").LinearSVC(
            C=self.inverse_penalty,
            class_weight="balanced" if self.balanced else None,
            max_iter=self.most_iterations,
            random_state=seed,
        )
        calibrated = extra.load("sklearn.calibration").CalibratedClassifierCV(
            machine, method="sigmoid", cv=self._held_out(labels, groups, seed), ensemble=False
        )
        with solver():
            calibrated.fit(scaling.apply(features), labels)
        trained = calibrated.calibrated_classifiers_[0]
        # scikit-learn's curve is 1 / (1 + exp(a * margin + b)): the sign turns here.
        slopes = np.array([-curve.a_ for curve in trained.calibrators])
        offsets = np.array([-curve.b_ for curve in trained.calibrators])
        weights, bias = unscaled(
            scaling, trained.estimator.coef_.T * slopes, trained.estimator.intercept_ * slopes + offsets
        )
        return LinearModel(classes, features.names_hash, weights, bias, "sigmoid")

    def _held_out(
        self, labels: NDArray[np.int64], groups: NDArray[np.int64] | None, seed: int
    ) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Folds in which every class trains: by group where each class has enough groups, else by row."""
        rarest = int(np.bincount(labels).min())
        if rarest < 2:
            raise InputError("svm: a class has 1 row; the calibration of margins needs 2 of each class")
        folds = min(self.calibration_folds, rarest)
        if groups is not None and all(len(np.unique(groups[labels == one])) >= folds for one in np.unique(labels)):
            by = by_group(groups, labels, folds, seed)
            if all(len(np.unique(labels[fold.train])) == labels.max() + 1 for fold in by):
                return [(fold.train, fold.test) for fold in by]
        return [(fold.train, fold.test) for fold in by_group(np.arange(len(labels)), labels, folds, seed)]
