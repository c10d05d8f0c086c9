"""Who looks for the tests of a source file finds them by its name."""

from pathlib import Path

from tests.house.source_tree import PACKAGE, REPOSITORY, python_files

PORTS_AND_PACKAGES = ("__init__", "interface")
ABOUT_EVERYTHING = ("house", "laws", "support", "support_tests")

WITHOUT_TWIN: frozenset[str] = frozenset()
"""Exact list; it may only shrink. A file that got its test must leave it."""


def test_every_source_file_has_a_test_named_after_it() -> None:
    """Remedy: name the test file after the source file, or after its folder when the folder is one idea."""
    tests = [
        path.stem
        for path in python_files("tests")
        if path.stem.startswith("test_") and path.relative_to(REPOSITORY / "tests").parts[0] not in ABOUT_EVERYTHING
    ]
    lonely = {
        path.relative_to(PACKAGE).as_posix()
        for path in python_files("src/hodoscope")
        if path.stem not in PORTS_AND_PACKAGES and not any(word in name for word in _words(path) for name in tests)
    }
    assert sorted(lonely - WITHOUT_TWIN) == [], "write tests/**/test_NAME.py for these"
    assert sorted(WITHOUT_TWIN - lonely) == [], "these have their test now: take them off WITHOUT_TWIN"


def _words(path: Path) -> tuple[str, ...]:
    """What a test's name may contain: the file's own name; in a folder inside a stage, also that folder's name."""
    deep = len(path.relative_to(PACKAGE).parts) > 3
    return (path.stem, path.parent.name) if deep else (path.stem,)
