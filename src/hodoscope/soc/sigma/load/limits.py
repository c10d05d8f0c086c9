"""How large one Sigma document may be. The largest real one (SigmaHQ) has 295 kB and about 3,000 literals."""

from hodoscope.soc.sigma.load.refusal import Refused
from hodoscope.soc.sigma.rule import Leaf, Node, Not

MOST_FILE_BYTES = 2_000_000
MOST_LEAVES = 20_000
"""Comparisons of one rule, a selection counted as often as the condition names it."""
MOST_NESTING = 50
"""Levels of a detection or a compiled condition; engines generate nested code from it."""
MOST_PATTERN_LENGTH = 10_000


def check_size(node: Node) -> Node:
    """The node itself; Refused when it has too many leaves or levels. Linear in the *distinct* nodes."""
    known: dict[int, tuple[int, int]] = {}

    def measure(part: Node) -> tuple[int, int]:
        if isinstance(part, Leaf):
            return 1, 1
        if (found := known.get(id(part))) is None:
            inner = (part.part,) if isinstance(part, Not) else part.parts
            sizes = [measure(child) for child in inner]
            found = sum(size for size, _ in sizes), 1 + max((depth for _, depth in sizes), default=0)
            if found[1] > MOST_NESTING:
                raise too_deep()
            known[id(part)] = found
        return found

    leaves, _ = measure(node)
    if leaves > MOST_LEAVES:
        raise too_many(leaves)
    return node


def too_many(leaves: int) -> Refused:
    """The refusal for a rule with more comparisons than :data:`MOST_LEAVES`."""
    return Refused(
        "limit: comparisons",
        f"{leaves:,} comparisons, at most {MOST_LEAVES:,}; split the rule, or use indicators",
    )


def too_deep() -> Refused:
    """The refusal for nesting beyond :data:`MOST_NESTING`."""
    return Refused("limit: nesting", f"nested more than {MOST_NESTING} levels deep; write it flatter")
