"""Every match of a pattern holds one of its literals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.sigma.patterns import compile_pattern
from hodoscope.soc.sigma.streaming.regex_literals import required_literals
from hodoscope.soc.sigma.streaming.triggers import fold


@pytest.mark.parametrize(
    ("pattern", "flags", "expected"),
    [
        ("abc.*defg", "", {"defg"}),
        ("(abc|defg)x", "", {"abc", "defg"}),
        ("(abc|d)x", "", None),
        ("(?i)curl.+http", "", {"curl"}),
        ("mask", "i", None),
        ("a(bcd)?", "", None),
        ("(abcd)+", "", {"abcd"}),
        (r"\\temp\\[a-z]+\.exe", "", {"\\temp\\"}),
        (r"\p{L}abcd", "", None),
        ("a(", "", None),
    ],
)
def test_necessary_texts_of_a_pattern(pattern: str, flags: str, expected: set[str] | None) -> None:
    """The longest run, one of each alternative, none where an alternative has none."""
    found = required_literals(pattern, flags)
    assert (set(found) if found is not None else None) == expected


PIECES = st.sampled_from(
    ("abc", "(abc|xyzw)", "a+", "[ab]c", "(abc)?", "k", "\\.", ".", "(?:defg)+", "\\w", "Abc", "|")
)


@given(st.lists(PIECES, max_size=5).map("".join), st.text("abcdefgkxyzwAKK.ſ"), st.sampled_from(("", "i")))
def test_a_text_that_matches_holds_a_literal(pattern: str, text: str, flags: str) -> None:
    """For RE2's idea of matching, the Kelvin sign included."""
    found = required_literals(pattern, flags)
    if found and compile_pattern(pattern, flags).search(text):
        assert any(literal in fold(text) for literal in found)


def test_letters_beyond_ascii_keep_their_case() -> None:
    """Values are folded in ASCII only."""
    assert required_literals("CMDÉΣ", "") == frozenset({"cmdÉΣ"})
