"""Layers hold, no import cycle, no import hidden inside a function."""

import ast
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.house.source_tree import REPOSITORY, first_party_imports, modules, shown, tree


def test_layers_hold() -> None:
    """The import-linter contracts of pyproject.toml are kept; remedy: move the code to the layer that may import it."""
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([linter, "--no-cache"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_no_import_cycle() -> None:
    """Our modules import each other in one direction only; remedy: move what both need into a third file."""
    graph = {
        name: {reached for node in ast.walk(tree(path)) for reached in first_party_imports(node)} - {name}
        for name, path in modules().items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"import cycle: {' -> '.join(error.args[1])}")


def test_no_lazy_first_party_import_outside_the_command_line() -> None:
    """Only ``cli/`` imports inside functions (for a fast ``--help``); remedy: import at the top of the file."""
    lazy = [
        f"{shown(path)}:{node.lineno}"
        for path in modules().values()
        if "cli" not in path.parts
        for function in ast.walk(tree(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom) and first_party_imports(node)
    ]
    assert lazy == []
