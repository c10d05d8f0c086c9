"""Look-around at the edges of a pattern: the rewritten search is true exactly where the standard library's is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.sigma.load.edge_assertions import without_look_around
from hodoscope.soc.sigma.patterns import compile_pattern

REWRITTEN = [
    "a(?=b)", "a(?!b)", "a+(?![ab])", r"a(?!\w)", r"a(?!\.)", "a(?![^b])", "(?<=a)b", "(?<!a)b", r"(?<!\d)1+",
    "(?<![ab])c", "(?<=ab)c(?=ab)", "(?<!a)b(?!a)", "(?i)(?<!a)B", "(a|b)(?=c|1)", "(?=ab)", "(?!a)", "^(?!a)",
    "[)(]a(?=[|])", r"\(a(?=\))", "a(?=b(?:c|a))",
]  # fmt: skip
LEFT_ALONE = [
    "a(?=b)c", "^(?=.*a)b", "a(?!bc)", "a(?=b)|c", "(?<!ab)c", "(?:a(?=b))", "(a(?!b))c", "(?<=a)?b", "a(?=b(?!c))",
    "ab", "a(?!b|c)",
]  # fmt: skip


@pytest.mark.parametrize("pattern", REWRITTEN)
@given(text=st.text("abcABC1. )(|\n", max_size=8))
def test_the_same_texts_are_found(pattern: str, text: str) -> None:
    """At the edge of the text, at a line end, with other characters around."""
    rewritten = without_look_around(pattern)
    assert rewritten is not None
    assert (compile_pattern(rewritten).search(text) is None) == (re.search(pattern, text) is None)


@pytest.mark.parametrize("pattern", LEFT_ALONE)
def test_what_would_change_its_meaning_is_left_alone(pattern: str) -> None:
    """In the middle, under an alternative, over several characters; and where there is nothing to rewrite."""
    assert without_look_around(pattern) is None
