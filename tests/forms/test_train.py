"""From vectors to a shipped file."""

import json
from pathlib import Path

import pytest

from hodoscope.errors import InputError
from hodoscope.forms.model_file import FormModel
from hodoscope.forms.roles import FORMASAURUS_FORMS
from hodoscope.forms.train import train
from hodoscope.forms.vectors import Vectors


def test_model_of_a_small_corpus_has_its_classes_and_repeats(small_vectors: Vectors, tmp_path: Path) -> None:
    """Two trainings write the same bytes; labels are our names, not the corpus's codes."""
    paths = [tmp_path / name for name in ("one.json", "two.json")]
    for path in paths:
        train({"formasaurus": small_vectors}, "test").save(path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    model = FormModel.load(paths[0])
    assert model.form.classes == tuple(sorted(str(FORMASAURUS_FORMS[code]) for code in "slr"))
    assert model.field is not None
    assert {"search", "username", "current password", "confirm password"} <= set(model.field.head.classes)
    assert json.loads(paths[0].read_text())["version"] == "test"


def test_without_formasaurus_no_form_types_are_known(small_vectors: Vectors) -> None:
    """The message names what is missing."""
    with pytest.raises(InputError, match="formasaurus"):
        train({"duckduckgo": small_vectors}, "test")
