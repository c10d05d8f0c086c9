"""Platt scaling: a sigmoid over the log odds, two numbers per class, for few units."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hodoscope.lifecycle.calibrate.one_vs_rest import log_odds, normalised
from hodoscope.lifecycle.evaluate.units import Flags, Floats
from hodoscope.lifecycle.extra import load


@dataclass(frozen=True, slots=True)
class Platt:
    """Per class slope and offset of the log odds (Platt 1999; 1 and 0 change nothing)."""

    lines: tuple[tuple[float, float], ...]
    name: str = "platt"

    @classmethod
    def fit(cls, probabilities: Floats, truth: Flags) -> "Platt":
        """Learn from (rows, classes) of probabilities and of what was right, with Platt's smoothed targets."""
        regression = load("sklearn.linear_model").LogisticRegression
        lines = []
        for column in range(probabilities.shape[1]):
            right = truth[:, column]
            positives = int(right.sum())
            target = np.where(right, (positives + 1) / (positives + 2), 1 / (len(right) - positives + 2))
            odds = log_odds(probabilities[:, column])
            # A target between 0 and 1 is both outcomes, each with its share of the weight.
            # The penalty is next to none: it makes a constant score solvable.
            fitted = regression(C=1e6, solver="newton-cholesky", tol=1e-8)
            fitted.fit(
                np.r_[odds, odds][:, np.newaxis],
                np.repeat([1, 0], len(odds)),
                sample_weight=np.r_[target, 1 - target],
            )
            lines.append((float(fitted.coef_[0, 0]), float(fitted.intercept_[0])))
        return cls(tuple(lines))

    def apply(self, probabilities: Floats) -> Floats:
        """See :class:`Calibrator`."""
        slope, offset = np.array(self.lines).T
        raised = np.clip(slope * log_odds(probabilities) + offset, -700, 700)
        return normalised(1 / (1 + np.exp(-raised)), probabilities)

    def to_json(self) -> Mapping[str, object]:
        """``{"name", "lines": [slope, offset] per class}``."""
        return {"name": self.name, "lines": [list(line) for line in self.lines]}

    @classmethod
    def from_json(cls, document: Mapping[str, object]) -> "Platt":
        """The inverse of :meth:`to_json`."""
        lines = document["lines"]
        if not isinstance(lines, list):
            raise TypeError("lines is no list")
        return cls(tuple((float(slope), float(offset)) for slope, offset in lines))
