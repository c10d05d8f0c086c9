"""The fast capture finds exactly what ``re.search`` finds."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.normalise.capture import capture

PATTERNS = (
    r"Host ?Application ?= ?(?P<value>[^\r\n]+)",
    r"(?m)^ProcessId: (?P<value>\d+)",
    r"client: (?P<value>[0-9.]+)",
    r"(?m)^ab= ?(?P<value>[^\r\n]+)",
    r"aab?(?P<value>[^\r\n]+)",
    r"abc?d(?P<value>x)?",
)
PIECES = ("Host", "Application", " ", "=", "\n", "\r", "ProcessId: ", "1", "client: ", "ab", "a", "b=", "= ", "x", "d")


@pytest.mark.parametrize("pattern", PATTERNS)
@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
def test_a_capture_gives_what_search_gives(pattern: str, text: str) -> None:
    """Looking for the literal first and cutting the line by hand changes no result."""
    found = re.search(pattern, text)
    assert capture(re.compile(pattern)).of(text) == (found["value"] if found else None)


def test_a_pattern_with_alternatives_has_no_literal_to_look_for() -> None:
    """`Name:|Other` may match where `Name:` does not stand."""
    assert capture(re.compile("Name:(?P<value>a)|Other")).literal == ""
