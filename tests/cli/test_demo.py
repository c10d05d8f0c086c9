"""The demo finds the simulated attacks in a folder of its own and never touches another."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hodoscope.cli.demo import demo
from hodoscope.errors import InputError


def run_demo(folder: Path) -> subprocess.CompletedProcess[str]:
    """A short demo by the real command (its network ban is for the whole process)."""
    return subprocess.run(
        [sys.executable, "-m", "hodoscope", "demo", "--folder", str(folder), "--hours", "1", "--users", "6"],
        env=os.environ | {"COLUMNS": "160"},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


def test_the_demo_runs_twice_and_says_where_to_look_next(tmp_path: Path) -> None:
    """A former demo is replaced; findings carry ATT&CK ids."""
    folder = tmp_path / "demo"
    for _ in range(2):
        done = run_demo(folder)
        assert done.returncode == 0, done.stderr[-1000:]
    assert "Where to look next" in done.stdout
    assert "T1" in done.stdout
    assert (folder / "company" / "truth").exists()


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    """The operator's files are worth more than a demo."""
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(InputError, match="--folder"):
        demo(folder=tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "precious"
