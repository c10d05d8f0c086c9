"""What a model and its trainer promise. Implementations are in ``models/``; a task may bring its own."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.weights import Weights


class Model(Protocol):
    """A trained classifier. Immutable; predicting twice gives the same bits."""

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names, in the order of the columns of :meth:`predict`."""
        ...

    @property
    def names_hash(self) -> str:
        """:attr:`Features.names_hash` of the features it was trained with."""
        ...

    def predict(self, features: Features) -> NDArray[np.float64]:
        """Probabilities of shape (rows, classes); each row sums to 1.

        Raises ``InputError`` when the features' names hash is not :attr:`names_hash`.
        """
        ...

    def to_weights(self) -> Weights:
        """Everything needed to predict again, as data; ``models.kinds.from_weights`` reads it and executes nothing."""
        ...


class Trainer(Protocol):
    """A way to get a model: the settings are the trainer's own, the data and the seed are arguments."""

    @property
    def name(self) -> str:
        """Short name for tables, such as ``boosting``."""
        ...

    def fit(
        self,
        features: Features,
        labels: NDArray[np.int64],
        classes: tuple[str, ...],
        groups: NDArray[np.int64] | None,
        seed: int,
    ) -> Model:
        """Trains on all rows; ``labels`` (rows,) index ``classes``, ``groups`` (rows,) serve a trainer that splits.

        The same arguments give the same model, bit for bit. Raises ``InputError`` for an empty class.
        """
        ...
