"""Reads cover every kind once, and tell kinds apart with as few columns as will do."""

from tests.support.sigma_world import World

from hodoscope.soc.sigma.hunting.reads import KindSize, Needs, among, needs_of, plan_needs, reads
from hodoscope.soc.sigma.interface import FieldSource, KindKey
from hodoscope.soc.sigma.rule import All, Leaf, LogSource, Match, Rule
from hodoscope.soc.sigma.streaming.plan import Planner

SYSMON = [("evtx", f"rule{number}", "Sysmon", "Operational", str(number)) for number in range(5)]
SECURITY = [("evtx", "", "Auditing", "Security", str(number)) for number in range(5)]
KNOWN: list[KindKey] = [*SYSMON, *SECURITY]


def test_one_column_is_enough_where_it_tells_the_kinds() -> None:
    """And nothing is asked of a store that has no other kinds."""
    assert among([SYSMON[1]], KNOWN) == "mapping_rule IN ('rule1')"
    assert among(SYSMON, KNOWN).count(" IN ") == 1
    assert among([SECURITY[3]], KNOWN).count(" IN ") == 2
    assert among(KNOWN, KNOWN) == "1"


def test_kinds_that_only_their_combination_tells_apart_are_named_whole() -> None:
    """Otherwise a third kind would slip in."""
    crossed: list[KindKey] = [("a", "x", "", "", ""), ("b", "y", "", "", ""), ("a", "y", "", "", "")]
    assert "(('a', 'x', '', '', ''), ('b', 'y', '', '', ''))" in among(crossed[:2], crossed)


def test_kinds_with_equal_needs_share_a_read_and_small_ones_share_another() -> None:
    """Columns that only some of these need are read for them alone."""
    needs = {kind: Needs(frozenset({"process_cmd_line"})) for kind in SYSMON}
    needs |= {kind: Needs(frozenset({f"inside_{number}"})) for number, kind in enumerate(SECURITY)}
    sizes = {kind: KindSize(1000 if kind in needs and kind[2] == "Sysmon" else 1, 10) for kind in KNOWN}
    large, small = reads(needs, sizes)
    assert large.size == KindSize(5000, 50)
    assert small.size == KindSize(5, 50)
    assert small.needs.columns == {f"inside_{number}" for number in range(5)}
    assert small.only["inside_3"] == "metadata_event_code IN ('3')"
    assert large.only == {}


def test_what_is_read_is_what_the_sources_name() -> None:
    """Constants cost nothing; the beginning of a key stands for all keys."""
    needs = needs_of(
        [
            FieldSource("", constant="1"),
            FieldSource("user_name"),
            FieldSource("unmapped", "a'b"),
            FieldSource("unmapped", "p*"),
        ]
    )
    *plain, unmapped = needs.expressions(str.upper)
    assert plain[5:] == ["USER_NAME"]
    assert "startsWith(k, 'p') OR k IN ('a\\'b')" in unmapped
    assert Needs(record=True).expressions(str)[-1] == "raw"


def test_rules_that_cannot_match_a_kind_need_nothing_of_it() -> None:
    """A rule for another event code does not widen what is read."""
    source = LogSource("windows", "process_creation")
    rules = [
        Rule("a", "a", "low", "test", source, All((Leaf("EventID", Match.EQUALS, "1"), Leaf("Image", Match.EXISTS)))),
        Rule("b", "b", "low", "test", source, All((Leaf("EventID", Match.EQUALS, "2"), Leaf("Other", Match.EXISTS)))),
    ]
    plan = Planner(rules, World()).plan(("evtx", "", "", "", "1"))
    assert plan_needs(plan) == Needs(frozenset({"process_file_path"}))
