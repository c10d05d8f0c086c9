"""Building conditions without needless layers: engines cost by node, people read evidence by node."""

from collections.abc import Iterable

from hodoscope.soc.sigma.rule import All, Any, Node, Not


def all_of(parts: Iterable[Node]) -> Node:
    """True when every part is; parts that are ``All`` themselves are taken apart, one part stays itself."""
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, All) else (part,))
    return flat[0] if len(flat) == 1 else All(tuple(flat))


def any_of(parts: Iterable[Node]) -> Node:
    """True when some part is; parts that are ``Any`` themselves are taken apart, one part stays itself."""
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, Any) else (part,))
    return flat[0] if len(flat) == 1 else Any(tuple(flat))


def not_of(part: Node) -> Node:
    """The negation; a double one cancels out."""
    return part.part if isinstance(part, Not) else Not(part)
