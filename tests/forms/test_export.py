"""What an extension gets."""

from pathlib import Path

import pytest

from hodoscope.errors import InputError
from hodoscope.forms.export import export
from hodoscope.forms.model_file import SHIPPED, FormModel


def test_export_holds_runtime_and_model(tmp_path: Path) -> None:
    """Both readable where they land, nothing of the training build inside."""
    runtime, model = export(tmp_path / "out")
    assert "hodoscopeForms" in runtime.read_text(encoding="utf-8")
    assert "vectorisePage" not in runtime.read_text(encoding="utf-8")
    assert FormModel.load(model).version == FormModel.load(SHIPPED).version


def test_model_for_other_features_never_leaves(tmp_path: Path) -> None:
    """Nothing is written."""
    bad = tmp_path / "bad.json"
    bad.write_text("{}")
    with pytest.raises(InputError):
        export(tmp_path / "out", bad)
    assert not (tmp_path / "out").exists()
