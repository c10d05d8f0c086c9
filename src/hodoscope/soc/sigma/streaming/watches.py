"""Which literals make a row a candidate for which rules: chosen once, from the conditions alone.

The choice needs no event kind, so that kinds share one search per field. A field that a kind fixes (its event code) is
the last choice: its literal would make every row of the kind a candidate.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from hodoscope.soc.sigma.literals import Literals
from hodoscope.soc.sigma.rule import Leaf, Node, leaves
from hodoscope.soc.sigma.streaming.triggers import cost, literals, triggers
from hodoscope.soc.sigma.streaming.verdict import RAW, json_spelling

Ints = npt.NDArray[np.int64]
KIND_FIELDS = frozenset(("EventID", "Channel", "Provider_Name"))
"""Fields that a kind usually fixes."""
_LAST = 1_000.0


@dataclass(slots=True)
class Watch:
    """The literals that are searched in one field, or with :data:`RAW` in the record."""

    name: str
    texts: tuple[str, ...]
    rules: Ints  # rules of literal i: rules[start[i]:start[i + 1]]
    start: Ints
    _literals: Literals | None = field(default=None)

    @property
    def literals(self) -> Literals:
        """Ready to search; compiled when first asked for."""
        if self._literals is None:
            self._literals = Literals(self.texts, ignorecase=self.name == RAW)
        return self._literals


@dataclass(frozen=True, slots=True)
class Watches:
    """The watches of a set of rules, by field; ``chosen[rule]`` are the leaves of which a match needs one."""

    by_field: Mapping[str, Watch]
    chosen: Sequence[tuple[Leaf, ...]]  # none: every row is a candidate


def watches_of(conditions: Sequence[Node]) -> Watches:
    """The cheapest choice for each condition."""
    uses = Counter(leaf for condition in conditions for leaf in dict.fromkeys(leaves(condition)))
    by_leaf = {leaf: _cost(leaf, count) for leaf, count in uses.items()}
    costs = {id(leaf): by_leaf[leaf] for condition in conditions for leaf in leaves(condition)}
    chosen: list[tuple[Leaf, ...]] = []
    by_text: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, condition in enumerate(conditions):
        choice = triggers(condition, costs)
        chosen.append(choice[1] if choice else ())
        for leaf in chosen[-1]:
            for text in literals(leaf):
                for spelling in (text, json_spelling(text)) if leaf.field == RAW else (text,):
                    by_text[leaf.field][spelling].append(number)
    return Watches({name: _watch(name, found) for name, found in by_text.items()}, chosen)


def _cost(leaf: Leaf, uses: int) -> float | None:
    found = cost(leaf, uses)
    return found if found is None or leaf.field not in KIND_FIELDS else found + _LAST


def _watch(name: str, by_text: Mapping[str, Sequence[int]]) -> Watch:
    texts = tuple(sorted(by_text))
    rules = [sorted(set(by_text[text])) for text in texts]
    start = np.cumsum([0, *map(len, rules)])
    return Watch(name, texts, np.array([rule for own in rules for rule in own], np.int64), start)
