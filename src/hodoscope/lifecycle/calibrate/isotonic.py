"""Isotonic regression: any monotone function, learned from a thousand units upwards."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hodoscope.lifecycle.calibrate.one_vs_rest import normalised
from hodoscope.lifecycle.evaluate.units import Flags, Floats
from hodoscope.lifecycle.extra import load


@dataclass(frozen=True, slots=True)
class Isotonic:
    """Per class the corners (x, y) of a non-decreasing function, straight in between (Zadrozny and Elkan 2002)."""

    corners: tuple[tuple[tuple[float, ...], tuple[float, ...]], ...]
    name: str = "isotonic"

    @classmethod
    def fit(cls, probabilities: Floats, truth: Flags) -> "Isotonic":
        """Learn from (rows, classes) of probabilities and of what was right.

        The ends are kept away from 0 and 1 by Laplace's rule of succession, 1 / (rows + 2): a step function learned
        from n rows cannot know of anything rarer, and a certain error would cost an infinite log loss.
        """
        regression, edge = load("sklearn.isotonic").IsotonicRegression, 1 / (len(truth) + 2)
        corners = []
        for column in range(probabilities.shape[1]):
            fitted = regression(y_min=edge, y_max=1 - edge, out_of_bounds="clip")
            fitted.fit(probabilities[:, column], truth[:, column].astype(np.float64))
            corners.append((tuple(fitted.X_thresholds_.tolist()), tuple(fitted.y_thresholds_.tolist())))
        return cls(tuple(corners))

    def apply(self, probabilities: Floats) -> Floats:
        """See :class:`Calibrator`."""
        columns = [np.interp(probabilities[:, index], x, y) for index, (x, y) in enumerate(self.corners)]
        return normalised(np.column_stack(columns), probabilities)

    def to_json(self) -> Mapping[str, object]:
        """``{"name", "corners": [[x…], [y…]] per class}``."""
        return {"name": self.name, "corners": [[list(x), list(y)] for x, y in self.corners]}

    @classmethod
    def from_json(cls, document: Mapping[str, object]) -> "Isotonic":
        """The inverse of :meth:`to_json`."""
        corners = document["corners"]
        if not isinstance(corners, list):
            raise TypeError("corners is no list")
        return cls(tuple((tuple(map(float, x)), tuple(map(float, y))) for x, y in corners))
