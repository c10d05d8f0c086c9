"""Literals are chosen from the conditions alone, and never so that a match is missed."""

from tests.support.sigma_world import rule

from hodoscope.soc.sigma.rule import All, Any, Leaf, LogSource, Match, Not
from hodoscope.soc.sigma.streaming.watches import watches_of

IMAGE = Leaf("Image", Match.ENDSWITH, "\\cmd.exe")
LINE = Leaf("CommandLine", Match.CONTAINS, "a")
CODE = Leaf("EventID", Match.EQUALS, "4688")


def test_each_rule_is_watched_by_its_rarest_necessary_literals() -> None:
    """Long ones rather than short ones; of an ``or`` all; nothing where a match needs no literal."""
    watches = watches_of([rule(All((LINE, IMAGE))), rule(Any((LINE, IMAGE))), rule(Not(IMAGE))])
    assert watches.chosen == [(IMAGE,), (LINE, IMAGE), ()]
    assert {key: watch.texts for key, watch in watches.by_field.items()} == {
        ("Image", "windows"): ("\\cmd.exe\0",),
        ("CommandLine", "windows"): ("a",),
    }
    assert watches.by_field["Image", "windows"].rules.tolist() == [0, 1]


def test_what_a_kind_fixes_is_the_last_choice() -> None:
    """All of its rows would be candidates."""
    assert watches_of([rule(All((CODE, LINE))), rule(All((CODE, Not(LINE))))]).chosen == [(LINE,), (CODE,)]


def test_keywords_are_watched_in_both_spellings() -> None:
    """Plain and as JSON text has them."""
    watch = watches_of([rule(Leaf("", Match.CONTAINS, "a\\b"))]).by_field["", "windows"]
    assert watch.texts == ("a\\\\b", "a\\b")
    assert watch.rules.tolist() == [0, 0]


def test_rules_of_another_product_are_searched_apart() -> None:
    """Their common words cost nothing where they do not apply; common values are passed over too."""
    linux = rule(Leaf("", Match.CONTAINS, "format"), source=LogSource("linux"))
    assert watches_of([linux, rule(Leaf("", Match.CONTAINS, "kiwi"))]).by_field.keys() == {
        ("", "linux"),
        ("", "windows"),
    }
    initiated = [Leaf("Initiated", Match.EQUALS, value) for value in ("true", "false")]
    assert watches_of([rule(All((initiated[0], IMAGE))), rule(initiated[1])]).chosen[0] == (IMAGE,)
