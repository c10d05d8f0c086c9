"""The judge, example by example. Expected verdicts are written by hand from the specification."""

import pytest

from hodoscope.soc.sigma.interface import LeafEvidence
from hodoscope.soc.sigma.reference import explain, matches
from hodoscope.soc.sigma.rule import All, Any, Leaf, Match, Node, Not


def true(match: Match, literal: str, *values: str, cased: bool = False, flags: str = "") -> bool:
    """Does a leaf hold for a field with these values?"""
    return matches(Leaf("f", match, literal, cased, flags), {"f": list(values)})


@pytest.mark.parametrize(
    ("match", "literal", "value", "expected"),
    [
        (Match.EQUALS, "PowerShell", "powershell", True),
        (Match.EQUALS, "a", "ab", False),
        (Match.EQUALS, "*", "anything", False),
        (Match.EQUALS, "ſ", "s", False),
        (Match.EQUALS, "k", "\u212a", False),  # the Kelvin sign folds to k only outside ASCII
        (Match.EQUALS, "straße", "STRASSE", False),
        (Match.CONTAINS, " -ENC ", "x -enc y", True),
        (Match.CONTAINS, "a\0b", "xA\0by", True),
        (Match.STARTSWITH, "C:\\", "c:\\windows", True),
        (Match.STARTSWITH, "windows", "c:\\windows", False),
        (Match.ENDSWITH, "\\cmd.exe", "C:\\Windows\\CMD.EXE", True),
        (Match.ENDSWITH, "aa", "a", False),
        (Match.GLOB, "a*b*c", "A\n1b\r\n2C", True),
        (Match.GLOB, "*ab*ab*", "xabx", False),
        (Match.GLOB, "*ab*ab*", "xabab", True),
        (Match.GLOB, "ab*ba", "aba", False),
        (Match.GLOB, "a?c", "abc", True),
        (Match.GLOB, "a?c", "ac", False),
        (Match.GLOB, "a?c", "a\U0001f600c", True),  # one code point, four bytes
        (Match.GLOB, "a?c", "a\nc", True),
        (Match.GLOB, "??", "abc", False),
        (Match.GLOB, "\\*\\?\\\\", "*?\\", True),
        (Match.GLOB, "\\*", "x", False),
        (Match.GLOB, "a\\b", "a\\b", True),  # a backslash before any other letter is itself
        (Match.GLOB, "*\\", "a\\", True),
        (Match.REGEX, "w.n", "xWIN", False),
        (Match.REGEX, "^a.b$", "a\nb", False),
        (Match.REGEX, "a$", "a\n", False),
        (Match.REGEX, ":[^ \\\\]", "C:\\Windows", False),
        (Match.REGEX, ":[^ \\\\]", "C:x", True),
        (Match.CIDR, "10.0.0.0/8", "10.2.3.4", True),
        (Match.CIDR, "10.0.0.0/8", "11.2.3.4", False),
        (Match.CIDR, "10.0.0.0/8", "10.2.3.4:80", False),
        (Match.CIDR, "10.0.0.0/8", "::ffff:10.2.3.4", True),
        (Match.CIDR, "10.0.0.0/8", "::ffff:a02:304", True),
        (Match.CIDR, "10.0.0.0/8", "::10.2.3.4", False),
        (Match.CIDR, "::ffff:0:0/96", "::ffff:10.2.3.4", True),
        (Match.CIDR, "::ffff:0:0/96", "10.2.3.4", False),
        (Match.CIDR, "10.0.0.0/8", "-", False),
        (Match.CIDR, "10.0.0.0/8", "010.2.3.4", False),
        (Match.CIDR, "fe80::/10", "FE80::1", True),
        (Match.CIDR, "fe80::/10", "fe80::1%eth0", False),
        (Match.GREATER_EQUAL, "10", "10.0", True),
        (Match.GREATER, "9", "10", True),  # as numbers, not as text
        (Match.LESS, "10", "-1e3", True),
        (Match.LESS, "10", "0x1", False),
        (Match.LESS, "10", "1_0", False),
        (Match.LESS, "10", " 1", False),
        (Match.LESS_EQUAL, "10", "nan", False),
        (Match.LESS_EQUAL, "10", "٣", False),
        (Match.EXISTS, "", "-", True),
        (Match.HOUR, "13", "2024-05-01T13:45:10.1234567Z", True),
        (Match.HOUR, "13", "2024-05-01 15:45:10+02:00", True),
        (Match.DAY, "1", "2024-05-01T13:45", True),
        (Match.WEEK, "1", "2024-12-30T00:00:00Z", True),
        (Match.YEAR, "2024", "20240501T134510", False),
        (Match.HOUR, "13", "2024-05-01T13:45Z+00:00", False),
        (Match.HOUR, "13", "2024-05-01T13:45:10.Z", False),
        (Match.HOUR, "23", "2024-05-02 01:45+02:00", True),
        (Match.MINUTE, "0", "yesterday", False),
    ],
)
def test_a_leaf_holds_exactly_where_the_specification_says(
    match: Match, literal: str, value: str, expected: bool
) -> None:
    """One literal, one value."""
    assert true(match, literal, value) is expected


