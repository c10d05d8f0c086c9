"""A linear model: one weight per column and class, nothing else. Trained as logistic regression or as linear SVM."""

from dataclasses import dataclass
from typing import Literal, Self, get_args

import numpy as np
from numpy.typing import NDArray

from hodoscope.errors import InputError
from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.models.scaling import Scaling
from hodoscope.lifecycle.weights import Weights

Link = Literal["softmax", "sigmoid"]


@dataclass(frozen=True, slots=True, eq=False)
class LinearModel:
    """``weights`` (columns, outputs) and ``bias`` (outputs,), for values as extracted: scaling is folded in.

    Two classes have one output, the log odds of the second. Otherwise one output per class, and ``link`` makes them
    probabilities: ``softmax``, or ``sigmoid`` of each divided by their sum.
    """

    classes: tuple[str, ...]
    names_hash: str
    weights: NDArray[np.float64]
    bias: NDArray[np.float64]
    link: Link

    def predict(self, features: Features) -> NDArray[np.float64]:
        features.require(self.names_hash, "linear")
        outputs = np.asarray(features.values @ self.weights) + self.bias
        if len(self.classes) == 2:
            second = sigmoid(outputs[:, 0])
            return np.stack([1.0 - second, second], axis=1)
        return softmax(outputs) if self.link == "softmax" else _shares(sigmoid(outputs))

    def to_weights(self) -> Weights:
        settings = {"classes": list(self.classes), "names_hash": self.names_hash, "link": self.link}
        return Weights("linear", settings, {"weights": self.weights, "bias": self.bias})

    @classmethod
    def from_weights(cls, weights: Weights) -> Self:
        classes, names_hash = weights.identity()
        outputs = 1 if len(classes) == 2 else len(classes)
        link = weights.settings["link"]
        if link not in get_args(Link):
            raise InputError(f"weights linear: $.settings.link is {link!r}; expected one of {get_args(Link)}")
        shaped = weights.array("weights", (None, outputs)), weights.array("bias", (outputs,))
        return cls(classes, names_hash, *shaped, "softmax" if link == "softmax" else "sigmoid")


def unscaled(
    scaling: Scaling, weights: NDArray[np.float64], bias: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weights (columns, outputs) and bias for raw values, from those for scaled ones."""
    raw = weights * scaling.scale[:, None]
    return raw, bias - scaling.shift @ raw


def sigmoid(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 / (1 + exp(-values)), without overflow at either end."""
    small = np.exp(-np.abs(values))
    return np.where(values >= 0, 1.0, small) / (1.0 + small)


def softmax(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each row's exponentials divided by their sum, without overflow."""
    exponentials = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True))


def _shares(values: NDArray[np.float64]) -> NDArray[np.float64]:
    total = values.sum(axis=1, keepdims=True)
    # A row that every class rejects to the last bit says nothing: equal shares.
    return np.where(total > 0, values / np.where(total > 0, total, 1.0), 1.0 / values.shape[1])
