"""A JavaScript engine reads the numbers that Python wrote, from the header alone or from the binary beside it."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from hodoscope.lifecycle.weights import MOST_INLINE_VALUES, Weights

NODE = shutil.which("node")


@pytest.mark.skipif(NODE is None, reason="no node on this machine: reading weights in JavaScript was not run")
@pytest.mark.parametrize("size", [7, MOST_INLINE_VALUES + 1])
def test_javascript_reads_the_same_numbers(tmp_path: Path, size: int) -> None:
    """Of every type, to the bit."""
    random = np.random.default_rng(size)
    arrays: dict[str, NDArray[Any]] = {
        "double": random.normal(size=(size, 1)),
        "single": random.normal(size=size).astype(np.float32),
        "short": random.integers(-(2**31), 2**31, size).astype(np.int32),
        "long": random.integers(-(2**50), 2**50, size),
    }
    files = Weights("linear", {}, arrays).to_files()
    assert ("weights.bin" in files) == (size > MOST_INLINE_VALUES)
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    script = Path(__file__).with_name("read_weights.mjs")
    run = subprocess.run([str(NODE), script, tmp_path], capture_output=True, text=True, check=True)
    read = json.loads(run.stdout)["arrays"]
    assert {name: array.ravel().tolist() for name, array in arrays.items()} == read
