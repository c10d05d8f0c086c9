"""Corpora are discovered, not assumed."""

from pathlib import Path

import pytest

from hodoscope.errors import InputError
from hodoscope.forms.corpora.registry import CORPORA, present


def test_only_what_is_there_is_read(small_corpus: Path) -> None:
    """One archive, one corpus."""
    assert list(present(small_corpus)) == ["formasaurus"]


def test_nothing_there_is_an_input_error(tmp_path: Path) -> None:
    """The message names the corpora."""
    with pytest.raises(InputError, match="duckduckgo"):
        present(tmp_path)


def test_real_corpora_are_all_read(shared_data: Path) -> None:
    """The first page of each has HTML and a site."""
    found = present(shared_data)
    assert found.keys() == CORPORA.keys()
    for pages in found.values():
        first = next(pages)
        assert "<" in first.html
        assert first.site
