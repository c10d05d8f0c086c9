"""Conditions in ClickHouse hold where the reference says so: one test per trap, and trees drawn at random."""

from collections.abc import Mapping, Sequence

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hodoscope.soc.sigma.hunting.condition import condition
from hodoscope.soc.sigma.reference import matches
from hodoscope.soc.sigma.routing.sql import ValueExpression
from hodoscope.soc.sigma.rule import All, Any, Leaf, Match, Node, Not
from hodoscope.soc.sigma.sql_literal import quoted, quoted_list
from hodoscope.soc.storage.interface import EventStore

VALUES = {
    "one": ValueExpression("one", many=False),
    "two": ValueExpression("two", many=False),
    "list": ValueExpression("arrayFilter(v -> v != '', list)", many=True),
}
"""Fields of the made-up rows; every other field is nowhere."""

Event = tuple[str, str, Sequence[str], str]


def told(store: EventStore, node: Node, events: Sequence[Event]) -> list[object]:
    """Verdicts over rows of (one, two, list, raw)."""
    rows = ", ".join(
        f"({quoted(one)}, {quoted(two)}, CAST([{quoted_list(many)}], 'Array(String)'), {quoted(raw)})"
        for one, two, many, raw in events
    )
    source = f"SELECT t.1 AS one, t.2 AS two, t.3 AS list, t.4 AS raw FROM (SELECT arrayJoin([{rows}]) AS t)"
    answer: list[object] = store.query(f"SELECT ({condition(node, VALUES.get)}) AS told FROM ({source})")[
        "told"
    ].to_pylist()
    return answer


def judged(node: Node, events: Sequence[Event]) -> list[bool]:
    """What the reference says of the same rows."""
    return [matches(node, fields(event), event[3], event[3].startswith("{")) for event in events]


def fields(event: Event) -> Mapping[str, Sequence[str]]:
    """A row as the reference reads it."""
    return {"one": [event[0]], "two": [event[1]], "list": event[2]}


def contains(text: str, field: str = "one") -> Leaf:
    """The commonest leaf."""
    return Leaf(field, Match.CONTAINS, text)


ABSENT: Event = ("", "", [], "")


def test_a_missing_field_is_no_match_so_its_negation_is_one(store: EventStore) -> None:
    """In SQL NOT NULL would be NULL: neither."""
    for field in ("one", "list", "nowhere"):
        assert told(store, Not(contains("x", field)), [ABSENT]) == [1]
        assert told(store, contains("x", field), [ABSENT]) == [0]
    for match in Match:
        literal = {Match.CIDR: "::/0", Match.REGEX: ".*", Match.GLOB: "*", Match.EQUALS_FIELD: "two"}.get(match, "")
        assert told(store, Not(Leaf("one", match, literal)), [ABSENT]) == [1], match


def test_any_value_of_a_list_is_enough(store: EventStore) -> None:
    """And a negation wants none of them."""
    rows: list[Event] = [("", "", ["x", "wanted"], ""), ("", "", ["x", ""], ""), ABSENT]
    assert told(store, contains("wanted", "list"), rows) == [1, 0, 0]
    assert told(store, Not(contains("wanted", "list")), rows) == [0, 1, 1]
    assert told(store, Leaf("list", Match.EXISTS), rows) == [1, 1, 0]
    assert told(store, All((contains("x", "list"), contains("wanted", "list"))), rows) == [1, 0, 0]


def test_an_address_that_is_none_is_no_error(store: EventStore) -> None:
    """``isIPAddressInRange('-', ...)`` would throw and end the hunt."""
    rows: list[Event] = [("-", "", ["", "n/a", "10.1.2.3"], ""), ("10.0.0.1", "", [], "")]
    assert told(store, Leaf("one", Match.CIDR, "10.0.0.0/8"), rows) == [0, 1]
    assert told(store, Leaf("list", Match.CIDR, "10.0.0.0/8"), rows) == [1, 0]


def test_fields_of_one_event_compare_with_each_other(store: EventStore) -> None:
    """Across text and lists; a missing side makes it false."""
    rows: list[Event] = [("Ab", "aB", ["x", "AB"], ""), ("ab", "", [], ""), ("", "", [""], "")]
    for match in (Match.EQUALS_FIELD, Match.CONTAINS_FIELD, Match.STARTSWITH_FIELD, Match.ENDSWITH_FIELD):
        for left in ("one", "list", "nowhere"):
            for right in ("two", "list", "nowhere"):
                for cased in (False, True):
                    leaf = Leaf(left, match, right, cased)
                    assert told(store, leaf, rows) == judged(leaf, rows), leaf


