"""Training: repeatable, small, calibrated, and honest about missing classes."""

import numpy as np
import pyarrow as pa
import pytest

from hodoscope.errors import InputError
from hodoscope.forms.fit import Settings, fit

CLASSES = ("left", "right")
SETTINGS = Settings(bits=6, scales=(1.0,), keep=50)


def _data(rows: int = 200) -> tuple[pa.Table, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 2, rows)
    noise = rng.random(rows) < 0.1
    hashes = [[int(label ^ flip), *rng.integers(2, 40, 3).tolist()] for label, flip in zip(labels, noise, strict=True)]
    table = pa.table(
        {
            "hashes": pa.array(hashes, pa.list_(pa.int32())),
            "ends": pa.array([[4]] * rows, pa.list_(pa.int32())),
        }
    )
    return table, labels.astype(np.int64), np.arange(rows) // 5


def test_training_twice_gives_the_same_head() -> None:
    """Bit for bit."""
    table, labels, groups = _data()
    first, second = (fit(table, labels, CLASSES, groups, SETTINGS) for _ in range(2))
    assert first.to_json() == second.to_json()


def test_head_learns_keeps_to_its_size_and_does_not_boast() -> None:
    """10 % of the labels are noise: the mean confidence is near the accuracy."""
    table, labels, groups = _data()
    head = fit(table, labels, CLASSES, groups, SETTINGS)
    chances = head.probabilities(table)
    right = (chances.argmax(axis=1) == labels).mean()
    assert right > 0.85
    assert abs(chances.max(axis=1).mean() - right) < 0.08
    assert np.count_nonzero(head.weights) <= SETTINGS.keep


def test_class_without_rows_is_an_input_error() -> None:
    """The message names it."""
    table, labels, groups = _data()
    with pytest.raises(InputError, match="third"):
        fit(table, labels, (*CLASSES, "third"), groups, SETTINGS)
