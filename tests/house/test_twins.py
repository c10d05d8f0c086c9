"""Who looks for the tests of a source file finds them by its name."""

from tests.house.source_tree import python_files, shown

PORTS_AND_PACKAGES = ("__init__", "interface")

WITHOUT_TWIN: frozenset[str] = frozenset()
"""Exact list; it may only shrink. A file that got its test must leave it."""


def test_every_source_file_has_a_test_named_after_it() -> None:
    """``soc/x.py`` has a ``tests/**/test_…x….py``; remedy: name the test file after the source file."""
    tests = [path.stem for path in python_files("tests") if path.stem.startswith("test_")]
    lonely = {
        shown(path).removeprefix("src/hodoscope/")
        for path in python_files("src/hodoscope")
        if path.stem not in PORTS_AND_PACKAGES and not any(path.stem in name for name in tests)
    }
    assert lonely == WITHOUT_TWIN
