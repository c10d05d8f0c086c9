"""One cell of a comparison: one candidate on one outer fold with one seed, settings chosen inside the training rows."""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hodoscope.lifecycle.compare.candidates import Candidate
from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.model import Model, Trainer
from hodoscope.lifecycle.split import Fold, nested


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """What is learned: ``labels`` (rows,) index ``classes``, rows of one of ``groups`` (rows,) stay together."""

    features: Features
    labels: NDArray[np.int64]
    classes: tuple[str, ...]
    groups: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """``probabilities`` (test rows, classes) of the outer test; times are seconds of processor time, all threads.

    ``setting`` is the index of the chosen one, ``spent_seconds`` includes the choosing.
    """

    probabilities: NDArray[np.float64]
    setting: int
    train_seconds: float
    predict_seconds: float
    spent_seconds: float
    size_bytes: int


def run_cell(problem: Problem, candidate: Candidate, fold: Fold, inner_folds: int, seed: int) -> Cell:
    """Chooses a setting by log loss over inner folds by group, trains it on the fold's training rows, scores its test.

    Log loss is proper and is defined where a class is missing from a fold; the test rows have no part in the choice.
    """
    begin = time.process_time()
    setting = _chosen(problem, candidate, fold, inner_folds, seed) if len(candidate.settings) > 1 else 0
    trained = time.process_time()
    predictor = _Predictor.fit(problem, candidate.settings[setting], fold.train, seed)
    ready = time.process_time()
    probabilities = predictor.predict(problem.features.take(fold.test))
    done = time.process_time()
    return Cell(probabilities, setting, ready - trained, done - ready, done - begin, predictor.size_bytes)


def _chosen(problem: Problem, candidate: Candidate, fold: Fold, inner_folds: int, seed: int) -> int:
    (plan,) = nested([fold], problem.groups, problem.labels, inner_folds, seed)
    losses = []
    for trainer in candidate.settings:
        total = 0.0
        for inner in plan.inner:
            predictor = _Predictor.fit(problem, trainer, inner.train, seed)
            chances = predictor.predict(problem.features.take(inner.test))
            right = chances[np.arange(len(inner.test)), problem.labels[inner.test]]
            total += float(-np.log(np.maximum(right, 1e-15)).sum())
        losses.append(total)
    return int(np.argmin(losses))


@dataclass(frozen=True, slots=True)
class _Predictor:
    """A model of the classes that its training rows have; the others get probability 0."""

    model: Model | None
    present: NDArray[np.int64]
    classes: int

    @classmethod
    def fit(cls, problem: Problem, trainer: Trainer, rows: NDArray[np.int64], seed: int) -> "_Predictor":
        present, labels = np.unique(problem.labels[rows], return_inverse=True)
        names = tuple(problem.classes[label] for label in present)
        if len(names) < 2:
            return cls(None, present, len(problem.classes))
        model = trainer.fit(problem.features.take(rows), labels.astype(np.int64), names, problem.groups[rows], seed)
        return cls(model, present, len(problem.classes))

    def predict(self, features: Features) -> NDArray[np.float64]:
        chances = np.zeros((features.rows, self.classes))
        chances[:, self.present] = 1.0 if self.model is None else self.model.predict(features)
        return chances

    @property
    def size_bytes(self) -> int:
        return self.model.to_weights().size_bytes if self.model else 0
