"""A file through the shipped runtime and model."""

from pathlib import Path

import pytest

from hodoscope.errors import InputError
from hodoscope.forms.chromium import LivePage
from hodoscope.forms.detect import detect
from tests.support.form_pages import LOGIN


def test_login_page_is_told_with_reasons(live: LivePage, tmp_path: Path) -> None:
    """Label, probability, the controls by name, and features as text."""
    path = tmp_path / "login.html"
    path.write_text(LOGIN, encoding="utf-8")
    (form,) = detect(live, [path])
    assert form.label == "login"
    assert form.probability > 0.9
    assert form.controls[:2] == ("username", "password")
    assert any("password" in feature or "pass" in feature for feature, _ in form.reasons)
    assert [field.label for field in form.fields] == ["username", "current password", "submit"]
    assert form.to_json()["file"] == str(path)


def test_absent_file_is_an_input_error(live: LivePage, tmp_path: Path) -> None:
    """The message names it."""
    with pytest.raises(InputError, match=r"absent\.html"):
        list(detect(live, [tmp_path / "absent.html"]))
