"""Vectors on disk."""

from pathlib import Path

import pytest

from hodoscope.errors import InputError
from hodoscope.forms.vectors import Vectors


def test_vectors_survive_the_disk(small_vectors: Vectors, tmp_path: Path) -> None:
    """What is loaded is what was saved."""
    small_vectors.save(tmp_path)
    again = Vectors.load(tmp_path)
    assert again.origin == small_vectors.origin
    assert again.segments.to_pylist() == small_vectors.segments.to_pylist()
    assert again.fields.to_pylist() == small_vectors.fields.to_pylist()


def test_missing_vectors_name_the_remedy(tmp_path: Path) -> None:
    """An empty folder is an input error."""
    with pytest.raises(InputError, match="hodoscope forms vectorize"):
        Vectors.load(tmp_path)
