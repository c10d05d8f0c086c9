"""Units of the protocol, mapped to what the runtime found."""

import json
from pathlib import Path

import pytest

from hodoscope.forms.chromium import LivePage
from hodoscope.forms.corpora import formasaurus
from hodoscope.forms.formasaurus_protocol import field_units, form_units
from hodoscope.forms.page import Page
from hodoscope.forms.vectorise import vectorise
from hodoscope.forms.vectors import Vectors


def _vectors(live: LivePage, html: str, forms: list[dict[str, object]]) -> Vectors:
    return vectorise(live, [Page("formasaurus", "p", "s.example", html, truth={"forms": forms})])


def test_small_corpus_is_mapped_whole(small_vectors: Vectors) -> None:
    """Three forms and six fields a page, none unmapped."""
    forms, fields = form_units(small_vectors), field_units(small_vectors)
    assert (len(forms.rows), len(fields.rows)) == (36, 72)
    assert forms.rows.min() >= 0
    assert fields.rows.min() >= 0
    names = small_vectors.fields["name"].to_pylist()
    assert [names[row] for row in fields.rows[:3]] == ["q", "user", "pass"]


def test_form_of_a_page_with_other_form_counts_is_found_by_its_names(live: LivePage) -> None:
    """lxml saw one form, the browser two: the names decide."""
    html = "<form><input name=a></form><form><input name=b><input name=c></form>"
    units = form_units(_vectors(live, html, [{"type": "l", "names": ["b", "c"], "fields": {}}]))
    assert units.rows.tolist() == [1]


def test_what_no_segment_holds_is_unmapped(live: LivePage) -> None:
    """Row -1, to be counted as wrong."""
    truth: list[dict[str, object]] = [
        {"type": "l", "names": ["gone"], "fields": {"gone": "us"}},
        {"type": "X", "names": [], "fields": {}},
    ]
    vectors = _vectors(live, "<p>no form</p>", truth)
    assert form_units(vectors).rows.tolist() == [-1]
    assert field_units(vectors).rows.tolist() == [-1]


@pytest.mark.long
def test_almost_every_real_unit_is_mapped(live: LivePage, shared_data: Path) -> None:
    """At most three forms of 1,585 are lost, by differences between lxml and the browser."""
    vectors = vectorise(live, formasaurus.pages(shared_data))
    units = form_units(vectors)
    assert len(units.rows) == 1585
    assert (units.rows < 0).sum() <= 3
    assert len(json.loads(vectors.pages["truth"][0].as_py())["forms"]) == 1
