"""Conditions get smaller without changing."""

from hodoscope.soc.sigma.rule import All, Any, Leaf, Match, Not
from hodoscope.soc.sigma.streaming.simplify import FALSE, TRUE, simplify

A, B = (Leaf("f", Match.EQUALS, text) for text in "ab")


def test_known_leaves_become_truth_and_the_rest_stays() -> None:
    """An and with a true part is its other part."""
    assert simplify(All((A, B)), lambda leaf: True if leaf is A else None) is B
    assert simplify(Any((A, B)), lambda leaf: False if leaf is A else None) is B


def test_a_condition_that_cannot_hold_is_the_one_false() -> None:
    """Whatever it is nested in."""
    assert simplify(All((B, Not(Any((A, B))))), lambda leaf: leaf is A) is FALSE
    assert simplify(Not(All((A, B))), lambda leaf: leaf is A) is TRUE


def test_empty_and_nested_parts_are_flattened() -> None:
    """An empty and is true, a double negation nothing."""
    assert simplify(All(()), lambda _: None) is TRUE
    assert simplify(Not(Not(All((A, All((B,)))))), lambda _: None) == All((A, B))
