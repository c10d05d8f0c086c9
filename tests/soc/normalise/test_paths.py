"""Paths into vendor records: what they mean, and that a wrong one is refused with its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.errors import MappingError
from hodoscope.soc.normalise.paths import ListStep, parse_path


def test_steps_of_every_form() -> None:
    """Plain, a literal dot, every element, one element, the last one, by key."""
    assert parse_path("a.b") == ("a", "b")
    assert parse_path(r"a\.b.c") == ("a.b", "c")
    assert parse_path("a[].b") == ("a", ListStep(None, "", ""), "b")
    assert parse_path("a[-1]") == ("a", ListStep(-1, "", ""))
    assert parse_path("a[Name=x y].Value") == ("a", ListStep(None, "Name", "x y"), "Value")


def test_elements_that_are_picked() -> None:
    """An index beyond the list picks nothing; a key picks the objects that have it."""
    rows: list[object] = [{"k": "x"}, 5, {"k": "y"}]
    assert ListStep(None, "", "").pick(rows) == rows
    assert ListStep(1, "", "").pick(rows) == [5]
    assert ListStep(-1, "", "").pick(rows) == [{"k": "y"}]
    assert ListStep(9, "", "").pick(rows) == []
    assert ListStep(None, "k", "y").pick(rows) == [{"k": "y"}]


@pytest.mark.parametrize("path", ["", "[0]", "a[0", "a]b", "a..b", "a[x]", "a[[]"])
def test_a_malformed_path_is_refused(path: str) -> None:
    """Found when the mapping is loaded, not when an analyst misses a field."""
    with pytest.raises(MappingError):
        parse_path(path)


@given(st.text("ab.[]=\\01-", max_size=12))
def test_any_text_is_a_path_or_refused(path: str) -> None:
    """Nothing else is raised."""
    try:
        steps = parse_path(path)
    except MappingError:
        return
    assert isinstance(steps[0], str)
