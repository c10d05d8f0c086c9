"""Vectors come from the runtime, and no label reaches them."""

import json

from hodoscope.forms.chromium import LivePage
from hodoscope.forms.page import Page
from hodoscope.forms.spec import FEATURE_SPEC, FIELD_SPACE, FORM_SPACE
from hodoscope.forms.vectorise import vectorise
from hodoscope.forms.vectors import Vectors

FORM = """<form><label>Mail<input name=mail {}></label>
<input type=radio name=r value=1><input type=radio name=r value=2></form>"""
MARKS = "data-moz-autofill-type=email data-moz-autofill-inspect-id=7 data-fathom=x"


def _hashes(vectors: Vectors) -> list[object]:
    return [vectors.segments["hashes"].to_pylist(), vectors.fields["hashes"].to_pylist()]


def test_labels_are_read_as_marks_and_leave_no_trace_in_the_vectors(live: LivePage) -> None:
    """A page with label attributes gives the vectors of the page without them."""
    strip = ("data-moz-autofill-", "data-fathom")
    marked, plain = (vectorise(live, [Page("c", "p", "s", FORM.format(text), strip)]) for text in (MARKS, ""))
    assert _hashes(marked) == _hashes(plain)
    assert json.loads(marked.fields["marks"][0].as_py()) == {
        "data-moz-autofill-type": "email",
        "data-moz-autofill-inspect-id": "7",
        "data-fathom": "x",
    }
    assert plain.fields["marks"].to_pylist() == [None, None]


def test_a_label_that_is_not_stripped_would_be_seen(live: LivePage) -> None:
    """The test above can fail: an attribute the runtime reads changes the vectors."""
    call = "html => hodoscopeForms.vectorisePage(html, []).hashes"
    assert live.call(call, FORM.format("autocomplete=email")) != live.call(call, FORM.format(""))


def test_radio_buttons_of_one_name_are_one_field(live: LivePage) -> None:
    """Both elements are members of the one field."""
    fields = vectorise(live, [Page("c", "p", "s", FORM.format(""))]).fields
    assert [len(members) for members in fields["members"].to_pylist()] == [1, 2]


def test_vectors_say_what_made_them(small_vectors: Vectors) -> None:
    """Chromium, runtime digest, feature contract, viewport; every vector has its namespaces."""
    assert small_vectors.origin["spec"] == FEATURE_SPEC
    assert {"chromium", "runtime", "viewport"} < small_vectors.origin.keys()
    assert set(map(len, small_vectors.segments["ends"].to_pylist())) == {len(FORM_SPACE)}
    assert set(map(len, small_vectors.fields["ends"].to_pylist())) == {len(FIELD_SPACE)}


def test_noscript_is_ignored(live: LivePage) -> None:
    """A live page holds it as text."""
    html = "<form><input name=a></form><noscript><form><input name=b></form></noscript>"
    found = live.call("html => hodoscopeForms.vectorisePage(html, []).fields.map(f => f.name)", html)
    assert found == ["a"]
