"""Which literals make a row a candidate for which rules: chosen once, from the conditions alone.

The choice needs no event kind, so that kinds share one search per field and product. A field that a kind fixes (its
event code) is the last choice: its literal would make every row of the kind a candidate.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
import numpy.typing as npt

from hodoscope.soc.sigma.literals import Literals
from hodoscope.soc.sigma.rule import Leaf, Match, Node, Rule, leaves
from hodoscope.soc.sigma.streaming.triggers import START, cost, literals, triggers
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
    """The watches of a set of rules, by field and product; ``chosen[rule]``: the leaves of which a match needs one."""

    by_field: Mapping[tuple[str, str], Watch]
    chosen: Sequence[tuple[Leaf, ...]]  # none: every row is a candidate


def watches_of(rules: Sequence[Rule]) -> Watches:
    """The cheapest choice for each rule."""
    conditions = [rule.condition for rule in rules]
    costs = _costs(conditions)
    chosen: list[tuple[Leaf, ...]] = []
    by_text: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, rule in enumerate(rules):
        choice = triggers(rule.condition, costs)
        chosen.append(choice[1] if choice else ())
        for leaf in chosen[-1]:
            for text in literals(leaf):
                for spelling in (text, json_spelling(text)) if leaf.field == RAW else (text,):
                    by_text[leaf.field, rule.logsource.product][spelling].append(number)
    return Watches({key: _watch(key[0], found) for key, found in by_text.items()}, chosen)


def _costs(conditions: Sequence[Node]) -> dict[int, float | None]:
    """The cost of each leaf, by its id."""
    by_rule = [tuple(dict.fromkeys(leaves(condition))) for condition in conditions]
    # A word that many rules look for, in whatever field, is a common one: a shell, a browser, a folder of the system.
    uses = Counter(text.strip(START) for own in by_rule for leaf in own for text in literals(leaf))
    # A field that rules compare with few texts has few values: true and false, integrity levels, signature states.
    compared: dict[str, set[str]] = defaultdict(set)
    for own in by_rule:
        for leaf in own:
            if leaf.match is Match.EQUALS:
                compared[leaf.field].add(leaf.value)
    by_leaf: dict[Leaf, float | None] = {}
    for leaf in chain.from_iterable(by_rule):
        if leaf not in by_leaf:
            found = cost(leaf, uses)
            if found is not None and leaf.match is Match.EQUALS:
                found += 1 / (1 + len(compared[leaf.field]))
            by_leaf[leaf] = found if found is None or leaf.field not in KIND_FIELDS else found + _LAST
    return {id(leaf): by_leaf[leaf] for condition in conditions for leaf in leaves(condition)}


def _watch(name: str, by_text: Mapping[str, Sequence[int]]) -> Watch:
    texts = tuple(sorted(by_text))
    rules = [sorted(set(by_text[text])) for text in texts]
    start = np.cumsum([0, *map(len, rules)])
    return Watch(name, texts, np.array([rule for own in rules for rule in own], np.int64), start)
