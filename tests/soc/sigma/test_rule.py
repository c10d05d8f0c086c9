"""The rule representation."""

from hodoscope.soc.sigma.rule import All, Any, Leaf, Match, Not, leaves


def test_leaves_come_in_reading_order_through_every_node() -> None:
    """Nested and negated leaves included."""
    first, second, third = (Leaf("Image", Match.ENDSWITH, text) for text in ("a", "b", "c"))
    condition = All((first, Not(Any((second, All(())))), third))
    assert list(leaves(condition)) == [first, second, third]
