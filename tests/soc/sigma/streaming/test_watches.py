"""Literals are chosen from the conditions alone, and never so that a match is missed."""

from hodoscope.soc.sigma.rule import All, Any, Leaf, Match, Not
from hodoscope.soc.sigma.streaming.watches import watches_of

IMAGE = Leaf("Image", Match.ENDSWITH, "\\cmd.exe")
LINE = Leaf("CommandLine", Match.CONTAINS, "a")
CODE = Leaf("EventID", Match.EQUALS, "4688")


def test_each_rule_is_watched_by_its_rarest_necessary_literals() -> None:
    """Long ones rather than short ones; of an ``or`` all; nothing where a match needs no literal."""
    watches = watches_of([All((LINE, IMAGE)), Any((LINE, IMAGE)), Not(IMAGE)])
    assert watches.chosen == [(IMAGE,), (LINE, IMAGE), ()]
    assert {name: watch.texts for name, watch in watches.by_field.items()} == {
        "Image": ("\\cmd.exe\0",),
        "CommandLine": ("a",),
    }
    assert watches.by_field["Image"].rules.tolist() == [0, 1]


def test_what_a_kind_fixes_is_the_last_choice() -> None:
    """All of its rows would be candidates."""
    assert watches_of([All((CODE, LINE)), All((CODE, Not(LINE)))]).chosen == [(LINE,), (CODE,)]


def test_keywords_are_watched_in_both_spellings() -> None:
    """Plain and as JSON text has them."""
    watch = watches_of([Leaf("", Match.CONTAINS, "a\\b")]).by_field[""]
    assert watch.texts == ("a\\\\b", "a\\b")
    assert watch.rules.tolist() == [0, 0]
