"""The evaluation document of a small corpus."""

import pytest

from hodoscope.forms.evaluate import field_type, form_type, measure
from hodoscope.forms.vectors import Vectors


def test_evaluation_holds_figures_intervals_and_a_baseline(small_vectors: Vectors) -> None:
    """Twelve sites alike in three languages are easy; always the same answer is right a third of the time."""
    found = form_type(small_vectors)
    assert found.config["units"] == 36
    assert found.config["unmapped"] == 0
    assert found.metrics["accuracy"].value > 0.9
    assert found.metrics["accuracy"].low <= found.metrics["accuracy"].value
    assert found.baselines["most frequent"]["accuracy"].value == pytest.approx(1 / 3)


def test_fields_are_decoded_and_counted_by_whole_forms(small_vectors: Vectors) -> None:
    """Seventy-two fields of three forms a page."""
    found = field_type(small_vectors)
    assert found.config["units"] == 72
    assert found.metrics["accuracy"].value > 0.9
    assert found.metrics["whole_right"].value > 0.8
    assert "without decoding" in found.baselines


def test_tasks_without_their_corpus_are_left_out(small_vectors: Vectors) -> None:
    """DuckDuckGo's needs DuckDuckGo's forms."""
    assert [name for name, _ in measure({"formasaurus": small_vectors})] == ["form_type", "field_type"]
    assert list(measure({})) == []
