"""What the rules come down to for one kind of event: constants put in, triggers chosen, code compiled when needed."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from hodoscope.soc.sigma.interface import FieldSource, KindKey, Router
from hodoscope.soc.sigma.literals import FieldLiterals, RecordLiterals
from hodoscope.soc.sigma.rule import All, Leaf, LogSource, Match, Node, Not, Rule, leaves
from hodoscope.soc.sigma.streaming.code import RAW, Code, compile_condition, json_spelling
from hodoscope.soc.sigma.streaming.explain import fields_of, span_in
from hodoscope.soc.sigma.streaming.simplify import FALSE, TRUE, simplify
from hodoscope.soc.sigma.streaming.triggers import literals, triggers

Ints = npt.NDArray[np.int64]
Sources = tuple[FieldSource, ...]
EVENT_CODE = "EventID"
"""The field that most Windows rules fix to few values."""


@dataclass(slots=True)
class PlannedRule:
    """One rule as it is for one kind of event."""

    index: int  # in the engine's rules
    condition: Node  # as the rule has it: what evidence is told from
    rest: Node  # what is left to decide for this kind
    fields: tuple[str, ...]  # fields of the whole condition
    _code: dict[bool, Code] = field(default_factory=dict)

    def code(self, *, many: bool = False) -> Code:
        """The rest as code; most rules of a plan never need it."""
        found = self._code.get(many)
        if found is None:
            found = self._code[many] = compile_condition(self.rest, many=many)
        return found


@dataclass(slots=True)
class Watch:
    """The trigger literals of one field in one plan."""

    name: str
    sources: Sources
    rules_of: Mapping[int, tuple[int, ...]]  # literal of the field's automaton → rules of the plan
    start: Ints = field(init=False)  # rules_of as two arrays: rules of literal i are flat[start[i]:start[i + 1]]
    flat: Ints = field(init=False)

    def flatten(self, literals: int) -> None:
        """Build the arrays for an automaton of so many literals."""
        counts = np.zeros(literals + 1, np.int64)
        for index, rules in self.rules_of.items():
            counts[index + 1] = len(rules)
        self.start = np.cumsum(counts)
        self.flat = np.fromiter(
            (rule for index in sorted(self.rules_of) for rule in self.rules_of[index]), np.int64, int(counts.sum())
        )


@dataclass(slots=True)
class Plan:
    """All rules of one kind of event."""

    rules: list[PlannedRule] = field(default_factory=list)
    sources: dict[str, Sources] = field(default_factory=dict)  # every field any rule reads
    watches: list[Watch] = field(default_factory=list)
    keywords: RecordLiterals | None = None
    keyword_rules: list[tuple[int, ...]] = field(default_factory=list)  # per literal of `keywords`
    always: list[int] = field(default_factory=list)  # rules without any literal: every row is a candidate
    certain: list[int] = field(default_factory=list)  # rules that hold for every row of the kind


class Planner:
    """Plans per kind, from rules compiled once. What is learnt about kinds only saves time."""

    def __init__(self, rules: Sequence[Rule], router: Router) -> None:
        self._rules = rules
        self._router = router
        self._by_logsource: dict[LogSource, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._uses: Counter[Leaf] = Counter()
        self._leaves: list[tuple[Leaf, ...]] = []
        for index, rule in enumerate(rules):
            for code in event_codes(rule.condition) or ("",):
                self._by_logsource[rule.logsource][code].append(index)
            own = tuple(dict.fromkeys(leaves(rule.condition)))
            self._leaves.append(own)
            self._uses.update(own)
        self._logsources = tuple(self._by_logsource)
        self._literals: dict[str, dict[str, int]] = defaultdict(dict)
        for leaf in self._uses:
            for text in sorted(literals(leaf)) if leaf.field else ():
                self._literals[leaf.field].setdefault(text, len(self._literals[leaf.field]))
        self._automata: dict[str, FieldLiterals] = {}
        self._plans: dict[KindKey, Plan] = {}

    def automaton(self, name: str) -> FieldLiterals:
        """The literals of one field over all rules; built when first asked for."""
        found = self._automata.get(name)
        if found is None:
            found = self._automata[name] = FieldLiterals(list(self._literals[name]))
        return found

    def plan(self, kind: KindKey) -> Plan:
        """The plan of a kind, made once."""
        found = self._plans.get(kind)
        if found is None:
            found = self._plans[kind] = self._make(kind)
        return found

    def _make(self, kind: KindKey) -> Plan:
        plan = Plan()
        watched: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        keywords: dict[str, list[int]] = defaultdict(list)
        for index in sorted(self._candidates(kind)):
            self._add(plan, kind, index, watched, keywords)
        for name, by_literal in watched.items():
            watch = Watch(name, plan.sources[name], {at: tuple(rules) for at, rules in by_literal.items()})
            watch.flatten(len(self._literals[name]))
            plan.watches.append(watch)
        if keywords:
            plan.keywords = RecordLiterals(list(keywords))
            plan.keyword_rules = [tuple(dict.fromkeys(rules)) for rules in keywords.values()]
        return plan

    def _candidates(self, kind: KindKey) -> Iterator[int]:
        """Rules of the kind's log sources, without those that want another event code."""
        code = next((source.constant for source in self._router.sources(kind, EVENT_CODE)), "")
        for logsource in self._router.logsources(kind, self._logsources):
            by_code = self._by_logsource[logsource]
            for name in {"", code} if code else by_code.keys():
                yield from by_code.get(name, ())

    def _add(
        self,
        plan: Plan,
        kind: KindKey,
        index: int,
        watched: dict[str, dict[int, list[int]]],
        keywords: dict[str, list[int]],
    ) -> None:
        names = fields_of(self._leaves[index])
        for name in names:
            if name not in plan.sources:
                plan.sources[name] = () if name == RAW else self._router.sources(kind, name)
        rest = simplify(self._rules[index].condition, lambda leaf: _known(leaf, plan.sources))
        if rest is FALSE:
            return
        number = len(plan.rules)
        plan.rules.append(PlannedRule(index, self._rules[index].condition, rest, names))
        if rest is TRUE:
            plan.certain.append(number)
            return
        chosen = triggers(rest, self._uses)
        if chosen is None:
            plan.always.append(number)
            return
        for leaf in chosen:
            for text in sorted(literals(leaf)):
                if leaf.field == RAW:
                    for spelling in {text, json_spelling(text)}:
                        keywords[spelling].append(number)
                else:
                    watched[leaf.field][self._literals[leaf.field][text]].append(number)


