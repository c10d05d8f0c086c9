"""What README and ``examples/`` show works as shown."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import examples_world
from tests.house.source_tree import REPOSITORY, python_files

DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    *sorted(f"docs/{path.name}" for path in (REPOSITORY / "docs").glob("*.md")),
]


def test_readme_begins_with_the_two_commands() -> None:
    """A picture by line 5, the first command by line 15; ``make demo`` and ``make test`` do everything."""
    lines = (REPOSITORY / "README.md").read_text(encoding="utf-8").splitlines()
    commands = [number for number, line in enumerate(lines, 1) if line.strip().startswith("make ")]
    assert commands, "README.md shows no command"
    assert commands[0] <= 15
    assert any("![" in line or "<img" in line or "<picture" in line for line in lines[:5]), "no picture by line 5"
    assert {"make demo", "make test"} <= {line.strip().partition("#")[0].strip() for line in lines}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_make_targets_named_in_documents_exist(document: str) -> None:
    """A document names only targets that the Makefile has."""
    targets = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", (REPOSITORY / document).read_text(encoding="utf-8"), re.MULTILINE))
    assert named <= targets, f"{document}: no such make target: {sorted(named - targets)}"


def test_readme_commands_run(tmp_path: Path) -> None:
    """Each ``hodoscope`` line of the README's bash blocks runs, in order, in one folder."""
    examples_world.furnish(tmp_path)
    blocks = examples_world.fenced("README.md", "bash")
    lines = [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]
    for line in lines:
        if line.startswith("hodoscope "):
            run = examples_world.run(line, tmp_path)
            assert run.returncode == 0, f"{line}: {run.stderr[-300:]}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_python_blocks_run(document: str, tmp_path: Path) -> None:
    """The Python blocks of a document run one after another in one interpreter."""
    blocks = examples_world.fenced(document, "python")
    if blocks:
        examples_world.furnish(tmp_path)
        _run_python(["-c", "\n".join(blocks)], tmp_path)


@pytest.mark.parametrize("example", python_files("examples"), ids=lambda path: path.name)
def test_example_runs(example: Path, tmp_path: Path) -> None:
    """Each file of ``examples/`` runs by itself in an empty folder with some logs."""
    examples_world.furnish(tmp_path)
    _run_python([str(example)], tmp_path)


def _run_python(arguments: list[str], folder: Path) -> None:
    run = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=examples_world.environment(folder) | {"PYTHONPATH": os.fspath(REPOSITORY / "src")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