def test_case_and_flags_change_what_a_text_matches() -> None:
    """``cased`` for texts, ``i``, ``m`` and ``s`` for regular expressions."""
    assert not true(Match.CONTAINS, "Enc", "enc", cased=True)
    assert true(Match.CONTAINS, "Enc", "xEncx", cased=True)
    assert true(Match.REGEX, "^w.n$", "a\nWIN\nb", flags="im")
    assert true(Match.REGEX, "ΣΑΣ", "σας", flags="i")
    assert true(Match.REGEX, "a.b", "a\nb", flags="s")


def test_any_value_of_a_list_is_enough_and_empty_text_is_no_value() -> None:
    """Missing, null and empty are the same."""
    assert true(Match.EQUALS, "b", "a", "b")
    for leaf in (Leaf("f", Match.EXISTS), Leaf("f", Match.CONTAINS, ""), Leaf("f", Match.GLOB, "*")):
        assert matches(leaf, {"f": ["x"]})
        assert not matches(leaf, {"f": ["", ""]})
        assert not matches(leaf, {})


def test_field_references_compare_values_of_the_same_event() -> None:
    """A reference to a field without value is never true."""
    event = {"a": ["C:\\Temp"], "b": ["", "c:\\temp\\x"], "empty": [""]}
    assert matches(Leaf("b", Match.STARTSWITH_FIELD, "a"), event)
    assert matches(Leaf("b", Match.CONTAINS_FIELD, "a"), event)
    assert not matches(Leaf("b", Match.STARTSWITH_FIELD, "a", cased=True), event)
    assert not matches(Leaf("b", Match.ENDSWITH_FIELD, "a"), event)
    assert not matches(Leaf("b", Match.EQUALS_FIELD, "a"), event)
    for name in ("empty", "missing"):
        assert not matches(Leaf("a", Match.CONTAINS_FIELD, name), event)


def test_keywords_search_the_record_in_its_own_spelling() -> None:
    """In JSON a backslash is written twice; ``*`` runs over anything."""
    backslash, glob = Leaf("", Match.CONTAINS, "C:\\Temp"), Leaf("", Match.GLOB, "us?r*ROOT")
    raw, event = '{"p":"c:\\\\temp","u":"user","w":"root"}', {"p": ["c:\\temp"]}
    assert matches(backslash, event, raw, json_raw=True)
    assert not matches(backslash, event, raw)
    assert matches(glob, event, raw, json_raw=True)
    assert not matches(Leaf("", Match.CONTAINS, "ROOT", cased=True), event, raw)
    assert matches(Leaf("", Match.REGEX, '"w":"ro{2}t"'), event, raw, json_raw=True)
    assert explain(backslash, event, raw, json_raw=True)[0].field == "p"
    assert explain(glob, event, raw, json_raw=True)[0][:1] + explain(glob, event, raw)[0][4:6] == ("raw", 21, 36)


def test_empty_groups_and_negation_are_plain_logic() -> None:
    """Empty ``All`` true, empty ``Any`` false; negation of something absent is true."""
    assert matches(All(()), {})
    assert not matches(Any(()), {})
    assert matches(Not(Leaf("f", Match.CONTAINS, "x")), {})


def test_evidence_names_what_was_there_and_what_was_not() -> None:
    """Spans of the matched part; for negated leaves what the field held instead; only true alternatives."""
    image = Leaf("Image", Match.ENDSWITH, "\\cmd.exe")
    shells = Any((image, Leaf("Image", Match.ENDSWITH, "\\pwsh.exe")))
    trusted = All((Leaf("Parent", Match.EQUALS, "svc"), Leaf("User", Match.EQUALS, "root"), Not(image)))
    rule: Node = All((shells, Not(trusted)))
    event = {"Image": ["C:\\CMD.exe"], "Parent": ["svc"], "User": ["bob"]}
    assert explain(rule, event) == (
        LeafEvidence("Image", Match.ENDSWITH, "\\cmd.exe", "C:\\CMD.exe", 2, 10, present=True),
        LeafEvidence("User", Match.EQUALS, "root", "bob", 0, 0, present=False),
        LeafEvidence("Image", Match.ENDSWITH, "\\cmd.exe", "C:\\CMD.exe", 2, 10, present=True),
    )
    assert explain(Not(rule), event) == ()
