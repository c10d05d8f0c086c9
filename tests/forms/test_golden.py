"""One chain, three engines: the golden file, Chromium, and Python's scorer agree."""

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from hodoscope.forms import golden
from hodoscope.forms.chromium import LivePage
from hodoscope.forms.model_file import SHIPPED, FormModel

GOLDEN: dict[str, Any] = json.loads(golden.GOLDEN.read_text(encoding="utf-8"))


def test_golden_file_holds_today_s_pages() -> None:
    """Remedy: python -m hodoscope.forms.golden --write."""
    assert {name: row["html"] for name, row in GOLDEN.items()} == golden.PAGES


def test_chromium_computes_the_golden_chain(live: LivePage) -> None:
    """Named features, hashes and integer sums exactly; probabilities to 1e-6; the same decision."""
    found = golden.chains(live, golden.PAGES)
    for name, row in GOLDEN.items():
        assert len(found[name]) == len(row["links"]), name
        for ours, kept in zip(found[name], row["links"], strict=True):
            assert ours["probabilities"] == pytest.approx(kept["probabilities"], abs=1e-6), name
            exact = ("names", "hashes", "ends", "sums", "label")
            assert {key: ours[key] for key in exact} == {key: kept[key] for key in exact}, name


def test_python_scores_as_the_runtime_does() -> None:
    """From the same hashes: sums exactly, probabilities to 1e-6, the same decision."""
    head = FormModel.load(SHIPPED).heads["form"]
    links = [link for row in GOLDEN.values() for link in row["links"]]
    table = pa.table(
        {
            "hashes": pa.array([link["hashes"] for link in links], pa.list_(pa.int32())),
            "ends": pa.array([link["ends"] for link in links], pa.list_(pa.int32())),
        }
    )
    sums = head.accumulate(table).reshape(len(links), -1)
    assert sums.tolist() == [link["sums"] for link in links]
    chances = head.probabilities(table)
    assert np.abs(chances - np.array([link["probabilities"] for link in links])).max() < 1e-6
    assert [head.classes[index] for index in chances.argmax(axis=1)] == [link["label"] for link in links]


def test_a_name_that_shadows_a_property_is_still_a_name() -> None:
    """A form whose inputs are called `form` and `getAttribute` is read like any other."""
    names = GOLDEN["names that shadow properties"]["links"][0]["names"]
    assert "^form$" in names
    assert "^get$" in names
