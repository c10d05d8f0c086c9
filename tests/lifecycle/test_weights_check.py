"""Weights are plain data or they are refused."""

import io
import pickle  # noqa: TID251 -- makes the pickles that must be refused

import lightgbm  # noqa: TID251 -- makes the model texts that are checked
import numpy as np
import pytest

from hodoscope.errors import InputError
from hodoscope.lifecycle.artifact.weights_check import weights_format


@pytest.mark.parametrize("name", ["weights.json", "weights.txt", "weights.onnx"])
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_is_refused_under_every_name(name: str, protocol: int) -> None:
    """Whatever it calls itself."""
    files = {"weights.json": b"{}", name: pickle.dumps([1.0], protocol)}
    with pytest.raises(InputError, match="can execute code"):
        weights_format(files)


def test_archives_that_may_hold_pickles_are_refused() -> None:
    """NumPy archives and what torch writes are zips."""
    target = io.BytesIO()
    np.savez(target, a=np.zeros(3))
    with pytest.raises(InputError, match="archive"):
        weights_format({"weights.onnx": target.getvalue()})


def test_text_pickles_are_no_model_text() -> None:
    """Protocols 0 and 1 have no marker; the formats' own beginnings keep them out."""
    for name in ("weights.txt", "weights.onnx"):
        with pytest.raises(InputError):
            weights_format({"weights.json": b"{}", name: pickle.dumps([1.0], 0)} if name[-1] == "t" else {name: b"(l."})


def test_the_three_forms_are_told_apart() -> None:
    """Numbers in JSON, a real LightGBM model as text, ONNX as opaque bytes."""
    values = np.random.default_rng(0).normal(size=(60, 2))
    data = lightgbm.Dataset(values, (values[:, 0] > 0).astype(int), params={"verbose": -1})
    booster = lightgbm.train({"objective": "binary", "verbose": -1, "num_threads": 1}, data, 2)
    text = booster.model_to_string().encode()
    assert weights_format({"weights.json": b"{}", "weights.txt": text}) == "hodoscope-weights"
    assert weights_format({"weights.json": b"{}", "weights.bin": b"\x80\x04"}) == "hodoscope-weights"
    assert weights_format({"weights.onnx": b"\x08\x09"}) == "onnx"


@pytest.mark.parametrize(
    "files", [{}, {"weights.bin": b""}, {"weights.onnx": b"\x08", "weights.json": b"{}"}, {"weights.txt": b"tree\n"}]
)
def test_incomplete_and_mixed_weights_are_refused(files: dict[str, bytes]) -> None:
    """One format, whole."""
    with pytest.raises(InputError, match="weights"):
        weights_format(files)
