"""Corpus labels in our classes."""

from hodoscope.forms.chromium import LivePage
from hodoscope.forms.corpora import duckduckgo
from hodoscope.forms.field_labels import FieldLabels, field_labels, joined
from hodoscope.forms.page import Page
from hodoscope.forms.vectorise import vectorise
from hodoscope.forms.vectors import Vectors

FIELD = "<input type={} data-manual-scoring='{}'>"


def _labels(live: LivePage, name: str, *fields: tuple[str, str]) -> FieldLabels:
    html = "<form>" + "".join(FIELD.format(*field) for field in fields) + "</form>"
    return field_labels(vectorise(live, [Page(duckduckgo.NAME, name, "site", html, duckduckgo.STRIP)]))


def test_kind_of_page_and_order_decide_what_a_password_is(live: LivePage) -> None:
    """On a sign-up page the second one confirms; on a login page it is the current one; elsewhere nothing is chosen."""
    password = ("password", "password")
    assert _labels(live, "a_signup.html", password, password).chosen == ("new password", "confirm password")
    assert _labels(live, "a_login.html", password).chosen == ("current password",)
    assert _labels(live, "a_page.html", password).chosen == (None,)
    explicit = [("password", f"password.{role}") for role in ("current", "new", "new")]
    chosen = _labels(live, "a_change-password.html", *explicit).chosen
    assert chosen == ("current password", "new password", "confirm password")


def test_label_that_allows_two_is_chosen_by_the_control(live: LivePage) -> None:
    """An e-mail input asks for an e-mail address."""
    either = "username OR emailAddress"
    found = _labels(live, "a_login.html", ("text", either), ("email", either))
    assert found.chosen == ("username", "email")
    assert set(found.allowed[0]) == {"username", "email"}


def test_unlabelled_fields_are_no_negatives(live: LivePage) -> None:
    """Only what carries a label is a row."""
    assert len(_labels(live, "a_login.html", ("text", "")).rows) == 0


def test_corpora_are_joined_with_segments_apart(small_vectors: Vectors) -> None:
    """Rows and segments of the second follow those of the first."""
    table, (first, second) = joined([small_vectors, small_vectors])
    assert table.num_rows == 2 * small_vectors.fields.num_rows
    assert (second.rows == first.rows + small_vectors.fields.num_rows).all()
    assert table["segment"].to_numpy().max() == 2 * small_vectors.segments.num_rows - 1
