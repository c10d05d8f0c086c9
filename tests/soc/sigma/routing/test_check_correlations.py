"""Which correlations can be told when some rules can never match."""

import pytest

from hodoscope.soc.sigma.routing.check import Reach
from hodoscope.soc.sigma.routing.check_correlations import check_correlations
from hodoscope.soc.sigma.rule import All, Correlation, LogSource, Presence, Rule

REACHES = [
    Reach(Rule(name, f"Rule {name}", "low", "test", LogSource("linux"), All(())), "linux", not lacks, lacks)
    for name, lacks in (("a", ""), ("b", ""), ("x", "no field F"))
]


def correlation(kind: str, rules: str, least: float | None = None, expression: Presence = "") -> Correlation:
    conditions = (("gte", least),) if least is not None else ()
    return Correlation(
        "c", "C", "high", "test", kind, tuple(rules), ("user",), 60, conditions=conditions, expression=expression
    )


@pytest.mark.parametrize(
    ("asked", "possible"),
    [
        (correlation("event_count", "x", 10), False),
        (correlation("event_count", "ax", 10), True),
        (correlation("temporal", "ab", 2), True),
        (correlation("temporal_ordered", "ax", 2), False),
        (correlation("temporal", "abx", 2), True),
        (correlation("temporal", "ax", expression=("and", "a", "x")), False),
        (correlation("temporal", "ax", expression=("or", "a", "x")), True),
        (correlation("temporal", "ax", expression=("and", "a", ("not", "x"))), True),
    ],
)
def test_a_correlation_needs_the_rules_it_cannot_do_without(asked: Correlation, possible: bool) -> None:
    (reach,) = check_correlations([asked], REACHES)
    assert reach.reachable is possible
    assert reach.product == "linux"
    assert ("Rule x", "no field F") in reach.missing or "x" not in asked.rules


def test_a_correlation_of_correlations_is_judged_after_them() -> None:
    inner = correlation("event_count", "x", 3)
    outer = Correlation("outer", "O", "high", "test", "event_count", ("c",), (), 60)
    first, second = check_correlations([outer, inner], REACHES)
    assert (first.rule, first.reachable, first.missing) == (outer, False, (("C", second.reason),))
