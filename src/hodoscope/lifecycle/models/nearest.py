"""k nearest neighbours: keeps (a sample of) the training rows and lets the nearest ones vote."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from hodoscope.errors import InputError
from hodoscope.lifecycle import extra
from hodoscope.lifecycle.features import Features, Matrix
from hodoscope.lifecycle.models.scaling import Scaling, require_trainable
from hodoscope.lifecycle.weights import Weights

ROWS_AT_ONCE = 512


@dataclass(frozen=True, slots=True, eq=False)
class NearestModel:
    """``kept`` (kept rows, columns) are scaled float32 rows and ``labels`` (kept rows,) their classes; Euclidean.

    Probabilities are vote shares smoothed by Laplace's rule, (votes + 1) / (neighbours + classes): no vote is certain.
    """

    classes: tuple[str, ...]
    names_hash: str
    scaling: Scaling
    kept: Matrix
    labels: NDArray[np.int32]
    neighbours: int

    def predict(self, features: Features) -> NDArray[np.float64]:
        features.require(self.names_hash, "nearest")
        scaled = self.scaling.apply(features)
        own = np.asarray(_squares(self.kept))
        parts = [
            self._votes(scaled[start : start + ROWS_AT_ONCE], own) for start in range(0, features.rows, ROWS_AT_ONCE)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, len(self.classes)))

    def _votes(self, rows: Matrix, own: NDArray[np.float64]) -> NDArray[np.float64]:
        """Vote shares (rows, classes). A row's own square is the same for all kept rows: left out of the distance."""
        products = rows @ self.kept.T
        distance = own - 2.0 * (products if isinstance(products, np.ndarray) else products.toarray())
        nearest = np.argpartition(distance, self.neighbours - 1, axis=1)[:, : self.neighbours]
        votes = np.stack([(self.labels[nearest] == label).sum(axis=1) for label in range(len(self.classes))], axis=1)
        return np.asarray((votes + 1.0) / (self.neighbours + len(self.classes)))

    def to_weights(self) -> Weights:
        settings = {"classes": list(self.classes), "names_hash": self.names_hash, "neighbours": self.neighbours}
        arrays: dict[str, Matrix] = {"shift": self.scaling.shift, "scale": self.scaling.scale, "labels": self.labels}
        if isinstance(self.kept, np.ndarray):
            return Weights("nearest", settings, {**arrays, "kept": self.kept})
        parts = {"kept_data": self.kept.data, "kept_columns": self.kept.indices, "kept_rows": self.kept.indptr}
        return Weights("nearest", settings, arrays | parts)

    @classmethod
    def from_weights(cls, weights: Weights) -> Self:
        classes, names_hash = weights.identity()
        shift = weights.array("shift", (None,))
        scale = weights.array("scale", shift.shape)
        labels = weights.array("labels", (None,))
        neighbours = weights.settings["neighbours"]
        if not isinstance(neighbours, int) or not 1 <= neighbours <= len(labels):
            raise InputError(f"weights nearest: $.settings.neighbours is {neighbours!r} for {len(labels)} kept rows")
        if "kept" in weights.arrays:
            kept = weights.array("kept", (len(labels), len(shift)))
        else:
            parts = [weights.array(f"kept_{part}", (None,)) for part in ("data", "columns", "rows")]
            kept = extra.load("scipy.sparse").csr_array(tuple(parts), (len(labels), len(shift)))
        return cls(classes, names_hash, Scaling(shift, scale), kept, labels, neighbours)


@dataclass(frozen=True, slots=True)
class NearestTrainer:
    """Keeps at most ``most_kept`` rows, drawn by the seed in proportion to the classes (at least one of each)."""

    neighbours: int = 15
    most_kept: int = 20_000
    name: str = "nearest"

    def fit(
        self, features: Features, labels: NDArray[np.int64], classes: tuple[str, ...], groups: object, seed: int
    ) -> NearestModel:
        require_trainable(features, labels, classes)
        scaling = Scaling.fit(features)
        rows = self._kept_rows(labels, seed)
        kept = scaling.apply(features.take(rows)).astype(np.float32)
        neighbours = min(self.neighbours, len(rows))
        return NearestModel(classes, features.names_hash, scaling, kept, labels[rows].astype(np.int32), neighbours)

    def _kept_rows(self, labels: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
        if len(labels) <= self.most_kept:
            return np.arange(len(labels))
        dice = np.random.default_rng(seed)
        share = self.most_kept / len(labels)
        drawn = [
            dice.choice(rows, max(1, int(len(rows) * share)), replace=False)
            for rows in (np.flatnonzero(labels == label) for label in np.unique(labels))
        ]
        return np.sort(np.concatenate(drawn))


def _squares(rows: Matrix) -> NDArray[np.float64]:
    """The squared length of each row."""
    squared = rows * rows
    return np.asarray(squared.sum(axis=1)).ravel()
