"""A model as data comes back the same, and damage is told."""

import json

import numpy as np
import pytest

from hodoscope.errors import InputError
from hodoscope.lifecycle.weights import BINARY_FILE, JSON_FILE, MOST_INLINE_VALUES, TEXT_FILE, Weights


def _weights(values: int, text: str = "") -> Weights:
    arrays = {"bias": np.array([0.1, -0.2]), "weights": np.linspace(-1, 1, values, dtype=np.float32).reshape(-1, 1)}
    return Weights("linear", {"classes": ["a", "ü"]}, arrays, text)


@pytest.mark.parametrize("values", [0, 3, MOST_INLINE_VALUES + 1])
def test_weights_survive_their_files(values: int) -> None:
    """To the bit, inline and binary, and the same weights give the same bytes."""
    written = _weights(values, "tree\n").to_files()
    read = Weights.from_files(written)
    assert (BINARY_FILE in written) == (values > MOST_INLINE_VALUES)
    assert read.to_files() == written
    assert (read.kind, read.settings, read.text) == ("linear", {"classes": ["a", "ü"]}, "tree\n")
    for name, array in _weights(values).arrays.items():
        assert read.arrays[name].dtype == array.dtype
        assert read.arrays[name].tobytes() == array.tobytes()


def test_a_small_linear_model_is_one_readable_file() -> None:
    """JSON that a browser reads without a library."""
    files = _weights(3).to_files()
    assert set(files) == {JSON_FILE}
    assert json.loads(files[JSON_FILE])["arrays"]["bias"]["values"] == [0.1, -0.2]


@pytest.mark.parametrize(
    "damage",
    [
        {JSON_FILE: b"{"},
        {JSON_FILE: b"[]"},
        {JSON_FILE: b'{"format": "other/9"}'},
        {JSON_FILE: b'{"format": "hodoscope-weights/1", "kind": "x", "settings": {}, "arrays": {"a": 3}}'},
        {BINARY_FILE: b"\0" * 8},
        {TEXT_FILE: b"\xff"},
    ],
)
def test_damaged_files_are_refused(damage: dict[str, bytes]) -> None:
    """Never a half-read model."""
    with pytest.raises(InputError, match=JSON_FILE):
        Weights.from_files(_weights(MOST_INLINE_VALUES + 1, "tree").to_files() | damage)


def test_a_missing_head_names_what_is_there() -> None:
    """So that a wrong folder is recognised."""
    with pytest.raises(InputError, match=r"missing; a model has it beside model\.pkl"):
        Weights.from_files({"model.pkl": b"\x80"})


def test_objects_are_no_weights() -> None:
    """Only plain numbers: an object array could only be stored by executing something on load."""
    with pytest.raises(InputError, match="object is not one of"):
        Weights("x", {}, {"a": np.array([print])}).to_files()
