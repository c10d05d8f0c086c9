"""Comparisons in ClickHouse mean what the reference evaluator says, over values chosen to tell the two apart."""

import pytest

from hodoscope.soc.sigma.hunting.comparison import NEEDLES, compare
from hodoscope.soc.sigma.reference import matches
from hodoscope.soc.sigma.rule import Leaf, Match
from hodoscope.soc.sigma.sql_literal import quoted_list
from hodoscope.soc.storage.interface import EventStore

TEXTS = (
    "", "a", "A", "b", "ab", "aB", "a.b", "a\nb", "\na", "a\n", "\r\n", "\0", "a\0b", "\\", "\\\\", "C:\\Windows",
    "C:\\ x", "'", '"', "*", "?", "a*b", "a?b", "é", "É", "K", "\u212a", "k", "ſ", "s", "ß", "😀", "\u2028",
    "{x:String}", "100%", "_",
)  # fmt: skip
NUMBERS = (
    "0", "-0", "01", "1", "+1", "1.0", "5.", ".5", ".", "1e2", "1E+2", "1e", "e1", "1_0", " 1", "1 ", "1\n", "nan",
    "inf", "-inf", "1e400", "0x1", "0.3", "9007199254740993", "9007199254740992", "1,0", "١", "1.2.3", "--1", "",
)  # fmt: skip
ADDRESSES = (
    "10.0.0.1", "010.0.0.1", "10.0.0.01", "10.0.0", "10.0.0.256", "10.0.0.1 ", "10.0.0.1/8", "10.0.0.1:80", "-",
    "", "::", "::1", "::ffff:10.0.0.1", "::10.0.0.1", "::ffff:10.0.0.01", "fe80::1%eth0", "2001:db8::1",
    "2001:DB8:0:0:0:0:0:1", "1:::2", "1::2::3", "12345::", "1:2:3:4:5:6:7::", "1:2:3:4::5:6:7:8", "[::1]",
    "1:2:3:4:5:6:7:8:9", "g::", "1:2:3:4:5:6:10.0.0.1", "1:2:3:4:5::10.0.0.1", "1:2:3:4:5:6::10.0.0.1",
    "10.0.0.1\0",
)  # fmt: skip
TEXT_MATCHES = (Match.EQUALS, Match.CONTAINS, Match.STARTSWITH, Match.ENDSWITH)
GLOBS = (
    "", "*", "?", "??", "a*", "*b", "a*b", "a?b", "\\*", "\\?", "\\\\", "a\\*b", "*\\\\*", "*.*", "É", "k", "\0",
    "*\0*", "\\a",
)  # fmt: skip
PATTERNS = (
    "a.b", "^a", "b$", "^$", ".*", "a|b", "(?i)k", "(?i)s", "[^a]", ":[^ \\\\]", "\\\\", "\\x00", "^.$", "\\Aa\\z",
    "(a|)(b|)", "\\w", "\\bk", "(?i:A)b", "(?s)a.b", "(?m)^a", "\\pL", "x*", "[[:upper:]]", "a{1,2}", "é|😀",
    "A(?i)B",
)  # fmt: skip


def told(store: EventStore, values: tuple[str, ...], condition: str) -> list[object]:
    """The condition's verdict over ``v`` for each value."""
    sql = f"SELECT ({condition}) AS told FROM (SELECT arrayJoin([{quoted_list(values)}]) AS v)"
    found: list[object] = store.query(sql).column("told").to_pylist()
    return found


def disagreements(store: EventStore, values: tuple[str, ...], leaf: Leaf) -> dict[str, object]:
    """Values where ClickHouse and the reference differ; NULL is a difference."""
    condition = compare(leaf.match, [leaf.value], "v", cased=leaf.cased, flags=leaf.flags)
    return {
        value: answer
        for value, answer in zip(values, told(store, values, condition), strict=True)
        if answer is None or bool(answer) != matches(leaf, {"f": [value]})
    }


@pytest.mark.parametrize("cased", [False, True])
@pytest.mark.parametrize("match", TEXT_MATCHES)
def test_text_folds_ascii_only_and_takes_every_byte(store: EventStore, match: Match, cased: bool) -> None:
    """The Kelvin sign is no k, É no é; NUL, quotes and backslashes are letters like others."""
    wrong = {text: disagreements(store, TEXTS, Leaf("f", match, text, cased)) for text in TEXTS}
    assert {text: each for text, each in wrong.items() if each} == {}


@pytest.mark.parametrize("cased", [False, True])
def test_wildcards_cross_line_ends_and_count_code_points(store: EventStore, cased: bool) -> None:
    """``?`` is one 😀 and never none; an escaped one is itself."""
    wrong = {glob: disagreements(store, TEXTS, Leaf("f", Match.GLOB, glob, cased)) for glob in GLOBS}
    assert {glob: each for glob, each in wrong.items() if each} == {}


@pytest.mark.parametrize("flags", ["", "i", "s", "m", "im", "is", "ims"])
def test_expressions_mean_what_re2_says(store: EventStore, flags: str) -> None:
    """``.`` stops at line ends unless flag s, ``$`` is the very end, negated classes work, "" is no value."""
    wrong = {each: disagreements(store, TEXTS, Leaf("f", Match.REGEX, each, flags=flags)) for each in PATTERNS}
    assert {pattern: each for pattern, each in wrong.items() if each} == {}


@pytest.mark.parametrize("match", [Match.LESS, Match.LESS_EQUAL, Match.GREATER, Match.GREATER_EQUAL])
def test_only_decimal_numbers_have_an_order(store: EventStore, match: Match) -> None:
    """No nan, no underscore, no blank; a literal that is none matches nothing."""
    wrong = {literal: disagreements(store, NUMBERS, Leaf("f", match, literal)) for literal in NUMBERS}
    assert {literal: each for literal, each in wrong.items() if each} == {}


@pytest.mark.parametrize(
    "network",
    [
        "10.0.0.0/8",
        "10.0.0.7/8",
        "0.0.0.0/0",
        "10.0.0.1",
        "::/0",
        "::ffff:0:0/96",
        "2001:db8::/32",
        "::1/128",
        "no network",
    ],
)
def test_networks_hold_addresses_of_their_family_and_nothing_else(store: EventStore, network: str) -> None:
    """Text that is no address is no error; leading zeros, zones, ports and too many groups are no address."""
    assert disagreements(store, ADDRESSES, Leaf("f", Match.CIDR, network)) == {}


def test_exists_means_text_that_is_not_empty(store: EventStore) -> None:
    """Absent, null and empty are the same."""
    assert disagreements(store, TEXTS, Leaf("f", Match.EXISTS)) == {}


def test_many_literals_are_one_comparison_however_many(store: EventStore) -> None:
    """More than one search takes; each literal still counts, the last one too."""
    literals = [f"needle {number}." for number in range(3 * NEEDLES + 1)]
    values = ("needle 0.", "x needle 400. x", f"needle {3 * NEEDLES}.", "needle", "")
    condition = compare(Match.CONTAINS, literals, "v")
    assert told(store, values, condition) == [1, 1, 1, 0, 0]
    assert condition.count("multiSearchAny") == 4


def test_no_literal_is_never_true(store: EventStore) -> None:
    """And an empty one asks for a value, but equals none."""
    assert compare(Match.CONTAINS, [], "v") == "0"
    assert told(store, ("", "a"), compare(Match.CONTAINS, ["", "b"], "v")) == [0, 1]
    assert told(store, ("", "a"), compare(Match.EQUALS, [""], "v")) == [0, 0]