def event_codes(node: Node) -> frozenset[str] | None:
    """Event codes of which an event must have one to match; None when the condition fixes none."""
    if isinstance(node, Leaf):
        fixed = node.field == EVENT_CODE and node.match is Match.EQUALS and node.value
        return frozenset((node.value,)) if fixed else None
    if isinstance(node, Not):
        return None
    parts = [event_codes(part) for part in node.parts]
    if isinstance(node, All):
        return min((part for part in parts if part is not None), key=len, default=None)
    known = [part for part in parts if part is not None]
    return frozenset().union(*known) if known and len(known) == len(parts) else None


def _known(leaf: Leaf, sources: Mapping[str, Sources]) -> bool | None:
    """A leaf's truth where the kind alone decides it: a field it never has, or one with a constant value."""
    if leaf.field == RAW:
        return None
    found = sources[leaf.field]
    if not found:
        return False
    if leaf.match in _TWO_FIELDS and not sources[leaf.value]:
        return False
    if found[0].constant and leaf.match not in _TWO_FIELDS:
        return span_in(leaf, found[0].constant, {}) is not None
    return None


_TWO_FIELDS = frozenset((Match.EQUALS_FIELD, Match.CONTAINS_FIELD, Match.STARTSWITH_FIELD, Match.ENDSWITH_FIELD))
