"""The evaluation document of a small corpus."""

import pytest

from hodoscope.forms.evaluate import form_type
from hodoscope.forms.vectors import Vectors


def test_evaluation_holds_figures_intervals_and_a_baseline(small_vectors: Vectors) -> None:
    """Twelve sites alike in three languages are easy; always the same answer is right a third of the time."""
    found = form_type(small_vectors)
    assert found.config["units"] == 36
    assert found.config["unmapped"] == 0
    assert found.metrics["accuracy"].value > 0.9
    assert found.metrics["accuracy"].low <= found.metrics["accuracy"].value
    assert found.baselines["most frequent"]["accuracy"].value == pytest.approx(1 / 3)
