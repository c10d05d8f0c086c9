"""What every trainer asks of its rows, and columns brought to a like scale."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hodoscope.errors import InputError
from hodoscope.lifecycle.features import Features, Matrix


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """``(values - shift) * scale`` per column, both of shape (columns,); a constant column has scale 0."""

    shift: NDArray[np.float64]
    scale: NDArray[np.float64]

    @classmethod
    def fit(cls, features: Features) -> "Scaling":
        """Mean and standard deviation of dense columns; of sparse ones the largest magnitude, so that 0 stays 0."""
        columns = len(features.names)
        if features.sparse:
            largest = abs(features.values).max(axis=0).toarray().ravel().astype(np.float64)
            return cls(np.zeros(columns), np.divide(1.0, largest, out=np.zeros(columns), where=largest > 0))
        values = np.asarray(features.values, np.float64)
        # In units of the largest magnitude, since squares of values above 1e154 overflow.
        largest = np.abs(values).max(axis=0)
        shares = np.divide(values, largest, out=np.zeros_like(values), where=largest > 0)
        shift, spread = shares.mean(axis=0), shares.std(axis=0)
        # Rounding leaves a constant column a spread of some 1e-16 of its size, which would blow its noise up.
        constant = spread <= 1e-12 * np.abs(shift)
        return cls(shift * largest, np.divide(1.0, spread * largest, out=np.zeros(columns), where=~constant))

    def apply(self, features: Features) -> Matrix:
        """Scaled values of shape (rows, columns), dense or sparse as the features are."""
        if features.sparse:
            return (features.values.astype(np.float64) * self.scale).tocsr()
        return (np.asarray(features.values, np.float64) - self.shift) * self.scale


def require_trainable(features: Features, labels: NDArray[np.int64], classes: tuple[str, ...]) -> None:
    """Raises ``InputError`` when labels do not fit the rows or a class has no row; the message names the classes."""
    if len(labels) != features.rows:
        raise InputError(f"training: {len(labels)} labels for {features.rows} rows")
    if len(classes) < 2:
        raise InputError(f"training: the classes are {classes}; at least two are needed")
    if len(labels) and not 0 <= labels.min() <= labels.max() < len(classes):
        raise InputError(f"training: labels {labels.min()} to {labels.max()} for {len(classes)} classes")
    empty = [name for name, rows in zip(classes, np.bincount(labels, minlength=len(classes)), strict=True) if not rows]
    if empty:
        raise InputError(f"training: no row of class {', '.join(empty[:5])}; drop the class or bring rows of it")
