"""A small neural network: one hidden layer of rectified units, trained by scikit-learn, predicted by two products."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from hodoscope.lifecycle import extra
from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.models.linear import sigmoid, softmax
from hodoscope.lifecycle.models.scaling import Scaling, require_trainable
from hodoscope.lifecycle.models.solving import solver
from hodoscope.lifecycle.weights import Weights


@dataclass(frozen=True, slots=True, eq=False)
class MlpModel:
    """``hidden`` (columns, units) and ``output`` (units, outputs) with their biases, float32, for scaled values.

    Two classes have one output, the log odds of the second. The scaling stays apart in float64: folded into float32
    weights, a time stamp of 1e9 that varies by 1e3 would lose its digits.
    """

    classes: tuple[str, ...]
    names_hash: str
    scaling: Scaling
    hidden: NDArray[np.float32]
    hidden_bias: NDArray[np.float32]
    output: NDArray[np.float32]
    output_bias: NDArray[np.float32]

    def predict(self, features: Features) -> NDArray[np.float64]:
        features.require(self.names_hash, "mlp")
        units = np.maximum(
            np.asarray(self.scaling.apply(features) @ self.hidden.astype(np.float64)) + self.hidden_bias, 0.0
        )
        scores = np.asarray(units @ self.output.astype(np.float64) + self.output_bias, np.float64)
        if len(self.classes) == 2:
            second = sigmoid(scores[:, 0])
            return np.stack([1.0 - second, second], axis=1)
        return softmax(scores)

    def to_weights(self) -> Weights:
        arrays = {name: getattr(self, name) for name in ("hidden", "hidden_bias", "output", "output_bias")}
        arrays |= {"shift": self.scaling.shift, "scale": self.scaling.scale}
        return Weights("mlp", {"classes": list(self.classes), "names_hash": self.names_hash}, arrays)

    @classmethod
    def from_weights(cls, weights: Weights) -> Self:
        classes, names_hash = weights.identity()
        hidden = weights.array("hidden", (None, None))
        units, outputs = hidden.shape[1], 1 if len(classes) == 2 else len(classes)
        columns = (len(hidden),)
        scaling = Scaling(weights.array("shift", columns), weights.array("scale", columns))
        return cls(
            classes, names_hash, scaling, hidden, weights.array("hidden_bias", (units,)),
            weights.array("output", (units, outputs)), weights.array("output_bias", (outputs,)),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class MlpTrainer:
    """``penalty`` is scikit-learn's alpha (L2), which holds the network back; Adam for up to ``most_epochs``.

    scikit-learn's early stopping is not used: it watches accuracy, which stands still where one class is rare.
    """

    units: int = 16
    penalty: float = 0.1
    most_epochs: int = 40
    name: str = "mlp"

    def fit(
        self, features: Features, labels: NDArray[np.int64], classes: tuple[str, ...], groups: object, seed: int
    ) -> MlpModel:
        require_trainable(features, labels, classes)
        scaling = Scaling.fit(features)
        network = extra.load("sklearn.neural_network").MLPClassifier(
            (self.units,),
            alpha=self.penalty,
            max_iter=self.most_epochs,
            random_state=seed,
            n_iter_no_change=5,
            # Some 50 steps an epoch, whatever the number of rows, so that an epoch means the same.
            batch_size=min(len(labels), int(np.clip(len(labels) // 50, 8, 512))),
        )
        with solver():
            network.fit(scaling.apply(features), labels)
        parts = (network.coefs_[0], network.intercepts_[0], network.coefs_[1], network.intercepts_[1])
        return MlpModel(classes, features.names_hash, scaling, *(np.asarray(part, np.float32) for part in parts))
