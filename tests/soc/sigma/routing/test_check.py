"""Which rules can match: what a condition needs, and the counts that are told."""

import pytest

from hodoscope.soc.sigma.routing.check import by_product, can_match, check, fields_of
from hodoscope.soc.sigma.routing.router import shipped_router
from hodoscope.soc.sigma.routing.telemetry import Supported
from hodoscope.soc.sigma.rule import All, Any, Leaf, LogSource, Match, Node, Not, Rule

A, B = Leaf("A", Match.EQUALS, "1"), Leaf("B", Match.EQUALS, "1")
WORD = Leaf("", Match.CONTAINS, "word")


@pytest.mark.parametrize(
    ("node", "missing", "possible"),
    [
        (All((A, B)), "B", False),
        (Any((A, B)), "B", True),
        (All((A, Not(B))), "B", True),
        (Not(Not(B)), "B", False),
        (Not(All(())), "", False),
        (Any(()), "", False),
        (WORD, "AB", True),
        (Leaf("A", Match.EQUALS_FIELD, "B"), "B", False),
        (All((A, Not(Any((B, WORD))))), "B", True),
    ],
)
def test_a_condition_can_match_without_some_fields(node: Node, missing: str, possible: bool) -> None:
    assert can_match(node, frozenset(missing)) is possible


def test_fields_are_told_once_and_compared_ones_too() -> None:
    assert fields_of(All((A, WORD, Leaf("A", Match.EQUALS_FIELD, "C"), B))) == ("A", "C", "B")


def rule(source: LogSource, *names: str) -> Rule:
    return Rule("id", "t", "low", "test", source, All(tuple(Leaf(name, Match.EQUALS, "x") for name in names)))


def test_what_a_rule_lacks_is_told_and_counted_by_product() -> None:
    creation = LogSource("windows", "process_creation")
    reaches = check(
        [
            rule(creation, "Image", "CommandLine"),
            rule(LogSource("windows", "network_connection"), "Image", "CommandLine"),
            rule(LogSource("windows", "teleport")),
            rule(LogSource("", "webserver"), "cs-uri-query"),
        ],
        Supported(shipped_router()),
    )
    assert [reach.reachable for reach in reaches] == [True, False, False, True]
    assert reaches[1].reason == "no field CommandLine"
    assert reaches[1].missing[0][1] != ""
    assert reaches[2].reason == "no log source windows/teleport"
    windows, web = by_product(reaches)
    assert (windows.product, windows.rules, windows.unreachable) == ("windows", 3, 2)
    assert windows.reasons == {"no field CommandLine": 1, "no log source windows/teleport": 1}
    assert (web.product, web.share) == ("webserver", 0.0)
