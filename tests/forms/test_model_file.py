"""The model file is refused when it does not fit."""

import json
from pathlib import Path

import pytest

from hodoscope.errors import InputError
from hodoscope.forms.model_file import SHIPPED, FormModel


def test_shipped_model_is_for_today_s_features() -> None:
    """Remedy: vectorise and train again."""
    model = FormModel.load(SHIPPED)
    assert model.field is not None
    assert "login" in model.form.classes
    assert "current password" in model.field.head.classes


def test_other_features_are_refused(tmp_path: Path) -> None:
    """The message names both digests."""
    path = tmp_path / "forms.json"
    path.write_text(json.dumps(json.loads(SHIPPED.read_text()) | {"featureSpec": "f00"}))
    with pytest.raises(InputError, match="f00"):
        FormModel.load(path)


def test_what_is_no_model_is_an_input_error(tmp_path: Path) -> None:
    """Absent and damaged."""
    (tmp_path / "bad.json").write_text("{")
    for name in ("absent.json", "bad.json"):
        with pytest.raises(InputError, match="no form model"):
            FormModel.load(tmp_path / name)