def test_a_keyword_is_looked_for_as_json_spells_it(store: EventStore) -> None:
    """In records that are JSON; elsewhere as it is. Expressions see the record as it is."""
    text = 'C:\\Temp "x"\n\x01é/'
    rows: list[Event] = [
        ("", "", [], orjson.dumps({"a": text}).decode()),
        ("", "", [], text),
        ("", "", [], "{" + text),
    ]
    for match in (Match.CONTAINS, Match.EQUALS, Match.GLOB, Match.REGEX, Match.CIDR, Match.EXISTS):
        for literal in ("c:\\temp", "C:\\\\Temp", '"X"', 'p "?"*é', "\n", "\x01", "é/", "*\\\\\\*", "T\\\\T", ""):
            if match is Match.REGEX and literal.startswith("*"):
                continue  # no expression
            for cased in (False, True):
                leaf = Leaf("", match, literal, cased)
                assert told(store, leaf, rows) == judged(leaf, rows), leaf


def test_alternatives_become_one_pass(store: EventStore) -> None:
    """A thousand literals make a short condition, and NOT, AND and OR of nothing have their meaning."""
    many = Any(tuple(contains(f"tool{number}.exe") for number in range(1000)))
    rows: list[Event] = [("c:\\TOOL999.exe", "", [], ""), ("tool1000", "", [], "")]
    assert told(store, many, rows) == [1, 0]
    assert condition(many, VALUES.get).count("multiSearchAny") == 4
    constants: list[tuple[Node, int]] = [
        (All(()), 1),
        (Any(()), 0),
        (Not(All(())), 0),
        (All((Any(()), contains("x"))), 0),
        (Not(Not(All(()))), 1),
    ]
    assert [told(store, node, [ABSENT]) for node, _ in constants] == [[truth] for _, truth in constants]


def test_a_deep_rule_is_a_query_still(store: EventStore) -> None:
    """A hundred levels of brackets and negations."""
    node: Node = contains("x")
    for level in range(100):
        node = Not(node) if level % 2 else Any((node, contains(str(level))))
    assert told(store, node, [ABSENT]) == judged(node, [ABSENT])


_texts = st.text(st.sampled_from("aAbBk\\*?.\n\r\0'\"é\u212a😀 %{"), max_size=4)
_fields = st.sampled_from(("one", "two", "list", "", "nowhere"))
_leaves = st.one_of(
    st.builds(Leaf, _fields, st.sampled_from((*list(Match)[:5], Match.EXISTS)), _texts, st.booleans()),
    st.builds(Leaf, _fields, st.sampled_from(list(Match)[12:16]), st.sampled_from(("one", "list")), st.booleans()),
    st.builds(Leaf, _fields, st.just(Match.LESS), st.sampled_from(("1", "2.5", "x"))),
)
_nodes = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(lambda parts: All(tuple(parts)), st.lists(inner, max_size=3)),
        st.builds(lambda parts: Any(tuple(parts)), st.lists(inner, max_size=4)),
    ),
    max_leaves=8,
)
_events = st.tuples(
    _texts,
    _texts,
    st.lists(_texts, max_size=3),
    st.one_of(_texts.filter(bool), st.builds(lambda t: orjson.dumps({"a": t}).decode(), _texts)),
)


@settings(max_examples=60)
@given(node=_nodes, events=st.lists(_events, min_size=1, max_size=20))
def test_any_condition_over_any_event_is_judged_alike(store: EventStore, node: Node, events: list[Event]) -> None:
    """Trees of every leaf kind over texts made of the characters that break things."""
    assert told(store, node, events) == judged(node, events)


@pytest.mark.parametrize("match", list(Match)[12:16])
def test_the_sampled_kinds_are_the_field_comparisons(match: Match) -> None:
    """Guards the slices above against a reordered enumeration."""
    assert match.value.startswith("fieldref")


def test_a_keyword_pattern_may_end_in_a_backslash(store: EventStore) -> None:
    """It must not escape what is put around it."""
    rows: list[Event] = [("", "", [], "x C:\\Windows\\ y"), ("", "", [], "x C:\\Windows y")]
    node = Leaf("", Match.GLOB, "c:\\win*\\")
    assert told(store, node, rows) == judged(node, rows) == [True, False]
