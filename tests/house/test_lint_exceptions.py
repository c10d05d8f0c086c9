"""Every exception from a rule says why."""

import re
import tomllib

from tests.house.source_tree import REPOSITORY, python_files, shown

SUPPRESSION = re.compile(r"#\s*(noqa|type:\s*ignore|mypy:|ruff:|pragma:)")
WITH_REASON = re.compile(r"#\s*(noqa: [A-Z]+\d+(, ?[A-Z]+\d+)*|type: ignore\[[a-z-]+\]|ruff: \S+)\s+(--|#) \S.+")


def test_suppressions_in_code_have_a_code_and_a_reason() -> None:
    """Remedy: ``# noqa: S310 -- why`` or ``# type: ignore[code]  # why``; better, remove the need."""
    files = [path for folder in ("src", "tests", "benchmarks", "examples") for path in python_files(folder)]
    bare = [
        f"{shown(path)}:{number}: {line.strip()}"
        for path in files
        if path.name != "test_lint_exceptions.py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if SUPPRESSION.search(line) and not WITH_REASON.search(line)
    ]
    assert bare == []


def test_rules_switched_off_in_the_configuration_have_a_reason() -> None:
    """Each ignored rule's line in pyproject.toml ends in a comment."""
    lines = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    silent, inside = [], False
    for line in lines:
        inside = (
            line.startswith("ignore = [") or "per-file-ignores" in line or (inside and not re.match(r"\]|\[", line))
        )
        if inside and re.search(r'"[A-Z]+\d+"', line) and "#" not in line:
            silent.append(line.strip())
    assert silent == []


def test_types_are_checked_strictly_everywhere() -> None:
    """mypy is strict and no module is let off; remedy: type it."""
    mypy = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
    assert mypy["strict"] is True
    assert "overrides" not in mypy
    assert not any(key.startswith(("allow_", "ignore_", "disable_")) for key in mypy)
