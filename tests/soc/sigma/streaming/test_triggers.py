"""What makes a rule a candidate."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.sigma.rule import All, Any, Leaf, Match, Node, Not, leaves
from hodoscope.soc.sigma.streaming.triggers import cost, fold, glob_parts, literals, triggers

COMMON = Leaf("Image", Match.ENDSWITH, "\\powershell.exe")
RARE = Leaf("CommandLine", Match.CONTAINS, "invoke-mimikatz")
WITHOUT = Leaf("CommandLine", Match.EXISTS)


def chosen(node: Node) -> set[Leaf] | None:
    """The triggers when many rules name a PowerShell and one each of the others."""
    uses = Counter({"\\powershell.exe": 200})
    found = triggers(node, {id(leaf): cost(leaf, uses) for leaf in leaves(node)})
    return set(found[1]) if found else None


def test_of_an_and_the_rarer_part_is_watched() -> None:
    """What many rules name is common."""
    assert chosen(All((COMMON, RARE, WITHOUT))) == {RARE}


def test_of_an_or_every_part_is_watched_or_none() -> None:
    """One part without a literal makes every event a candidate."""
    assert chosen(Any((COMMON, RARE))) == {COMMON, RARE}
    assert chosen(Any((COMMON, WITHOUT))) is None


def test_a_negated_leaf_is_no_trigger_but_a_doubly_negated_one_is() -> None:
    """Not (not a or not b) is a and b."""
    assert chosen(Not(RARE)) is None
    assert chosen(Not(Any((Not(COMMON), Not(RARE))))) == {RARE}


def test_edges_of_a_value_are_part_of_the_literal() -> None:
    """NUL marks them."""
    assert literals(Leaf("f", Match.EQUALS, "Ab")) == {"\0ab\0"}
    assert literals(Leaf("f", Match.GLOB, "Abc*d")) == {"\0abc"}
    assert literals(Leaf("", Match.CONTAINS, "Abc")) == {"abc"}


def test_escaped_wildcards_are_plain() -> None:
    """A backslash escapes ``*``, ``?`` and itself only."""
    assert glob_parts("a\\*b*\\\\c\\d?") == ["a*b", "*", "\\c\\d", "?", ""]


@given(st.text())
def test_folding_changes_ascii_capitals_only(text: str) -> None:
    """Everything else keeps its code point."""
    assert fold(text) == "".join(char.lower() if "A" <= char <= "Z" else char for char in text)
