"""Files and functions stay small enough to read in one go."""

import ast
from statistics import median

from tests.house.source_tree import python_files, shown, tree

MOST_LINES_PER_FILE = 400
MOST_LINES_PER_FUNCTION = 60
MEDIAN_LINES_PER_FILE = 130


def test_no_file_is_too_long() -> None:
    """Remedy: one idea per file; split by idea, not by line count."""
    files = [path for folder in ("src", "tests", "benchmarks", "examples") for path in python_files(folder)]
    lengths = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES_PER_FILE} == {}


def test_no_function_is_too_long() -> None:
    """Remedy: name the steps and make each a function. Tests are exempt: a long example reads well."""
    files = [path for folder in ("src", "benchmarks", "examples") for path in python_files(folder)]
    too_long = [
        f"{shown(path)}:{node.lineno} {node.name} ({(node.end_lineno or 0) - node.lineno + 1} lines)"
        for path in files
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= MOST_LINES_PER_FUNCTION
    ]
    assert too_long == []


def test_typical_file_is_short() -> None:
    """The median source file; remedy: new ideas go into new files."""
    lengths = [len(path.read_text(encoding="utf-8").splitlines()) for path in python_files("src/hodoscope")]
    assert median(length for length in lengths if length > 2) <= MEDIAN_LINES_PER_FILE
