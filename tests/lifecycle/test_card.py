"""A card is complete or the gaps are named."""

import math
from dataclasses import replace

import pytest

from hodoscope.errors import InputError
from hodoscope.lifecycle.artifact.card import HEADINGS, CardText, gaps, render
from hodoscope.lifecycle.metric import Evaluation, Metric
from tests.lifecycle.trained_artifacts import TEXT, small_artifact

FIGURES = Evaluation({"auc": Metric(0.9, 0.85, 0.95, "share", 40), "recall": Metric(math.nan, math.nan, math.nan)})


def test_a_rendered_card_is_complete() -> None:
    """All sections, the figures with their intervals, the data, the identity."""
    assert gaps(small_artifact().card) == []
    card = render("dga", TEXT, FIGURES, [{"name": "invented", "rows": 200}], {"code version": "0.1.0"})
    assert gaps(card) == []
    assert "| all | this model | auc | 0.9 | 0.85 to 0.95 | share | 40 |" in card
    assert "undefined" in card


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_missing_section_is_named(heading: str) -> None:
    """Each one."""
    card = small_artifact().card.replace(f"## {heading}\n", f"### {heading}\n")
    assert any(heading in gap for gap in gaps(card))


@pytest.mark.parametrize("text", ["", "n/a", "TODO: write this down some day", "none."])
def test_a_section_that_says_nothing_is_a_gap(text: str) -> None:
    """Emptiness and placeholders."""
    card = render("dga", replace(TEXT, limitations=text), FIGURES, [{"name": "invented data"}], {"seed": "12345678"})
    assert [gap for gap in gaps(card) if "Limitations" in gap]


def test_a_card_without_data_is_incomplete() -> None:
    """Where the training data came from is never optional."""
    assert gaps(render("dga", TEXT, FIGURES, [], {"code": "0.1.0+abcdefg"})) == ["section 'Training data' says nothing"]


def test_values_cannot_break_out_of_their_table() -> None:
    """A data set's name is somebody else's text."""
    card = render("dga", TEXT, FIGURES, [{"name": "a|b\n## Owner\nme"}], {"seed": "12345678"})
    assert card.count("\n## Owner") == 1


def test_the_text_of_a_card_comes_from_a_table() -> None:
    """Missing and unknown keys are named."""
    with pytest.raises(InputError, match=r"missing \[.*'intended_use'.*unknown \['purpose'\]"):
        CardText.from_table({"purpose": "x"}, "dga.toml: card")
