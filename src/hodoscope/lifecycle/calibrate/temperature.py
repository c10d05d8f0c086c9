"""Temperature scaling: one number for all classes; the order of the classes in a row never changes."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hodoscope.lifecycle.calibrate.one_vs_rest import SMALLEST
from hodoscope.lifecycle.evaluate.units import Flags, Floats
from hodoscope.lifecycle.extra import load

RANGE = (0.02, 50.0)
"""Far beyond what a useful model needs; keeps the search finite when every unit is right."""


@dataclass(frozen=True, slots=True)
class Temperature:
    """softmax(log p / temperature) (Guo et al. 2017, arXiv:1706.04599); above 1 it makes the model less sure."""

    temperature: float
    name: str = "temperature"

    @classmethod
    def fit(cls, probabilities: Floats, truth: Flags) -> "Temperature":
        """The temperature of the smallest log loss on (rows, classes) of probabilities and of what was right."""

        def loss(logarithm: float) -> float:
            scaled = cls(float(np.exp(logarithm))).apply(probabilities)
            return float(-np.log(np.maximum((scaled * truth).sum(axis=1), SMALLEST)).mean())

        found = load("scipy.optimize").minimize_scalar(loss, bounds=tuple(np.log(RANGE)), method="bounded")
        return cls(float(np.exp(found.x)))

    def apply(self, probabilities: Floats) -> Floats:
        """See :class:`Calibrator`."""
        logits = np.log(np.maximum(probabilities, SMALLEST)) / self.temperature
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        scaled: Floats = raised / raised.sum(axis=1, keepdims=True)
        return scaled

    def to_json(self) -> Mapping[str, object]:
        """``{"name", "temperature"}``."""
        return {"name": self.name, "temperature": self.temperature}

    @classmethod
    def from_json(cls, document: Mapping[str, object]) -> "Temperature":
        """The inverse of :meth:`to_json`."""
        return cls(float(str(document["temperature"])))
