"""Conditions with what is known about an event kind put in: constants become truth, the rest gets smaller."""

from collections.abc import Callable

from hodoscope.soc.sigma.rule import All, Any, Leaf, Node, Not

TRUE = All(())
FALSE = Any(())


def simplify(node: Node, known: Callable[[Leaf], bool | None]) -> Node:
    """The condition without the leaves that ``known`` decides; :data:`TRUE` or :data:`FALSE` when nothing is left."""
    if isinstance(node, Leaf):
        truth = known(node)
        return node if truth is None else TRUE if truth else FALSE
    if isinstance(node, Not):
        part = simplify(node.part, known)
        if isinstance(part, Not):
            return part.part
        return FALSE if part is TRUE else TRUE if part is FALSE else Not(part)
    kind = type(node)
    neutral, absorbing = (TRUE, FALSE) if kind is All else (FALSE, TRUE)
    parts: list[Node] = []
    for part in node.parts:
        small = simplify(part, known)
        if small is absorbing:
            return absorbing
        if small is not neutral:
            parts += small.parts if isinstance(small, kind) else (small,)
    if not parts:
        return neutral
    return parts[0] if len(parts) == 1 else kind(tuple(parts))
