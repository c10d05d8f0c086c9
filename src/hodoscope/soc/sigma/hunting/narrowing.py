"""Which events are worth reading: those that hold a literal some rule needs.

The streaming engine looks closer at an event only when it holds one of a rule's triggers
(:mod:`hodoscope.soc.sigma.streaming.triggers`). The same literals in SQL keep most events from being grouped, carried
over and judged at all. A condition here may let too many through, never too few.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from hodoscope.soc.sigma.hunting.comparison import FILE_NAME, all_of, any_of, any_pattern, folded
from hodoscope.soc.sigma.hunting.condition import condition
from hodoscope.soc.sigma.hunting.reads import among
from hodoscope.soc.sigma.hunting.stored_router import UNOPENED
from hodoscope.soc.sigma.hunting.where import fields_of
from hodoscope.soc.sigma.interface import FieldSource, KindKey
from hodoscope.soc.sigma.routing.sql import ValueExpression
from hodoscope.soc.sigma.rule import Leaf, Match, leaves
from hodoscope.soc.sigma.sql_literal import quoted_list
from hodoscope.soc.sigma.streaming.plan import Plan, PlannedRule, Sources
from hodoscope.soc.sigma.streaming.triggers import END, START, cost, literals, triggers

MOST_PATTERNS = 1_000
"""Searched for in one field for one kind of event; of a kind that needs more every event is read."""
COMMON = 0.1
"""Share of the events from which on a rule's literals choose too little."""
Share = Callable[[Leaf, Sources], float]
ValueOf = Callable[[Sequence[FieldSource]], ValueExpression]


@dataclass(slots=True)
class Wanted:
    """Texts of which one must be in a field, folded."""

    whole: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)  # behind the last backslash
    patterns: set[str] = field(default_factory=set)

    def add(self, leaf: Leaf) -> None:
        """What every value that the leaf matches holds."""
        if leaf.match is Match.EQUALS:
            self.whole.add(folded(leaf.value))
        elif leaf.match is Match.ENDSWITH and FILE_NAME.fullmatch(leaf.value):
            self.names.add(folded(leaf.value[1:]))
        else:
            self.patterns.update(_pattern(leaf, text) for text in literals(leaf))

    def __or__(self, other: "Wanted") -> "Wanted":
        return Wanted(self.whole | other.whole, self.names | other.names, self.patterns | other.patterns)

    def condition(self, value: ValueExpression) -> str:
        """True where the field holds one of them."""
        text = "lower(x)" if value.many else f"lower({value.sql})"
        tests = [f"{text} IN ({quoted_list(sorted(self.whole))})"] if self.whole else []
        if self.names:
            tests.append(f"substringIndex({text}, '\\\\', -1) IN ({quoted_list(sorted(self.names))})")
        tests += [any_pattern(text, sorted(self.patterns))] if self.patterns else []
        found = any_of(tests)
        return f"arrayExists(x -> {found}, {value.sql})" if value.many else found


def candidates(plans: Mapping[KindKey, Plan], value_of: ValueOf, share: Share) -> str:
    """True for every event of these kinds that any of its plan's rules may hit.

    ``value_of`` gives sources as SQL. ``share`` says how many of the events hold a leaf's literals (0 to 1, may be
    wrong): of the leaves that a rule cannot do without the rarest are searched for, in all kinds alike. Where they are
    common, SQL decides the rule.
    """
    watched: dict[Sources, Wanted] = defaultdict(Wanted)
    whole: list[KindKey] = []
    decided: dict[str, list[KindKey]] = defaultdict(list)
    read: set[Sources] = set()
    for kind, plan in plans.items():
        own, common = _watched(plan, share)
        if plan.certain or any(len(it.patterns) > MOST_PATTERNS for it in own.values()):
            whole.append(kind)
            continue
        for sources, wanted in own.items():
            watched[sources] |= wanted
        read.update(own)
        for rule in common:
            read.update(plan.sources[name] for name in fields_of(rule.rest))
            values = {name: value_of(at) if (at := plan.sources[name]) else None for name in fields_of(rule.rest)}
            decided[condition(rule.rest, values.__getitem__)].append(kind)
    tests = [wanted.condition(value_of(sources)) for sources, wanted in watched.items()]
    tests += [all_of([among(kinds, plans), test]) for test, kinds in decided.items()]
    tests += [among(whole, plans)] if whole else []
    if any(source.column == "raw" for sources in read for source in sources):
        tests.append(UNOPENED)
    return any_of(sorted(set(tests)))


def _watched(plan: Plan, share: Share) -> tuple[dict[Sources, Wanted], list[PlannedRule]]:
    """What must be in which field for a rule to hit, and the rules whose literals are common or none."""
    watched: dict[Sources, Wanted] = defaultdict(Wanted)
    common: list[PlannedRule] = []
    for rule in plan.rules:
        costs = {id(leaf): _cost(leaf, share(leaf, plan.sources[leaf.field])) for leaf in leaves(rule.rest)}
        chosen = triggers(rule.rest, costs)
        if chosen is None or chosen[0] > COMMON:
            common.append(rule)
            continue
        for leaf in chosen[1]:
            watched[plan.sources[leaf.field]].add(leaf)
    return watched, common


_NO_USES: Counter[str] = Counter()


def _cost(leaf: Leaf, share: float) -> float | None:
    known = cost(leaf, _NO_USES)
    return None if known is None else share + 0.01 * known


def _pattern(leaf: Leaf, text: str) -> str:
    """A literal of a leaf as an expression; without its edges, which are written as NUL, where it may hold NUL."""
    bare = text.strip(START)
    edged = leaf.match is not Match.REGEX and "\0" not in leaf.value
    escaped = "".join(c if c.isalnum() or not c.isascii() else f"\\x{ord(c):02x}" for c in bare)
    found = ("^" if edged and text.startswith(START) else "") + escaped + ("$" if edged and text.endswith(END) else "")
    return found or "^"
