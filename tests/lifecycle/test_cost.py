"""Speed is measured in processor time, per thousand rows."""

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from hodoscope.errors import InputError
from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.gate.cost import cpu_per_thousand_rows
from hodoscope.lifecycle.models.linear import LinearModel

NAMES = ("a", "b")
ROWS = Features(NAMES, np.ones((500, 2)))
PLAIN = LinearModel(("good", "bad"), ROWS.names_hash, np.ones((2, 1)), np.zeros(1), "softmax")


@dataclass(frozen=True, eq=False)
class Laborious:
    """The same model after a lot of arithmetic."""

    classes: tuple[str, ...] = PLAIN.classes
    names_hash: str = PLAIN.names_hash

    def predict(self, features: Features) -> NDArray[np.float64]:
        sum(number * number for number in range(100_000))
        return PLAIN.predict(features)

    def to_weights(self) -> object:
        return PLAIN.to_weights()


def test_a_slower_model_costs_more() -> None:
    """Median between the least and the most, in milliseconds."""
    fast, slow = cpu_per_thousand_rows(PLAIN, ROWS), cpu_per_thousand_rows(Laborious(), ROWS)  # type: ignore[arg-type]  # its weights are not asked for
    assert 0 <= fast.low <= fast.value <= fast.high
    assert fast.unit == "ms"
    assert slow.low > fast.value


def test_nothing_to_predict_is_an_error() -> None:
    """A division by no rows would say anything."""
    with pytest.raises(InputError, match="no rows"):
        cpu_per_thousand_rows(PLAIN, ROWS.take(np.arange(0)))
