"""What the comparison with other engines says of a difference follows from the rule and the event."""

import pytest
from benchmarks.sigma_peer_causes import CAUSES, Seen, differing_fields, why_only_peer, why_only_we
from tests.support.sigma_world import rule

from hodoscope.soc.sigma.rule import All, Any, Leaf, Match, Node, Not

IMAGE = Leaf("Image", Match.ENDSWITH, "\\a.exe")
PARENT = Leaf("ParentImage", Match.ENDSWITH, "\\b.exe")
NO_USER = Not(Leaf("User", Match.EXISTS))
HIT = {"Image": ["C:\\a.exe"]}
NOT_PARENT = All((IMAGE, Not(PARENT)))


@pytest.mark.parametrize(
    ("condition", "row", "expected"),
    [
        (IMAGE, {}, "name"),
        (IMAGE, {"Image": ["['C:\\\\a.exe', 'x']"]}, "value"),
        (NOT_PARENT, HIT, "negation"),  # NULL and its negation are NULL
        (NOT_PARENT, {**HIT, "ParentImage": ["c.exe"]}, "comparison"),
        (Any((IMAGE, PARENT)), HIT, "comparison"),  # true OR NULL is true
        (All((IMAGE, NO_USER)), HIT, "empty"),
        (All((IMAGE, Leaf("", Match.CONTAINS, "a"))), HIT, "keyword place"),
    ],
)
def test_a_hit_that_only_we_have_is_explained(condition: Node, row: dict[str, list[str]], expected: str) -> None:
    assert why_only_we(rule(condition), Seen(HIT, row, "a"), "", bare=False) == expected
    assert expected in CAUSES


@pytest.mark.parametrize(
    ("silent", "bare", "expected"),
    [
        ("query fails: no such column: X", True, "no column"),
        ("query fails: Expression tree is too large", False, "query fails"),
        ("SigmaFeatureNotSupportedByBackendError: 'keywords' search", False, "keywords"),
        ("SigmaRegularExpressionError: x", False, "refused"),
        ("", True, "log source"),
    ],
)
def test_a_rule_that_the_peer_does_not_run_explains_itself(silent: str, *, bare: bool, expected: str) -> None:
    assert why_only_we(rule(IMAGE), Seen(HIT, HIT, ""), silent, bare=bare) == expected


def test_a_hit_that_only_the_peer_has_is_explained() -> None:
    """By the record, the log source, the reading of the event, and only then by the comparison."""
    ours, theirs = Seen({}, HIT, ""), Seen({}, {}, "")
    assert why_only_peer(rule(IMAGE), None, routed=False) == "not read"
    assert why_only_peer(rule(IMAGE), ours, routed=False) == "not our log source"
    assert why_only_peer(rule(IMAGE), ours, routed=True) == "name"
    assert why_only_peer(rule(IMAGE), theirs, routed=True) == "comparison"
    assert differing_fields(NOT_PARENT, ours) == ("Image",)
