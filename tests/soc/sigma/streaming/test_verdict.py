"""Conditions as tests of texts."""

import math

import pytest

from hodoscope.soc.sigma.rule import All, Any, Leaf, Match, Not
from hodoscope.soc.sigma.streaming.verdict import glob_test, in_network, number_of, time_part, verdict_of


def test_inputs_name_each_field_and_fold_once() -> None:
    """A field compared with and without case is two arguments."""
    leaves = (Leaf("a", Match.EQUALS, "X"), Leaf("a", Match.EQUALS, "X", cased=True), Leaf("b", Match.EXISTS))
    assert verdict_of(All((*leaves, leaves[0]))).inputs == (("a", True), ("a", False), ("b", True))


def test_any_of_several_values_is_enough_for_each_leaf() -> None:
    """Two leaves may be true of two different values; a negation is of them all."""
    condition = All((Leaf("f", Match.EQUALS, "a"), Not(Leaf("f", Match.EQUALS, "c")), Leaf("f", Match.CONTAINS, "b")))
    test = verdict_of(condition, many=True).test
    assert test((("a", "b"),))
    assert not test((("a", "b", "c"),))
    assert not test(((),))


def test_constant_conditions_have_a_verdict() -> None:
    """An empty and is true, an empty or false."""
    assert verdict_of(All(())).test(())
    assert not verdict_of(Any(())).test(())


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("ab*ba", "aba", False),
        ("ab*ba", "abba", True),
        ("*x*x*", "x", False),
        ("a?c", "a\nc", True),
        ("a", "ab", False),
    ],
)
def test_glob_runs_never_overlap(pattern: str, text: str, expected: bool) -> None:
    """Each run lies behind the one before."""
    assert glob_test(pattern)(text) is expected


def test_what_is_no_number_address_or_time_is_none() -> None:
    """And raises nothing."""
    assert number_of("-1.5e3") == -1500
    assert all(math.isnan(number_of(text)) for text in ("", "-", "0x10", "nan", "1_0", " 1", "١"))
    assert in_network("10.0.0.0/8")("10.1.2.3")
    assert not any(map(in_network("10.0.0.0/8"), ("-", "", "10.1.2.3:80", "::ffff:11.1.2.3", "11.0.0.1")))
    assert time_part("2026-01-05T23:30:00-02:00", Match.HOUR) == 1
    assert time_part("yesterday", Match.YEAR) == -1


def test_a_time_is_read_as_written_and_only_in_iso_8601() -> None:
    """The letters T and Z count; a bare date has no time of day."""
    for text, wanted in (("2024-05-01T13:45:10.1234567Z", 13), ("2024-05-01", -1), ("20240501T134510", -1)):
        assert time_part(text, Match.HOUR) == wanted
    assert verdict_of(Leaf("f", Match.HOUR, "13")).inputs == (("f", False),)


def test_an_empty_literal_needs_a_value() -> None:
    """Empty text is no value, so nothing equals it, and everything there begins with it."""
    for match in (Match.CONTAINS, Match.STARTSWITH, Match.ENDSWITH):
        test = verdict_of(Leaf("f", match, "")).test
        assert (test(("x",)), test(("",))) == (True, False)
    assert not verdict_of(Leaf("f", Match.EQUALS, "")).test(("",))


def test_a_keyword_with_wildcards_has_its_json_spelling_in_json() -> None:
    """As plain keywords do."""
    test = verdict_of(Leaf("", Match.GLOB, "c:\\\\t*x")).test
    records = ('{"a":"c:\\\\temp x"}', '{"a":"c:\\temp x"}', "c:\\temp x")
    assert [test((record,)) for record in records] == [True, False, True]


def test_letters_beyond_ascii_are_looked_for_in_texts_beyond_ascii() -> None:
    """The long s and the Kelvin sign have ASCII case forms, so they are looked for everywhere."""
    letters = Any(tuple(Leaf("f", Match.REGEX, text, flags="i") for text in ("\u0430", "\u0435")))
    assert [verdict_of(letters).test((text,)) for text in ("paypal", "p\u0410ypal")] == [False, True]
    assert verdict_of(Leaf("f", Match.REGEX, "\u212a", flags="i")).test(("k",))


def test_literals_beyond_ascii_are_found_in_texts_beyond_ascii() -> None:
    """A rule of six hundred emoji costs nothing on plain command lines, and still finds one."""
    emoji = Any(tuple(Leaf("f", Match.CONTAINS, text) for text in ("\U0001f600", "\U0001f47f")))
    assert [verdict_of(emoji).test((text,)) for text in ("plain", "é", "a\U0001f47f")] == [False, False, True]
