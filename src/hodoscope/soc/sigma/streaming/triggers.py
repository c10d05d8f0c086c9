"""Which literals an event must hold for a rule to match: the leaves that make a rule a candidate.

Per rule the cheapest *necessary* set is chosen: leaves of which at least one is true whenever the condition is. Only
these are searched for in every value; everything else is looked at for candidates alone.
"""

from collections.abc import Mapping
from functools import lru_cache
from itertools import chain

from hodoscope.soc.sigma.rule import All, Any, Leaf, Match, Node, Not
from hodoscope.soc.sigma.streaming.regex_literals import required_literals

START, END = "\0", "\0"
"""Values are joined by NUL, so a literal with NUL before it is a beginning, one with NUL behind it an end."""

_LITERAL = {
    Match.EQUALS: (START, END),
    Match.CONTAINS: ("", ""),
    Match.STARTSWITH: (START, ""),
    Match.ENDSWITH: ("", END),
}
_FOLD = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_MIN_LITERAL = 2


def fold(text: str) -> str:
    """ASCII lower case: the one case folding of both engines."""
    return text.lower() if text.isascii() else text.translate(_FOLD)


@lru_cache(maxsize=100_000)
def literals(leaf: Leaf) -> frozenset[str]:
    """Folded texts, NUL for a value's edge, of which every value matching the leaf holds one; empty: none known."""
    edges = _LITERAL.get(leaf.match)
    if edges:
        text = fold(leaf.value)
        return frozenset((edges[0] + text + edges[1] if leaf.field else text,)) if text else frozenset()
    if leaf.match is Match.GLOB:
        return _glob_literals(leaf)
    if leaf.match is Match.REGEX:
        return required_literals(leaf.value, leaf.flags) or frozenset()
    return frozenset()


def glob_parts(pattern: str) -> list[str]:
    """Literal runs of a glob, unescaped; a ``*`` or ``?`` stands between each two (they are single-character items)."""
    parts, run, at = [], "", 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\" and at + 1 < len(pattern) and pattern[at + 1] in "*?\\":
            run += pattern[at + 1]
            at += 2
            continue
        if char in "*?":
            parts += [run, char]
            run = ""
        else:
            run += char
        at += 1
    return [*parts, run]


def _glob_literals(leaf: Leaf) -> frozenset[str]:
    parts = glob_parts(leaf.value)
    runs = list(parts[::2])
    if leaf.field:
        runs[0] = START + runs[0] if runs[0] else ""
        runs[-1] = runs[-1] + END if runs[-1] else ""
    best = max(runs, key=len)
    return frozenset((fold(best),)) if len(best) >= _MIN_LITERAL else frozenset()


def cost(leaf: Leaf, uses: Mapping[str, int]) -> float | None:
    """Expected share of values that hold a literal of the leaf, roughly; None when it has none.

    Short literals are common, and so are those of many rules (``uses``, by text): they name a shell or a browser.
    """
    found = literals(leaf)
    return sum(0.5 ** min(len(text), 12) + 0.002 * uses[text.strip(START)] for text in found) if found else None


Choice = tuple[float, tuple[Leaf, ...]]


def triggers(node: Node, costs: Mapping[int, float | None], *, positive: bool = True) -> Choice | None:
    """The cheapest necessary set of leaves with its cost, None when the condition has none.

    ``costs`` holds :func:`cost` by a leaf's ``id``: leaves are shared by rules, and hashing them costs more than this.
    """
    if isinstance(node, Leaf):
        own = costs[id(node)] if positive else None
        return (own, (node,)) if own is not None else None
    if isinstance(node, Not):
        return triggers(node.part, costs, positive=not positive)
    choices = [triggers(part, costs, positive=positive) for part in node.parts]
    if isinstance(node, All if positive else Any):
        known = [choice for choice in choices if choice]
        return min(known, key=lambda choice: (choice[0], len(choice[1]))) if known else None
    together = [choice for choice in choices if choice]
    if not choices or len(together) < len(choices):
        return None
    return sum(own for own, _ in together), tuple(chain.from_iterable(found for _, found in together))
