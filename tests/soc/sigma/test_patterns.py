"""RE2 behind our own names."""

import time

import pytest

from hodoscope.soc.sigma.patterns import PatternError, compile_pattern


def test_a_match_has_its_place_in_code_points() -> None:
    """Not bytes: text before it may need several bytes a character."""
    found = compile_pattern("B+", "i").search("éöabbc")
    assert found
    assert (found.start(), found.end()) == (3, 5)


@pytest.mark.parametrize(
    "pattern", ["a(?=b)", "(?<!x)a", r"(a)\1", "(?>a)", "(a{1000}){1000}", "(", "\ud800", "((((a{30}){30}){30}){30})"]
)
def test_what_re2_cannot_do_is_an_error_with_its_words(pattern: str, capfd: pytest.CaptureFixture[str]) -> None:
    """And nothing is written to standard error behind our back."""
    with pytest.raises(PatternError, match=r"\w"):
        compile_pattern(pattern)
    assert capfd.readouterr().err == ""


def test_a_pattern_that_explodes_elsewhere_takes_linear_time() -> None:
    """Backtracking engines need 2^n steps for this one."""
    began = time.process_time()
    assert compile_pattern(r"^(a+)+$").search("a" * 20_000 + "!") is None
    assert time.process_time() - began < 2
