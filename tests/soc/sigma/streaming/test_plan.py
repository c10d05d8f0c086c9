"""Rules as they are for one kind of event."""

from tests.support.sigma_world import World, rule

from hodoscope.soc.sigma.interface import FieldSource, KindKey
from hodoscope.soc.sigma.rule import All, Any, Leaf, Match, Node, Not
from hodoscope.soc.sigma.streaming.plan import Planner, event_codes

KIND: KindKey = ("windows_json", "process", "p", "c", "1")
CODE = Leaf("EventID", Match.EQUALS, "1")
IMAGE = Leaf("Image", Match.ENDSWITH, "\\cmd.exe")


def test_rules_that_cannot_match_a_kind_are_left_out_and_certain_ones_known() -> None:
    """A field the kind never has is absent, its event code a constant."""
    conditions: list[Node] = [CODE, Not(CODE), Leaf("Nowhere", Match.EXISTS), All((CODE, IMAGE)), Not(IMAGE)]
    plan = Planner([rule(condition) for condition in conditions], World()).plan(KIND)
    assert [one.index for one in plan.rules] == [0, 3, 4]
    assert (plan.certain, plan.always) == ([0], [4])
    assert plan.rules[1].rest == IMAGE


def test_event_codes_are_those_a_match_needs() -> None:
    """None where another code could match too."""
    other = Leaf("EventID", Match.EQUALS, "2")
    assert event_codes(All((IMAGE, Any((CODE, other))))) == frozenset(("1", "2"))
    assert event_codes(Any((CODE, IMAGE))) is None
    assert event_codes(Not(CODE)) is None


def test_a_rule_of_several_event_codes_is_planned_once() -> None:
    """Also where the kind does not tell its code."""
    several = Any(tuple(Leaf("EventID", Match.EQUALS, code) for code in ("1", "2", "3")))
    unknown: KindKey = ("windows_json", "process", "p", "c", "")
    for kind in (KIND, unknown):
        plan = Planner([rule(several)], World()).plan(kind)
        assert [one.index for one in plan.rules] == [0]


class Columns(World):
    """The event code and the provider stand in kind columns."""

    def sources(self, kind: KindKey, field: str) -> tuple[FieldSource, ...]:
        """Of the code in words, then as it is; of the provider before another place."""
        if field == "EventID":
            table = (("7", "1"),)
            return (FieldSource("metadata_event_code", table=table), FieldSource("metadata_event_code"))
        if field == "Provider":
            return (FieldSource("metadata_log_provider"), FieldSource("unmapped", key="Provider"))
        return super().sources(kind, field)


def test_what_a_kind_column_holds_is_known_of_the_whole_kind() -> None:
    """Also through a table of words; where the column is empty the next place counts."""
    provider = Leaf("Provider", Match.EQUALS, "P")
    planner = Planner([rule(CODE), rule(provider), rule(All((CODE, IMAGE)))], Columns())
    assert [one.index for one in planner.plan(KIND).rules] == [0, 1, 2]
    assert planner.plan(KIND).certain == [0, 1]
    assert planner.plan(("windows_json", "process", "", "c", "7")).rules[1].rest == provider
    assert [one.index for one in planner.plan(("windows_json", "process", "q", "c", "2")).rules] == []
