"""What the rules come down to for one kind of event: constants put in, triggers chosen, tests built when needed."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from hodoscope.soc.sigma.interface import KIND_COLUMNS, FieldSource, KindKey, Router
from hodoscope.soc.sigma.literals import Literals
from hodoscope.soc.sigma.rule import All, Leaf, LogSource, Match, Node, Not, Rule, leaves
from hodoscope.soc.sigma.streaming.explain import Explainer, explainer, fields_of, span_finder
from hodoscope.soc.sigma.streaming.simplify import FALSE, TRUE, simplify
from hodoscope.soc.sigma.streaming.triggers import cost, literals, triggers
from hodoscope.soc.sigma.streaming.verdict import RAW, Verdict, json_spelling, verdict_of

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
    _verdicts: dict[bool, Verdict] = field(default_factory=dict)
    _explain: Explainer | None = None

    @property
    def explain(self) -> Explainer:
        """Tells what a hit rests on; most rules of a plan never need it."""
        if self._explain is None:
            self._explain = explainer(self.condition)
        return self._explain

    def verdict(self, *, many: bool = False) -> Verdict:
        """The test of the rest; most rules of a plan never need it."""
        found = self._verdicts.get(many)
        if found is None:
            found = self._verdicts[many] = verdict_of(self.rest, many=many)
        return found


@dataclass(slots=True)
class Watch:
    """Literals that make a row a candidate, in one field or (with :data:`RAW`) in the record."""

    name: str
    sources: Sources
    literals: Literals
    rules: Ints  # rules of literal i: rules[start[i]:start[i + 1]]
    start: Ints


@dataclass(slots=True)
class Plan:
    """All rules of one kind of event."""

    rules: list[PlannedRule] = field(default_factory=list)
    sources: dict[str, Sources] = field(default_factory=dict)  # every field any rule reads
    watches: list[Watch] = field(default_factory=list)
    always: list[int] = field(default_factory=list)  # rules without any literal: every row is a candidate
    certain: list[int] = field(default_factory=list)  # rules that hold for every row of the kind


class Planner:
    """Plans per kind, from rules compiled once. What is learnt about kinds only saves time."""

    def __init__(self, rules: Sequence[Rule], router: Router) -> None:
        self._rules = rules
        self._router = router
        self._by_logsource: dict[LogSource, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        uses: Counter[Leaf] = Counter()
        self._leaves: list[tuple[Leaf, ...]] = []
        for index, rule in enumerate(rules):
            for code in event_codes(rule.condition) or ("",):
                self._by_logsource[rule.logsource][code].append(index)
            own = tuple(dict.fromkeys(leaves(rule.condition)))
            self._leaves.append(own)
            uses.update(own)
        self._logsources = tuple(self._by_logsource)
        by_leaf = {leaf: cost(leaf, count) for leaf, count in uses.items()}
        self._costs = {id(leaf): by_leaf[leaf] for rule in rules for leaf in leaves(rule.condition)}
        self._literals: dict[tuple[str, ...], Literals] = {}
        self._plans: dict[KindKey, Plan] = {}

    def plan(self, kind: KindKey) -> Plan:
        """The plan of a kind, made once."""
        found = self._plans.get(kind)
        if found is None:
            found = self._plans[kind] = self._make(kind)
        return found

    def _make(self, kind: KindKey) -> Plan:
        plan = Plan()
        watched: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for index in sorted(set(self._candidates(kind))):  # once, whatever the number of its event codes
            self._add(plan, kind, index, watched)
        plan.watches = [self._watch(name, plan.sources[name], by_text) for name, by_text in watched.items()]
        return plan

    def _watch(self, name: str, sources: Sources, by_text: Mapping[str, list[int]]) -> Watch:
        texts = tuple(sorted(by_text))
        found = self._literals.get((name, *texts))
        if found is None:
            found = self._literals[name, *texts] = Literals(texts, ignorecase=name == RAW)
        rules = [sorted(set(by_text[text])) for text in texts]
        start = np.cumsum([0, *map(len, rules)])
        return Watch(name, sources, found, np.array([rule for own in rules for rule in own], np.int64), start)

    def _candidates(self, kind: KindKey) -> Iterator[int]:
        """Rules of the kind's log sources, without those that want another event code."""
        code = next((source.constant for source in self._sources(kind, EVENT_CODE)), "")
        for logsource in self._router.logsources(kind, self._logsources):
            by_code = self._by_logsource[logsource]
            for name in {"", code} if code else by_code.keys():
                yield from by_code.get(name, ())

    def _sources(self, kind: KindKey, name: str) -> Sources:
        found = (_in_kind(source, kind) for source in self._router.sources(kind, name))
        return tuple(source for source in found if source is not None)

    def _add(self, plan: Plan, kind: KindKey, index: int, watched: dict[str, dict[str, list[int]]]) -> None:
        names = fields_of(self._leaves[index])
        for name in names:
            if name not in plan.sources:
                plan.sources[name] = () if name == RAW else self._sources(kind, name)
        rest = simplify(self._rules[index].condition, lambda leaf: _known(leaf, plan.sources))
        if rest is FALSE:
            return
        number = len(plan.rules)
        plan.rules.append(PlannedRule(index, self._rules[index].condition, rest, names))
        if rest is TRUE:
            plan.certain.append(number)
            return
        chosen = triggers(rest, self._costs)
        if chosen is None:
            plan.always.append(number)
            return
        for leaf in chosen[1]:
            for text in literals(leaf):
                for spelling in (text, json_spelling(text)) if leaf.field == RAW else (text,):
                    watched[leaf.field][spelling].append(number)


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
        return span_finder(leaf)(found[0].constant, {}) is not None
    return None


def _in_kind(source: FieldSource, kind: KindKey) -> FieldSource | None:
    """The source as events of the kind have it: what a kind column holds is a constant, None where it is empty."""
    if source.column not in KIND_COLUMNS or source.path:
        return source
    value = kind[KIND_COLUMNS.index(source.column)]
    if source.table:
        value = dict(source.table).get(value, "")
    return FieldSource("", constant=value) if value else None


_TWO_FIELDS = frozenset((Match.EQUALS_FIELD, Match.CONTAINS_FIELD, Match.STARTSWITH_FIELD, Match.ENDSWITH_FIELD))
