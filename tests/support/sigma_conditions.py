"""Generated conditions of the rule representation: every kind of comparison, nested and negated."""

import re
from typing import NamedTuple

from hypothesis import strategies as st

from hodoscope.soc.sigma.rule import All, Any, Leaf, Match, Node, Not, Rule
from tests.support.sigma_events import LOGSOURCE, PLACES, MadeUp, Texts, events_of
from tests.support.sigma_values import FEW_TEXTS, NETWORKS

TEXT_KINDS = (Match.EQUALS, Match.CONTAINS, Match.STARTSWITH, Match.ENDSWITH)
ORDER_KINDS = (Match.LESS, Match.LESS_EQUAL, Match.GREATER, Match.GREATER_EQUAL)
FIELD_KINDS = (Match.EQUALS_FIELD, Match.CONTAINS_FIELD, Match.STARTSWITH_FIELD, Match.ENDSWITH_FIELD)
TIME_KINDS = (Match.MINUTE, Match.HOUR, Match.DAY, Match.WEEK, Match.MONTH, Match.YEAR)

REGEXES = (
    "a", "^a", "a$", "^a$", "a.s", "^.$", "^..$", "a|é", "[^ \\\\]", ":[^ \\\\]", "^[^ \\\\]+$", "\\\\[A-Za-z]+\\.exe",
    "\\bcmd\\b", "(?:cmd|CMD)\\.(?:exe|com)", "^(a|k)*$", "a{2,3}", "\\d+", "^\\s", "\\x00", "[\\x00-\\x1f]", "\\W",
    "\\pL", "^\\P{L}+$", "ſ", "k", "ß", "σ", "İ", "$", "^", "", ".*", "a*", "C:\\\\Windows\\\\", "(?i)cmd\\.exe",
    "(?s)a.s", "(?m)^a$", "[[:alpha:]]+", "\\Qa.b\\E", "[^a]", "\\r?\\n", "\\.", "^.{3,}$", "[*?]", "\\*", "\\$\\{",
    "\\/", "s\\z", "\\As", "日.", "\u2028",
)  # fmt: skip

NUMERALS = ("0", "1", "-1", "10", "0.1", "1000", "0.5", "-0", "1e3", "9007199254740993", "18446744073709551615")
TIME_LITERALS = ("0", "1", "5", "12", "13", "18", "23", "30", "45", "53", "59", "2024", "2020", "1969")
FLAGS = ("", "", "i", "m", "s", "im", "is", "ims")
FIELDS = st.sampled_from([*PLACES, "CommandLine", "Privileges", "Nested"])


def leaves_of(texts: Texts) -> st.SearchStrategy[Leaf]:
    """Leaves of every kind; literals are such texts.

    The loader turns a literal with cased letters beyond ASCII into a regular expression; the engines take any literal.
    """
    cased = st.booleans()
    pieces = st.one_of(texts, st.sampled_from(["*", "*", "?", "\\*", "\\?", "\\\\"]))
    globs = st.lists(pieces, min_size=1, max_size=4).map("".join)
    regex = st.builds(
        lambda field, pattern, flags: Leaf(field, Match.REGEX, pattern, False, flags),
        st.one_of(FIELDS, st.just("")),
        st.one_of(st.sampled_from(REGEXES), texts.map(re.escape)),
        st.sampled_from(FLAGS),
    )
    return st.one_of(
        st.builds(Leaf, FIELDS, st.sampled_from(TEXT_KINDS), texts, cased),
        st.builds(Leaf, FIELDS, st.sampled_from(TEXT_KINDS), texts, cased),
        st.builds(Leaf, FIELDS, st.just(Match.GLOB), globs, cased),
        regex,
        st.builds(Leaf, FIELDS, st.sampled_from(ORDER_KINDS), st.sampled_from(NUMERALS)),
        st.builds(Leaf, FIELDS, st.sampled_from(FIELD_KINDS), FIELDS, cased),
        st.builds(Leaf, FIELDS, st.sampled_from(TIME_KINDS), st.sampled_from(TIME_LITERALS)),
        st.builds(Leaf, st.just(""), st.just(Match.CONTAINS), texts.filter(bool), cased),
        st.builds(Leaf, st.just(""), st.just(Match.GLOB), globs, cased),
        st.builds(Leaf, FIELDS, st.just(Match.CIDR), st.sampled_from(NETWORKS)),
        st.builds(Leaf, FIELDS, st.just(Match.EXISTS)),
    )


def conditions_of(texts: Texts) -> st.SearchStrategy[Node]:
    """Leaves, nested and negated."""
    return st.recursive(
        leaves_of(texts),
        lambda inner: st.one_of(
            st.lists(inner, max_size=4).map(lambda parts: All(tuple(parts))),
            st.lists(inner, max_size=4).map(lambda parts: Any(tuple(parts))),
            inner.map(Not),
        ),
        max_leaves=8,
    )


class Case(NamedTuple):
    """Rules and events made of the same few texts."""

    rules: tuple[Rule, ...]
    events: tuple[MadeUp, ...]


@st.composite
def cases(draw: st.DrawFn, most_rules: int = 6, most_events: int = 5) -> Case:
    """Rules × events."""
    texts = draw(FEW_TEXTS)
    found = draw(st.lists(conditions_of(texts), min_size=1, max_size=most_rules))
    events = draw(st.lists(events_of(texts), min_size=1, max_size=most_events))
    return Case(tuple(rule_of(condition, number) for number, condition in enumerate(found)), tuple(events))


def rule_of(condition: Node, number: int = 0) -> Rule:
    """A rule of the made-up log source."""
    return Rule(f"{number:08x}-0000-4000-8000-000000000000", f"rule {number}", "high", "test", LOGSOURCE, condition)
