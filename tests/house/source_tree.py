"""What the house tests look at: our files, their syntax trees and the imports between our modules."""

import ast
import subprocess
from functools import cache
from pathlib import Path

from tests.support.shared_data import REPOSITORY as REPOSITORY

PACKAGE = REPOSITORY / "src" / "hodoscope"


def shown(path: Path) -> str:
    """A path as messages show it: relative to the checkout."""
    return path.relative_to(REPOSITORY).as_posix()


@cache
def python_files(folder: str) -> tuple[Path, ...]:
    """Every Python file below a folder of the checkout, sorted; none when the folder is absent."""
    return tuple(sorted((REPOSITORY / folder).rglob("*.py")))


@cache
def kept_files() -> tuple[Path, ...]:
    """Every file that is or would be committed (tracked, or untracked and not ignored)."""
    command = ["git", "-C", str(REPOSITORY), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    return tuple(path for name in listing.split("\0") if name and (path := REPOSITORY / name).is_file())


@cache
def tree(path: Path) -> ast.Module:
    """A file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def modules() -> dict[str, Path]:
    """Dotted name → file of every module of the package."""
    named = {}
    for path in python_files("src/hodoscope"):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        named[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return named


def first_party_imports(node: ast.AST) -> set[str]:
    """Our modules that this one import statement reaches; empty for any other node."""
    if isinstance(node, ast.Import):
        names = {alias.name for alias in node.names}
    elif isinstance(node, ast.ImportFrom) and node.module:
        names = {f"{node.module}.{alias.name}" for alias in node.names}
        names = {name if name in modules() else node.module for name in names}
    else:
        return set()
    return {name for name in names if name.partition(".")[0] == "hodoscope"}
