"""What the rules come down to for one kind of event: which apply, where their fields are; a rule's test when needed."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from hodoscope.soc.sigma.interface import KIND_COLUMNS, FieldSource, KindKey, Router
from hodoscope.soc.sigma.rule import All, Leaf, LogSource, Match, Node, Not, Rule, leaves
from hodoscope.soc.sigma.streaming.explain import Explainer, explainer, fields_of, span_finder
from hodoscope.soc.sigma.streaming.simplify import FALSE, TRUE, simplify
from hodoscope.soc.sigma.streaming.verdict import RAW, Verdict, verdict_of
from hodoscope.soc.sigma.streaming.watches import Watch, Watches, watches_of

Sources = tuple[FieldSource, ...]
EVENT_CODE = "EventID"
"""The field that most Windows rules fix to few values."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A place of values; each planner has one object for each, so that they compare by identity."""

    sources: Sources  # none for the record itself

    @property
    def constant(self) -> str:
        """The value that all events have there, if they all have one."""
        return self.sources[0].constant if self.sources else ""

    @property
    def is_inside(self) -> bool:
        """Some records have to be parsed for it."""
        return any(source.column == "raw" and source.path for source in self.sources)


RECORD = Column(())


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A watch and where to search its literals; compares by identity too."""

    watch: Watch
    column: Column


@dataclass(slots=True, eq=False)
class PlannedRule:
    """One rule as it is for the kinds that keep its fields in the same places."""

    index: int  # in the engine's rules
    condition: Node  # as the rule has it: what evidence is told from
    rest: Node  # what is left to decide
    columns: Mapping[str, Column]  # fields of the whole condition that these kinds have
    _verdicts: dict[bool, Verdict] = field(default_factory=dict)
    _explain: Explainer | None = None

    @property
    def is_inside(self) -> bool:
        """Some of its fields have to be parsed out of records."""
        return any(column.is_inside for column in self.columns.values())

    @property
    def explain(self) -> Explainer:
        """Tells what a hit rests on; most rules never need it."""
        if self._explain is None:
            self._explain = explainer(self.condition)
        return self._explain

    def verdict(self, *, many: bool = False) -> Verdict:
        """The test of the rest; most rules never need it."""
        found = self._verdicts.get(many)
        if found is None:
            found = self._verdicts[many] = verdict_of(self.rest, many=many)
        return found


@dataclass(slots=True)
class Plan:
    """All rules of one kind of event."""

    kind: KindKey
    planner: "Planner"
    allowed: npt.NDArray[np.bool_]  # by rule: a row that holds one of its literals is a candidate
    places: list[Place] = field(default_factory=list)
    always: list[int] = field(default_factory=list)  # every row is a candidate
    certain: list[int] = field(default_factory=list)  # rules that hold for every row of the kind
    _columns: dict[str, Column | None] = field(default_factory=dict)
    _rules: dict[int, PlannedRule] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.allowed.any() or self.always or self.certain)

    def column(self, name: str) -> Column | None:
        """Where the kind keeps a field; None: nowhere."""
        if name not in self._columns:
            self._columns[name] = self.planner.column(self.kind, name)
        return self._columns[name]

    def rule(self, index: int) -> PlannedRule:
        """A rule as it is for the kind, made when it is first looked at."""
        found = self._rules.get(index)
        if found is None:
            found = self._rules[index] = self.planner.rule(index, self.column)
        return found

    @property
    def indexes(self) -> list[int]:
        """Rules that may hold for an event of the kind, and some that turn out not to."""
        return sorted({*np.flatnonzero(self.allowed).tolist(), *self.always, *self.certain})

    @property
    def rules(self) -> list[PlannedRule]:
        """Rules that may hold for an event of the kind."""
        return [rule for rule in map(self.rule, self.indexes) if rule.rest is not FALSE]

    @property
    def sources(self) -> dict[str, Sources]:
        """Every field that one of :attr:`rules` reads."""
        return {name: column.sources for rule in self.rules for name, column in rule.columns.items()}


@dataclass(slots=True)
class _Group:
    """Rules of one log source that want the same event code ("": any)."""

    rules: list[int] = field(default_factory=list)
    watched: set[tuple[str, str]] = field(default_factory=set)  # their watches


class Planner:
    """Plans per kind, from rules compiled once. What is learnt about kinds only saves time."""

    def __init__(self, rules: Sequence[Rule], router: Router) -> None:
        self._rules = rules
        self._router = router
        self.watches: Watches = watches_of(rules)
        self._fields: list[tuple[str, ...]] = []
        self._groups: dict[LogSource, dict[str, _Group]] = defaultdict(lambda: defaultdict(_Group))
        for index, rule in enumerate(rules):
            self._fields.append(fields_of(tuple(leaves(rule.condition))))
            for code in event_codes(rule.condition) or ("",):
                group = self._groups[rule.logsource][code]
                group.rules.append(index)
                group.watched.update((leaf.field, rule.logsource.product) for leaf in self.watches.chosen[index])
        self._logsources = tuple(self._groups)
        self._unwatched = np.array([not chosen for chosen in self.watches.chosen], np.bool_)
        self._plans: dict[KindKey, Plan] = {}
        self._columns: dict[Sources, Column] = {}
        self._places: dict[tuple[tuple[str, str], Column], Place] = {}
        self._planned: dict[tuple[int, tuple[Column | None, ...]], PlannedRule] = {}

    def plan(self, kind: KindKey) -> Plan:
        """The plan of a kind, made once."""
        found = self._plans.get(kind)
        if found is None:
            found = self._plans[kind] = self._make(kind)
        return found

    def columns_read(self, plan: Plan) -> set[Column]:
        """Every place that a rule of the plan may read."""
        names = {name for index in plan.indexes for name in self._fields[index]}
        return {column for column in map(plan.column, names) if column is not None}

    def column(self, kind: KindKey, name: str) -> Column | None:
        """Where a kind keeps a field; None: nowhere."""
        if name == RAW:
            return RECORD
        found = (_in_kind(source, kind) for source in self._router.sources(kind, name))
        sources = tuple(source for source in found if source is not None)
        if not sources:
            return None
        known = self._columns.get(sources)
        if known is None:
            known = self._columns[sources] = Column(sources)
        return known

    def rule(self, index: int, column: Callable[[str], Column | None]) -> PlannedRule:
        """A rule for kinds with these columns."""
        names = self._fields[index]
        columns = tuple(map(column, names))
        found = self._planned.get((index, columns))
        if found is None:
            held = {name: one for name, one in zip(names, columns, strict=True) if one is not None}
            condition = self._rules[index].condition
            rest = simplify(condition, lambda leaf: _known(leaf, held))
            found = self._planned[index, columns] = PlannedRule(index, condition, rest, held)
        return found

    def _make(self, kind: KindKey) -> Plan:
        plan = Plan(kind, self, np.zeros(len(self._rules), np.bool_))
        watched: set[tuple[str, str]] = set()
        for group in self._candidates(plan):
            plan.allowed[group.rules] = True
            watched |= group.watched
        self._settle(plan, np.flatnonzero(plan.allowed & self._unwatched).tolist())
        for key in sorted(watched):
            column = plan.column(key[0])
            if column is None:
                continue  # literals of a field that the kind never has make no candidate
            watch = self.watches.by_field[key]
            if column.constant:
                own = np.unique(watch.rules)
                self._settle(plan, own[plan.allowed[own]].tolist())
            else:
                plan.places.append(self._places.setdefault((key, column), Place(watch, column)))
        return plan

    def _candidates(self, plan: Plan) -> Iterable[_Group]:
        """Rules of the kind's log sources, without those that want another event code."""
        column = plan.column(EVENT_CODE)
        code = column.constant if column else ""
        for logsource in self._router.logsources(plan.kind, self._logsources):
            by_code = self._groups[logsource]
            for name in {"", code} if code else by_code.keys():
                if name in by_code:
                    yield by_code[name]

    def _settle(self, plan: Plan, indexes: Sequence[int]) -> None:
        """Rules that no literal can choose rows for, in this kind or anywhere."""
        for index in indexes:
            rule = plan.rule(index)
            if rule.rest is TRUE:
                plan.certain.append(index)
            elif rule.rest is not FALSE:
                chosen = self.watches.chosen[index]
                if chosen and not any(_known(leaf, rule.columns) for leaf in chosen):
                    continue
                plan.always.append(index)
            plan.allowed[index] = False


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


def _known(leaf: Leaf, columns: Mapping[str, Column]) -> bool | None:
    """A leaf's truth where the kind alone decides it: a field it never has, or one with a constant value."""
    if leaf.field == RAW:
        return None
    found = columns.get(leaf.field)
    if found is None:
        return False
    if leaf.match in _TWO_FIELDS:
        return None if leaf.value in columns else False
    return span_finder(leaf)(found.constant, {}) is not None if found.constant else None


def _in_kind(source: FieldSource, kind: KindKey) -> FieldSource | None:
    """The source as events of the kind have it: what a kind column holds is a constant, None where it is empty."""
    if source.column not in KIND_COLUMNS or source.path:
        return source
    value = kind[KIND_COLUMNS.index(source.column)]
    if source.table:
        value = dict(source.table).get(value, "")
    return FieldSource("", constant=value) if value else None


_TWO_FIELDS = frozenset((Match.EQUALS_FIELD, Match.CONTAINS_FIELD, Match.STARTSWITH_FIELD, Match.ENDSWITH_FIELD))
