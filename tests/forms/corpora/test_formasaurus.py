"""Pages of Formasaurus as we read them."""

from pathlib import Path

import pytest

from hodoscope.errors import InputError
from hodoscope.forms.corpora import formasaurus


def test_small_corpus_is_read_with_truth_and_site(small_corpus: Path) -> None:
    """One entry per form: its code, its names in order, its field codes."""
    first = next(iter(formasaurus.pages(small_corpus)))
    assert first.site == "site0.example"
    expected = [
        ("s", {"q": "qq"}),
        ("l", {"user": "us", "pass": "p1"}),
        ("r", {"mail": "e1", "pass": "p1", "pass2": "p2"}),
    ]
    assert first.truth["forms"] == [
        {"type": code, "names": list(fields), "fields": fields, "codes": fields} for code, fields in expected
    ]


def test_real_corpus_is_complete(shared_data: Path) -> None:
    """954 pages of 351 or more annotated sites; counts of the data sheet."""
    pages = list(formasaurus.pages(shared_data))
    assert len(pages) == 954
    assert len({page.page_id for page in pages}) == 954
    assert 300 < len({page.site for page in pages}) <= 396


def test_absent_archive_is_an_input_error(tmp_path: Path) -> None:
    """The message names the path."""
    with pytest.raises(InputError, match=r"pages\.zip"):
        list(formasaurus.pages(tmp_path))
