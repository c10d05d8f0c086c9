"""The code that trained a model can be told apart from other code."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import hodoscope
from hodoscope.lifecycle.code_version import code_version

PRINT = "from hodoscope.lifecycle.code_version import code_version; print(code_version())"


def test_one_changed_character_changes_the_version(tmp_path: Path) -> None:
    """A copy elsewhere has the same version until a file differs."""
    assert re.fullmatch(rf"{re.escape(hodoscope.__version__)}\+[0-9a-f]{{12}}", code_version())
    ours = Path(hodoscope.__file__).parent
    shutil.copytree(ours, tmp_path / "hodoscope", ignore=shutil.ignore_patterns("__pycache__"))

    def version_of_copy() -> str:
        command = [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {PRINT}"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    assert version_of_copy() == code_version()
    with (tmp_path / "hodoscope" / "errors.py").open("a") as file:
        file.write("\n")
    assert version_of_copy() != code_version()
