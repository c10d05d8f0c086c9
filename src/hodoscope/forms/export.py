"""What an extension needs, in one folder."""

import shutil
from pathlib import Path

from hodoscope.errors import InputError
from hodoscope.forms.chromium import RUNTIME
from hodoscope.forms.model_file import SHIPPED, FormModel


def export(folder: Path, model: Path | None = None) -> tuple[Path, Path]:
    """Writes ``runtime.js`` (defines ``hodoscopeForms``) and ``forms.json`` (its model) and returns their paths.

    The model is read first, so that one made for other features never leaves. Raises ``InputError`` for such a model
    and for a folder that cannot be written.
    """
    FormModel.load(model or SHIPPED)
    runtime, weights = folder / "runtime.js", folder / "forms.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(RUNTIME / "runtime.js", runtime)
        shutil.copyfile(model or SHIPPED, weights)
    except OSError as error:
        raise InputError(f"{folder}: cannot be written ({error.strerror}); name another folder with --out") from error
    return runtime, weights
