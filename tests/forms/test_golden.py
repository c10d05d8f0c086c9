"""One chain, three engines: the golden file, Chromium, and Python's scorer agree."""

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from hodoscope.forms import golden
from hodoscope.forms.chromium import LivePage
from hodoscope.forms.decode import decode
from hodoscope.forms.head import Head
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
            _assert_same(ours, kept, name)
            assert len(ours["fields"]) == len(kept["fields"]), name
            for mine, golden_field in zip(ours["fields"], kept["fields"], strict=True):
                _assert_same(mine, golden_field, name)


def _assert_same(ours: dict[str, Any], kept: dict[str, Any], name: str) -> None:
    assert ours["probabilities"] == pytest.approx(kept["probabilities"], abs=1e-6), name
    exact = ("names", "hashes", "ends", "sums", "label")
    assert {key: ours[key] for key in exact} == {key: kept[key] for key in exact}, name


def test_python_scores_as_the_runtime_does() -> None:
    """From the same hashes: sums exactly, probabilities to 1e-6, the same decision."""
    model = FormModel.load(SHIPPED)
    links = [link for row in GOLDEN.values() for link in row["links"]]
    _assert_scores(model.form, links)
    labels = [model.form.classes[index] for index in model.form.probabilities(_table(links)).argmax(axis=1)]
    assert labels == [link["label"] for link in links]
    assert model.field is not None
    _assert_scores(model.field.head, [field for link in links for field in link["fields"]])


def test_python_decodes_as_the_runtime_does() -> None:
    """The labels of a segment's fields, one after the other."""
    model = FormModel.load(SHIPPED).field
    assert model is not None
    for row in GOLDEN.values():
        for link in row["links"]:
            if not link["fields"]:
                continue
            logits = model.head.logits(_table(link["fields"]))
            kinds = [field["kind"] for field in link["fields"]]
            labels = decode(logits, kinds, model.head.classes, model.decoding)
            assert [model.head.classes[label] for label in labels] == [field["label"] for field in link["fields"]]


def _assert_scores(head: Head, links: list[dict[str, Any]]) -> None:
    table = _table(links)
    assert head.accumulate(table).reshape(len(links), -1).tolist() == [link["sums"] for link in links]
    expected = np.array([link["probabilities"] for link in links])
    assert np.abs(head.probabilities(table) - expected).max() < 1e-6


def _table(links: list[dict[str, Any]]) -> pa.Table:
    return pa.table(
        {
            "hashes": pa.array([link["hashes"] for link in links], pa.list_(pa.int32())),
            "ends": pa.array([link["ends"] for link in links], pa.list_(pa.int32())),
        }
    )


def test_a_name_that_shadows_a_property_is_still_a_name() -> None:
    """A form whose inputs are called `form` and `getAttribute` is read like any other."""
    names = GOLDEN["names that shadow properties"]["links"][0]["names"]
    assert "^form$" in names
    assert "^get$" in names
