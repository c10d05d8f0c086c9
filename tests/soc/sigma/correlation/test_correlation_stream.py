"""Streaming correlations against the plain judge: any stream, any cuts, any restarts."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.plain_correlation import correlate, hits_of

from hodoscope.errors import InputError
from hodoscope.soc.sigma.correlation.fields import needed_fields
from hodoscope.soc.sigma.correlation.interface import CorrelationMatch, HitBatch, Values
from hodoscope.soc.sigma.correlation.stream import Correlator
from hodoscope.soc.sigma.rule import Correlation, Presence

SECOND = 1_000_000
RULES = ("a", "b", "c")
FIELDS = ("user", "host", "size")
KINDS = (
    "event_count", "value_count", "temporal", "temporal_ordered", "value_sum", "value_avg", "value_percentile",
    "value_median",
)  # fmt: skip
Row = tuple[int, str, str, dict[str, Values]]


def correlation(kind: str, **changes: Any) -> Correlation:
    """A correlation over rules a, b, c by user within ten seconds."""
    plain = Correlation("x", "X", "high", "test", kind, RULES, ("user",), 10, (("gte", 3.0),))
    return replace(plain, **changes)


def batch(rows: Sequence[Row]) -> HitBatch:
    """Rows of (time in µs, rule, event, fields) as a batch."""
    return HitBatch(
        np.array([row[0] for row in rows], dtype=np.int64),
        [row[1] for row in rows],
        [row[2] for row in rows],
        {name: [row[3].get(name, ()) for row in rows] for name in FIELDS},
    )


def seconds(*hits: tuple[float, str], user: str = "u") -> list[Row]:
    """Hits at (second, rule) with events of their own."""
    return [(int(at * SECOND), rule, f"e{number}", {"user": (user,)}) for number, (at, rule) in enumerate(hits)]


def told(correlations: Sequence[Correlation], rows: Sequence[Row], cuts: Sequence[int] = ()) -> list[CorrelationMatch]:
    """What streaming tells, restarted from a dump at every cut."""
    running = Correlator(correlations)
    found: list[CorrelationMatch] = []
    for begin, end in zip([0, *cuts], [*cuts, len(rows)], strict=True):
        found += running.take(batch(rows[begin:end]))
        successor = Correlator(correlations)
        successor.load(running.dump())
        running = successor
    return found + running.finish()


def conditions(kind: str) -> st.SearchStrategy[tuple[tuple[str, float], ...]]:
    """One threshold, or a range."""
    value = st.integers(1, 3).map(float) if not kind.startswith("value_") or kind == "value_count" else st.floats(-2, 3)
    one = st.tuples(st.sampled_from(("gt", "gte", "gte", "lt", "lte", "eq", "neq")), value)
    return st.one_of(st.tuples(one), st.tuples(st.tuples(st.just("gte"), value), st.tuples(st.just("lt"), value)))


EXPRESSIONS: st.SearchStrategy[Presence] = st.recursive(
    st.sampled_from(RULES),
    lambda inner: st.one_of(st.tuples(st.just("not"), inner), st.tuples(st.sampled_from(("and", "or")), inner, inner)),
    max_leaves=4,
)


@st.composite
def correlations(draw: st.DrawFn) -> list[Correlation]:
    """One correlation of any kind, and perhaps one over it."""
    kind = draw(st.sampled_from(KINDS))
    rules = draw(st.lists(st.sampled_from(RULES), min_size=1, max_size=3, unique=True))
    first = correlation(
        kind,
        rules=tuple(rules),
        group_by=draw(st.sampled_from(((), ("user",), ("user", "host"), ("who",)))),
        aliases=(("who", (("a", "user"), ("b", "host"), ("c", "user"))),),
        timespan_seconds=draw(st.integers(1, 12)),
        conditions=draw(conditions(kind)),
        field=draw(st.sampled_from((("size",), ("host",), ("size", "host")))) if kind == "value_count" else ("size",),
        percentile=draw(st.sampled_from((0.0, 25.0, 90.0, 100.0))),
    )
    if kind.startswith("temporal") and draw(st.booleans()):
        first = replace(first, conditions=(), expression=draw(EXPRESSIONS), rules=RULES)
    if not draw(st.booleans()):
        return [first]
    chained = correlation(
        draw(st.sampled_from(("event_count", "temporal", "temporal_ordered"))),
        rule_id="y",
        rules=draw(st.sampled_from((("x",), ("x", "a"), ("a", "x")))),
        group_by=first.group_by[:1] if first.group_by[:1] != ("who",) else (),
        timespan_seconds=draw(st.integers(1, 15)),
        conditions=draw(conditions("event_count")),
    )
    return draw(st.permutations([first, chained]))


TEXTS = st.lists(st.sampled_from(("", "1", "2.5", "-3e0", "x")), max_size=2).map(tuple)


@st.composite
def streams(draw: st.DrawFn) -> list[Row]:
    """Sorted hits, many of equal time, some without user, some with several values, some events hit by two rules."""
    steps = draw(st.lists(st.tuples(st.integers(0, 4), st.sampled_from(RULES)), min_size=3, max_size=14))
    rows: list[Row] = []
    time = 0
    for number, (step, rule) in enumerate(steps):
        time += step * SECOND
        users: Values = draw(st.sampled_from((("u",), ("u",), ("u",), ("u", "v"), ())))
        fields = {"user": users, "host": draw(st.sampled_from((("h",), ("h",), ("k",), ()))), "size": draw(TEXTS)}
        rows.append((time, rule, f"e{number}", fields))
        other = draw(st.sampled_from(RULES))
        if other != rule and draw(st.booleans()):
            rows.append((time, other, f"e{number}", fields))
    return rows


@settings(max_examples=250)
@given(correlations(), streams(), st.data())
def test_streaming_tells_what_the_judge_tells_however_the_stream_is_cut(
    rules: list[Correlation], rows: list[Row], data: st.DataObject
) -> None:
    """Batches cut anywhere, within one instant too, with a restart from the dumped state at every cut."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=3)))
    assert told(rules, rows, cuts) == correlate(rules, hits_of(batch(rows)))


