"""One verdict: the streaming engine and the reference evaluator, leaf by leaf and rule by rule."""

from collections.abc import Sequence

import pyarrow as pa
from hypothesis import given, settings
from tests.support.sigma_conditions import Case, cases, rule_of
from tests.support.sigma_events import MadeUp, MadeUpRouter, event_table, judge_event
from tests.support.sigma_evidence import check_evidence
from tests.support.sigma_grid import grid_events, grid_leaves

from hodoscope.soc.sigma.reference import explain, matches
from hodoscope.soc.sigma.rule import All, Any, Leaf, Match, Node, Not
from hodoscope.soc.sigma.streaming.engine import StreamingEngine

Pairs = set[tuple[int, int]]


def judged(conditions: Sequence[Node], table: pa.Table) -> Pairs:
    """(condition, row) pairs that the judge finds true."""
    events = [judge_event(row) for row in table.to_pylist()]
    return {
        (number, row)
        for number, condition in enumerate(conditions)
        for row, event in enumerate(events)
        if matches(condition, *event)
    }


def streamed(conditions: Sequence[Node], table: pa.Table) -> Pairs:
    """The same pairs by the streaming engine."""
    rules = [rule_of(condition, number) for number, condition in enumerate(conditions)]
    hits = StreamingEngine(rules, MadeUpRouter()).match(table, evidence=False)
    return set(zip(hits.rule.tolist(), hits.row.tolist(), strict=True))


def shown(differing: Pairs, conditions: Sequence[Node], events: Sequence[MadeUp]) -> str:
    """The first differences, to read."""
    return "\n".join(f"{conditions[number]}  {events[row]}" for number, row in sorted(differing)[:5])


def test_every_comparison_means_the_same_over_adversarial_values() -> None:
    """Half a million (leaf, event) pairs; every kind of comparison is both true and false somewhere."""
    found, table = grid_leaves(), event_table(grid_events())
    wanted = judged(found, table)
    differing = wanted ^ streamed(found, table)
    assert not differing, shown(differing, found, grid_events())
    assert {found[number].match for number, _ in wanted} == set(Match)


@settings(max_examples=80)
@given(cases())
def test_every_rule_has_the_judges_verdict_and_true_and_sufficient_evidence(case: Case) -> None:
    """Nested and negated conditions."""
    table = event_table(case.events)
    conditions = [rule.condition for rule in case.rules]
    hits = StreamingEngine(case.rules, MadeUpRouter()).match(table)
    assert set(zip(hits.rule.tolist(), hits.row.tolist(), strict=True)) == judged(conditions, table)
    events = [judge_event(row) for row in table.to_pylist()]
    for rule, row, told in zip(hits.rule.tolist(), hits.row.tolist(), hits.evidence_index.tolist(), strict=True):
        check_evidence(conditions[rule], events[row], hits.evidence[told])
        check_evidence(conditions[rule], events[row], explain(conditions[rule], *events[row]))


def test_values_of_a_megabyte_change_nothing() -> None:
    """A long command line is searched to its end, by every kind of comparison."""
    long = "x\n" * 500_000 + "C:\\Temp\\É.exe"
    events = [
        MadeUp(command_line=long, privileges=("a", long)),
        MadeUp(command_line=long[:-1]),
        MadeUp(raw=long.encode()),
    ]
    ends = [
        Leaf(field, match, literal)
        for field in ("CommandLine", "Privileges", "")
        for match, literal in (
            (Match.CONTAINS, "TEMP\\É.EXE"),
            (Match.GLOB, "x*C:\\\\T?mp\\\\*.exe"),
            (Match.REGEX, "^x(?s:.*)\\.exe$"),
        )
    ]
    conditions: list[Node] = [
        *ends,
        All((ends[0], Not(ends[3]))),
        Any((Leaf("CommandLine", Match.ENDSWITH, ".exe"), ends[6])),
    ]
    conditions += [
        Leaf("CommandLine", Match.EQUALS_FIELD, "Privileges"),
        Leaf("CommandLine", Match.EQUALS, long.upper()),
    ]
    table = event_table(events)
    wanted = judged(conditions, table)
    assert streamed(conditions, table) == wanted
    assert len({number for number, _ in wanted}) == 12  # all but one
