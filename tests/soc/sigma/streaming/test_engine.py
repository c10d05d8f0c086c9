"""The streaming engine against the reference evaluator and claim by claim."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.sigma_world import World, events, rule

from hodoscope.soc.sigma.reference import matches
from hodoscope.soc.sigma.reference_fields import event_fields, raw_of
from hodoscope.soc.sigma.rule import All, Any, Leaf, LogSource, Match, Node, Not, leaves
from hodoscope.soc.sigma.streaming.engine import StreamingEngine, kinds

FIELDS = ("Image", "CommandLine", "Answers", "Other", "EventID", "Nowhere")
NAMES = st.sampled_from(FIELDS)
TEXTS = st.sampled_from(
    ("a", "A", "ab", "aB", "ba", "b\\", '"', "é", "É", "K", "1", "10", "-1.5", "x\ny", "a*b", "a\0b", "10.1.2.3", "::1")
)
PLAIN = st.sampled_from((Match.EQUALS, Match.CONTAINS, Match.STARTSWITH, Match.ENDSWITH))
OTHER_FIELD = st.sampled_from((Match.EQUALS_FIELD, Match.STARTSWITH_FIELD, Match.CONTAINS_FIELD))
GLOBS = st.sampled_from(("a*", "*b?", "a\\*b", "?", "*a*b*", "*"))
REGEXES = st.sampled_from(("^a", "a.b", "(ab|ba)", "[^ \\\\]$", "1+", "aba", "(?i)K"))
LEAVES = st.one_of(
    st.builds(Leaf, NAMES, PLAIN, TEXTS, st.booleans()),
    st.builds(Leaf, st.just(""), st.just(Match.CONTAINS), TEXTS, st.booleans()),
    st.builds(Leaf, NAMES, st.just(Match.EXISTS)),
    st.builds(Leaf, NAMES, st.just(Match.GLOB), GLOBS, st.booleans()),
    st.builds(Leaf, NAMES, st.just(Match.REGEX), REGEXES, st.just(True), st.sampled_from(("", "i", "is"))),
    st.builds(Leaf, NAMES, st.just(Match.CIDR), st.sampled_from(("10.0.0.0/8", "::/64"))),
    st.builds(Leaf, NAMES, st.sampled_from((Match.LESS, Match.GREATER_EQUAL)), st.just("1")),
    st.builds(Leaf, NAMES, OTHER_FIELD, NAMES, st.booleans()),
)
CONDITIONS: st.SearchStrategy[Node] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(All, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Any, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=6,
)
VALUES = st.one_of(st.just(""), TEXTS, st.builds(str.__add__, TEXTS, TEXTS))
ROWS = st.fixed_dictionaries(
    {"Image": VALUES, "CommandLine": VALUES, "Answers": st.lists(VALUES, max_size=2), "Other": VALUES}
)


def by_reference(condition: Node, table: pa.Table) -> list[int]:
    """Rows that the judge says match."""
    names = {leaf.field for leaf in leaves(condition)} | {leaf.value for leaf in leaves(condition)}
    return [
        at
        for at, row in enumerate(table.to_pylist())
        if matches(condition, event_fields(row, World(), names), raw_of(row), raw_of(row)[:1] == "{")
    ]


@settings(max_examples=150, deadline=None)
@given(st.lists(CONDITIONS, min_size=1, max_size=4), st.lists(ROWS, min_size=1, max_size=6), st.booleans())
def test_every_verdict_is_the_reference_evaluators(
    conditions: list[Node], rows: list[dict[str, str]], text: bool
) -> None:
    """For any rules and events, whatever mix of fields, lists, keywords and negations."""
    raw = [("" if text else "{") + "".join(map(str, row.values())) for row in rows]
    table = events(rows, [record.encode() for record in raw])
    hits = StreamingEngine([rule(condition) for condition in conditions], World()).match(table)
    found = {(int(at), int(row)) for at, row in zip(hits.rule, hits.row, strict=True)}
    assert found == {(at, row) for at, one in enumerate(conditions) for row in by_reference(one, table)}


SHELL = Leaf("Image", Match.ENDSWITH, "\\CMD.exe")
HIDDEN = Leaf("CommandLine", Match.CONTAINS, "hidden")


def test_hits_come_sorted_and_share_evidence_of_equal_events() -> None:
    """Sorted by row, then rule; the same values tell the same."""
    rows = [{"Image": "C:\\cmd.exe"}, {"Image": "x"}, {"Image": "C:\\cmd.exe"}]
    hits = StreamingEngine([rule(SHELL), rule(Leaf("Image", Match.EXISTS))], World()).match(events(rows))
    assert list(zip(hits.row.tolist(), hits.rule.tolist(), strict=True)) == [(0, 0), (0, 1), (1, 1), (2, 0), (2, 1)]
    assert hits.evidence_index[0] == hits.evidence_index[3]
    told = hits.evidence[hits.evidence_index[0]][0]
    assert (told.field, told.value, told.value[told.start : told.end]) == ("Image", "C:\\cmd.exe", "\\cmd.exe")


def test_a_negated_part_tells_what_was_there_instead() -> None:
    """Absent evidence is evidence."""
    condition = All((SHELL, Not(HIDDEN), Leaf("EventID", Match.EQUALS, "1")))
    hits = StreamingEngine([rule(condition)], World()).match(events([{"Image": "\\cmd.exe", "CommandLine": "dir"}]))
    told = [(one.field, one.value, one.present) for one in hits.evidence[hits.evidence_index[0]]]
    assert told == [("Image", "\\cmd.exe", True), ("CommandLine", "dir", False), ("EventID", "1", True)]


def test_a_keyword_with_a_backslash_is_found_in_json_and_in_plain_records() -> None:
    """In JSON it is spelled with two."""
    table = events([{}, {}, {}], [b'{"a":"C:\\\\Users"}', b"C:\\USERS", b'{"a":"C:Users"}'])
    hits = StreamingEngine([rule(Leaf("", Match.CONTAINS, "c:\\users"))], World()).match(table)
    assert hits.row.tolist() == [0, 1]


def test_only_rules_of_the_log_source_apply() -> None:
    """A rule of another product stays silent."""
    other = rule(Leaf("Image", Match.EXISTS), source=LogSource("linux"))
    assert not len(StreamingEngine([other], World()).match(events([{"Image": "a"}])))


def test_rules_of_another_event_code_are_not_looked_at() -> None:
    """EventID is decided by the kind alone."""
    rules = [rule(All((Leaf("EventID", Match.EQUALS, code), SHELL))) for code in ("1", "2")]
    hits = StreamingEngine(rules, World()).match(events([{"Image": "\\cmd.exe"}] * 2, codes=["2", "1"]))
    assert list(zip(hits.row.tolist(), hits.rule.tolist(), strict=True)) == [(0, 1), (1, 0)]


def test_many_candidates_are_decided_once_per_combination_of_values() -> None:
    """More rows than are decided one by one give the same verdicts."""
    rows = [{"Image": "\\cmd.exe", "CommandLine": "hidden" if at % 3 else "dir"} for at in range(300)]
    hits = StreamingEngine([rule(All((SHELL, Not(HIDDEN))))], World()).match(events(rows))
    assert hits.row.tolist() == [at for at in range(300) if at % 3 == 0]
    assert len(hits.evidence) == 1


def test_an_empty_table_has_no_kinds_and_no_hits() -> None:
    """Also without any column."""
    assert kinds(pa.table({})) == []
    assert not len(StreamingEngine([rule(SHELL)], World()).match(events([])))


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_batch_size_changes_no_verdict(size: int) -> None:
    """Slices of a table give the hits of the whole."""
    rows = [{"Image": f"{at % 7}\\cmd.exe", "CommandLine": "hidden" * (at % 3)} for at in range(100)]
    engine, table = StreamingEngine([rule(All((SHELL, HIDDEN)))], World()), events(rows)
    parts = [engine.match(table.slice(at, size)).row + at for at in range(0, 100, size)]
    assert [row for part in parts for row in part.tolist()] == engine.match(table).row.tolist()


def test_cost_is_told_by_rule_and_once() -> None:
    """Rules that were decided have cost something; asked again it begins at nothing."""
    engine = StreamingEngine(
        [rule(Leaf("Image", Match.CONTAINS, "a")), rule(Leaf("Image", Match.EQUALS, "q"))], World()
    )
    engine.match(events([{"Image": "ab"}] * 3))
    assert engine.take_cost().keys() == {0}
    assert engine.take_cost() == {}


def test_a_table_of_many_slices_tells_rows_of_the_whole_table() -> None:
    """The engine cuts its input; nobody sees where."""
    rows = [{"Image": "\\cmd.exe" if at in (0, 3_999, 4_000, 8_500) else "x"} for at in range(9_000)]
    hits = StreamingEngine([rule(SHELL)], World()).match(events(rows))
    assert hits.row.tolist() == [0, 3_999, 4_000, 8_500]