def test_a_flood_is_told_once_per_timespan() -> None:
    """Six hits a minute for a minute, three within ten seconds wanted: told at the third, then after ten seconds."""
    rows = seconds(*((at, "a") for at in range(0, 31, 2)))
    found = told([correlation("event_count")], rows)
    assert [match.time_us // SECOND for match in found] == [4, 16, 28]
    assert [len(match.hits) for match in found] == [3, 6, 6]


def test_hits_exactly_the_timespan_apart_are_in_one_window() -> None:
    """The window is closed at both ends; a microsecond more is too much."""
    rule = correlation("event_count", conditions=(("gte", 2.0),))
    assert len(told([rule], seconds((0, "a"), (10, "a")))) == 1
    assert told([rule], [*seconds((0, "a")), (10 * SECOND + 1, "a", "late", {"user": ("u",)})]) == []


def test_hits_without_a_group_value_are_no_evidence_against_anybody() -> None:
    """Three failures of unknown users are not three failures of one."""
    assert told([correlation("event_count")], [(at, "a", f"e{at}", {}) for at in range(3)]) == []


def test_too_few_is_only_told_when_the_window_is_over() -> None:
    """Two hits are fewer than three, but the third was still to come."""
    rule = correlation("event_count", conditions=(("lt", 3.0),))
    running = Correlator([rule])
    assert running.take(batch(seconds((0, "a"), (1, "a"), (2, "a"), (20, "a")))) == []
    assert [(match.first_us, match.time_us) for match in running.finish()] == [(20 * SECOND, 30 * SECOND)]


def test_order_matters_only_for_temporal_ordered() -> None:
    """b before a."""
    rows = seconds((0, "b"), (1, "a"), (2, "c"))
    assert len(told([correlation("temporal")], rows)) == 1
    assert told([correlation("temporal_ordered")], rows) == []
    assert len(told([correlation("temporal_ordered", conditions=(("gte", 2.0),))], rows)) == 1


def test_a_then_not_b() -> None:
    """An expression with ``not`` waits for the end of the window."""
    rule = correlation("temporal_ordered", conditions=(), expression=("and", "a", ("not", "b")))
    assert told([rule], seconds((0, "a"), (9, "b"))) == []
    assert len(told([rule], seconds((0, "b"), (9, "a")))) == 1
    assert len(told([rule], seconds((0, "a"), (11, "b")))) == 1


def test_an_event_that_two_rules_hit_counts_once() -> None:
    """It is one failed logon, however many rules describe it."""
    rows: list[Row] = [(at, rule, f"e{at}", {"user": ("u",)}) for at in range(2) for rule in ("a", "b")]
    assert told([correlation("event_count")], rows) == []
    assert len(told([correlation("temporal", conditions=(("gte", 2.0),))], rows)) == 1


def test_a_match_brings_the_events_of_the_match_it_rests_on() -> None:
    """Many failures, then a success."""
    many = correlation("event_count", rule_id="many", rules=("a",))
    then = correlation("temporal_ordered", rule_id="then", rules=("many", "b"), conditions=(("gte", 2.0),))
    found = told([then, many], seconds((0, "a"), (1, "a"), (2, "a"), (5, "b")))
    assert [match.correlation for match in found] == ["many", "then"]
    assert [hit.events for hit in found[1].hits] == [("e0", "e1", "e2"), ("e3",)]


def test_a_threshold_is_still_met_when_old_hits_are_dropped() -> None:
    """And the match says how many hits it no longer knew."""
    running = Correlator([correlation("value_count", field=("host",), conditions=(("gte", 3.0),))], most_hits=5)
    rows: list[Row] = [(at, "a", f"e{at}", {"user": ("u",), "host": (str(max(0, at - 8)),)}) for at in range(12)]
    (match,) = [*running.take(batch(rows)), *running.finish()]
    assert (match.time_us, len(match.hits), match.dropped) == (10, 5, 6)


def test_the_group_hit_longest_ago_makes_room() -> None:
    """Memory stays bounded when every event has another user; what was dropped is counted."""
    running = Correlator([correlation("event_count", conditions=(("gte", 2.0),))], most_groups=2)
    rows: list[Row] = [(at, "a", f"e{at}", {"user": (user,)}) for at, user in enumerate("uvuwvu")]
    found = [*running.take(batch(rows)), *running.advance(9)]
    assert [(match.group[0][1], match.time_us) for match in found] == [("u", 2)]
    assert running.forgotten == 3
    assert len(running.running[0].groups) == 2


def test_state_of_a_changed_correlation_is_not_used() -> None:
    """A hot reload with another timespan begins anew; another title does not."""
    rows = seconds((0, "a"), (1, "a"), (2, "a"))
    first = Correlator([correlation("event_count")])
    first.take(batch(rows[:2]))
    for changes, matches in (({"title": "New"}, 1), ({"timespan_seconds": 9}, 0)):
        second = Correlator([correlation("event_count", **changes)])
        second.load(first.dump())
        assert len([*second.take(batch(rows[2:])), *second.finish()]) == matches


def test_a_stream_that_goes_back_in_time_is_refused() -> None:
    """The caller sorts."""
    running = Correlator([correlation("event_count")])
    running.take(batch(seconds((5, "a"))))
    with pytest.raises(ValueError, match="time order"):
        running.take(batch(seconds((4, "a"))))


def test_a_circle_of_correlations_is_refused_by_name() -> None:
    """The loader lists them as unsupported before; this is the last line of defence."""
    with pytest.raises(InputError, match="in a circle: X"):
        Correlator(
            [correlation("temporal", rule_id="y", rules=("z",)), correlation("temporal", rule_id="z", rules=("y",))]
        )


def test_only_the_fields_that_count_are_asked_for() -> None:
    """Aliases resolved per rule, referred correlations left out."""
    rule = correlation(
        "value_count", rules=("a", "b", "y"), group_by=("who",), field=("size",), aliases=(("who", (("a", "user"),)),)
    )
    assert needed_fields([rule, correlation("temporal", rule_id="y", rules=("c",))]) == {
        "a": {"user", "size"},
        "b": {"who", "size"},
        "c": {"user"},
    }


def test_sums_leave_no_rounding_behind() -> None:
    """A huge number comes and goes; beyond the range of doubles a sum is infinite, not an error."""
    rule = correlation("value_sum", field=("size",), conditions=(("gte", 0.25),), timespan_seconds=1)
    sizes = ("1e300", "0.1", "-1e300", "0.2", "1e308", "1e308")
    rows: list[Row] = [
        (at * SECOND * 2 // 3, "a", f"e{at}", {"user": ("u",), "size": (size,)}) for at, size in enumerate(sizes)
    ]
    assert [match.measured for match in told([rule], rows)] == [1e300, 1e308]
    assert [match.measured for match in told([rule], rows[1:4])] == []
    assert [match.measured for match in told([replace(rule, conditions=(("gt", 1e308),))], rows)] == [math.inf]
