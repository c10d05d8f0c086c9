"""Sigma rules in the detection pass: what the streaming engine hits, as findings an analyst can read.

One finding per rule, acting entity and window of fixed hours (UTC); see :mod:`.told` for when it is told. What one
would get wrong: the window closes when *any* event of a later window arrives, not the next hit, so that findings do not
depend on where the stream is cut.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

import numpy as np
import pyarrow as pa

from hodoscope.soc.detectors.conclusion import Conclusion, conclude
from hodoscope.soc.detectors.evidence import sql_text, utc, where_events, where_window
from hodoscope.soc.detectors.interface import DetectorSpec, Parameter
from hodoscope.soc.detectors.rows import Rows, numbers
from hodoscope.soc.detectors.state import Plain, seal, unseal
from hodoscope.soc.finding import Finding
from hodoscope.soc.sigma import account
from hodoscope.soc.sigma.acting_entity import COLUMNS as ENTITY_COLUMNS
from hodoscope.soc.sigma.acting_entity import acting_entities, entity_expression
from hodoscope.soc.sigma.correlating import conclusion, event_token, field_values
from hodoscope.soc.sigma.correlation.fields import needed_fields, quiet_rules
from hodoscope.soc.sigma.correlation.interface import CorrelationMatch, HitBatch
from hodoscope.soc.sigma.correlation.stream import Correlator
from hodoscope.soc.sigma.hunting.where import where as rule_where
from hodoscope.soc.sigma.interface import KIND_COLUMNS, Hits, KindKey, LeafEvidence, Router
from hodoscope.soc.sigma.reading import reading
from hodoscope.soc.sigma.rule import Correlation, Rule, RuleSet
from hodoscope.soc.sigma.streaming.engine import StreamingEngine
from hodoscope.soc.sigma.told import NAMED_EVENTS, Told, from_plain
from hodoscope.soc.storage.interface import RuleUse

PARAMETERS: Mapping[str, Parameter] = {
    "window": Parameter(
        3600, "s", "own choice: one finding per rule, entity and hour; a shift reads hours, not events"
    ),
    "max_keys": Parameter(50_000, "keys", "bounds memory; about 2 KB per (rule, entity) of one window"),
}
Key = tuple[str, str]
"""Rule id and entity."""


@dataclass(slots=True)
class Use:
    """How often a rule has hit, and when (microseconds UTC)."""

    hits: int = 0
    first_us: int = 0
    last_us: int = 0


@dataclass(slots=True)
class Seen:
    """The open window (index since the epoch, None when nothing is in it), and every rule's use so far."""

    tenant: str = ""
    window: int | None = None
    open: dict[Key, Told] = field(default_factory=dict)
    uses: dict[str, Use] = field(default_factory=dict)
    correlator: Correlator = field(default_factory=lambda: Correlator(()))


class SigmaDetector:
    """All rules of a set over one tenant's stream of events."""

    def __init__(
        self,
        rules: RuleSet,
        router: Router,
        muted: frozenset[str] = frozenset(),
        parameters: Mapping[str, Parameter] = PARAMETERS,
    ) -> None:
        self.rules = rules
        self._router = router
        self._engine = StreamingEngine(rules.rules, router)
        self._by_id = {rule.rule_id: rule for rule in rules.rules}
        self._correlations = {rule.rule_id: rule for rule in rules.correlations}
        self._needed = needed_fields(rules.correlations)
        everything: tuple[Rule | Correlation, ...] = (*rules.rules, *rules.correlations)
        self._titles = {rule.rule_id: rule.title for rule in everything}
        self._hashes = {rule.rule_id: rule_hash(rule) for rule in everything}
        self._window_us = int(parameters["window"].value * 1e6)
        self._max_keys = int(parameters["max_keys"].value)
        self._muted = muted | quiet_rules(rules.correlations)
        self._reported: dict[str, int] = {}  # hits last reported by rule
        self.spec = DetectorSpec(
            name="sigma",
            version="1",
            title="Sigma rules",
            attack=(),
            columns=(*KIND_COLUMNS, *ENTITY_COLUMNS),
            where="1",
            lateness_seconds=60,
            parameters=parameters,
            how_to_check="Each finding carries its rule's own advice: known false alarms and the fields to look at.",
            rule_hashes=tuple(name for rule, name in self._hashes.items() if rule not in self._muted),
        )

    def read_kinds(self, kinds: Sequence[KindKey]) -> None:
        """Ask for what events of these kinds need, and no more: call it before a pass with the kinds in the store."""
        needed = reading(self.rules.rules, set().union(*self._needed.values()), self._router, kinds)
        columns = tuple(dict.fromkeys((*needed.columns, *ENTITY_COLUMNS)))
        self.spec = replace(self.spec, columns=columns, where=needed.where)

    def initial(self) -> Seen:
        """Nothing seen."""
        return Seen(correlator=Correlator(self.rules.correlations))

    def detect(self, events: pa.Table, state: Seen) -> Iterator[Finding]:
        """Findings told at these events, and those of windows that end before one of them."""
        if not events.num_rows:
            return
        times = numbers(events, "time")
        windows = times // self._window_us
        hits = self._engine.match(events)
        state.tenant = str(events.column("tenant_id")[0].as_py())
        due: dict[Key, None] = {}
        if len(hits):
            found = _Found(events, hits)
            of_hit = windows[hits.row]
            starts = np.flatnonzero(np.diff(of_hit, prepend=-1)).tolist()
            for start, end in zip(starts, [*starts[1:], len(hits)], strict=True):
                yield from self._close(state, int(of_hit[start]), due)
                state.window = int(of_hit[start])
                self._collect(found, start, end, state, due)
            yield from self._correlated(found, events, state)
        yield from self._matches(state, state.correlator.advance(int(times[-1])))
        yield from self._close(state, int(windows[-1]), due)
        for key in due:
            yield self._finding(state, key, state.open[key])

    def finish(self, state: Seen) -> Iterator[Finding]:
        """What was not told yet of the open window; the state stays as it is."""
        for key, told in state.open.items():
            if told.count > told.told:
                yield self._finding(state, key, told)
        for match in state.correlator.finish():
            yield self._match(state, match)

    def dump(self, state: Seen) -> bytes:
        """Keys in the order of their first hit, which decides who stays beyond ``max_keys``."""
        told: Plain = [[*key, one.to_plain()] for key, one in state.open.items()]
        uses: Plain = {rule: [use.hits, use.first_us, use.last_us] for rule, use in sorted(state.uses.items())}
        return seal(self.spec, [state.tenant, state.window, told, uses, state.correlator.dump().decode()])

    def load(self, data: bytes) -> Seen:
        """The inverse of ``dump``. A state of other rules loads as well: what is open of a rule no longer here is let
        go, having been told already."""
        tenant, window, told, uses, correlations = cast("list[Plain]", unseal(self.spec, data))
        state = replace(self.initial(), tenant=str(tenant), window=cast("int | None", window))
        state.correlator.load(str(correlations).encode())
        for rule, entity, plain in cast("list[tuple[str, str, Plain]]", told):
            if rule in self._by_id:
                state.open[rule, entity] = from_plain(plain)
        for rule, numbers_of in cast("dict[str, list[int]]", uses).items():
            state.uses[rule] = Use(*numbers_of)
        return state

    def new_use(self, state: Seen) -> dict[str, RuleUse]:
        """By rule, what changed since the last call: hits so far, first and last time, CPU time spent since."""
        spent = {self._engine.rules[index].rule_id: seconds for index, seconds in self._engine.take_cost().items()}
        changed = {name for name, use in state.uses.items() if self._reported.get(name) != use.hits}
        self._reported.update({name: state.uses[name].hits for name in changed})
        found = {}
        for name in changed | spent.keys():
            use = state.uses.get(name)
            first, last = (utc(use.first_us), utc(use.last_us)) if use else (None, None)
            found[name] = RuleUse(use.hits if use else 0, first, last, spent.get(name, 0.0))
        return found

    def _close(self, state: Seen, window: int, due: dict[Key, None]) -> Iterator[Finding]:
        """Tell what is left of the open window when a later one begins."""
        if state.window is None or state.window >= window:
            return
        for key, told in state.open.items():
            if told.count > told.told or key in due:
                yield self._finding(state, key, told)
        due.clear()
        state.open, state.window = {}, None

    def _collect(self, found: "_Found", start: int, end: int, state: Seen, due: dict[Key, None]) -> None:
        """Take the hits ``start`` to ``end``, all of the open window; ``due`` gets what is to be told at once."""
        for hit in range(start, end):
            rule = self._engine.rules[found.hits.rule[hit]]
            time_us = found.time_us(hit)
            use = state.uses.setdefault(rule.rule_id, Use(0, time_us))
            use.hits, use.last_us = use.hits + 1, time_us
            if rule.rule_id in self._muted:
                continue
            key = (rule.rule_id, found.entity(hit))
            told = state.open.get(key)
            if told is None:
                if len(state.open) >= self._max_keys:
                    continue
                told = state.open[key] = Told(reasons=account.reasons(found.evidence(hit)))
            found.add(hit, told)
            if told.due:
                told.told = told.count
                due[key] = None

    def _correlated(self, found: "_Found", events: pa.Table, state: Seen) -> Iterator[Finding]:
        """Hand the hits that correlations wait for to the correlator."""
        rules = self._engine.rules
        wanted = [hit for hit, rule in enumerate(found.hits.rule.tolist()) if rules[rule].rule_id in self._needed]
        if not wanted:
            return
        names = sorted(set().union(*self._needed.values()))
        rows = events.take(pa.array(found.hits.row[wanted]))
        batch = HitBatch(
            numbers(rows, "time"),
            [rules[found.hits.rule[hit]].rule_id for hit in wanted],
            [event_token(found.event_id(hit), found.entity(hit)) for hit in wanted],
            field_values(rows, [found.kind(hit) for hit in wanted], self._router, names),
        )
        yield from self._matches(state, state.correlator.take(batch))

    def _matches(self, state: Seen, matches: Sequence[CorrelationMatch]) -> Iterator[Finding]:
        """Count and tell matches, those of muted correlations counted only."""
        for match in matches:
            use = state.uses.setdefault(match.correlation, Use(0, match.time_us))
            use.hits, use.last_us = use.hits + 1, match.time_us
            if match.correlation not in self._muted:
                yield self._match(state, match)

    def _match(self, state: Seen, match: CorrelationMatch) -> Finding:
        correlation = self._correlations[match.correlation]
        told = conclusion(correlation, match, self._titles, self._hashes[match.correlation])
        return conclude(self.spec, state.tenant, told)

    def _finding(self, state: Seen, key: Key, told: Told) -> Finding:
        rule, entity = self._by_id[key[0]], key[1]
        start_us = (state.window or 0) * self._window_us
        conclusion = Conclusion(
            entity=entity,
            anchor=f"{rule.rule_id}|{start_us}",
            severity=account.SEVERITIES[rule.level],
            confidence=account.confidence(rule),
            first_us=told.first_us,
            last_us=told.last_us,
            title=rule.title,
            explanation=account.explanation(rule, entity, told.count),
            reasons=told.reasons or [("the rule holds for every event of its log source", 1.0)],
            notes=told.notes,
            event_count=told.count,
            where=self._where(rule, entity, told),
            entities=told.entities,
            attack=rule.attack,
            how_to_check=account.how_to_check(rule),
            features=_features(rule),
            rule_hash=self._hashes[rule.rule_id],
        )
        return conclude(self.spec, state.tenant, conclusion)

    def _where(self, rule: Rule, entity: str, told: Told) -> str:
        if told.count <= NAMED_EVENTS:
            return where_events(told.ids)
        condition = rule_where(rule, self._router, list(told.kinds))
        about = f"{entity_expression()} = {sql_text(entity)}"
        return where_window(told.first_us, told.last_us, f"({condition})", about)


class _Found:
    """The hits of one page with what findings need of their events, read for the rows that hit only."""

    def __init__(self, events: pa.Table, hits: Hits) -> None:
        self.hits = hits
        rows, at = np.unique(hits.row, return_inverse=True)
        self._at: list[int] = at.tolist()
        wanted = [name for name in events.column_names if name not in ("raw", "unmapped")]
        table = events.select(wanted).take(pa.array(rows))
        self._rows = Rows(table)
        self._entities = acting_entities(table)
        self._others = self._rows.lists("entity_ids")
        self._kinds = list(zip(*(self._rows.text(name) for name in KIND_COLUMNS), strict=True))

    def time_us(self, hit: int) -> int:
        return self._rows.times_us[self._at[hit]]

    def entity(self, hit: int) -> str:
        return self._entities[self._at[hit]]

    def evidence(self, hit: int) -> tuple[LeafEvidence, ...]:
        return self.hits.evidence[self.hits.evidence_index[hit]]

    def add(self, hit: int, told: Told) -> None:
        row = self._at[hit]
        event_id, time_us = self._rows.event_id(row), self._rows.times_us[row]
        told.add(event_id, time_us, account.notes(event_id, time_us, self.evidence(hit)))
        told.keep(self._others[row])
        told.kinds[self.kind(hit)] = None

    def kind(self, hit: int) -> KindKey:
        return cast("KindKey", self._kinds[self._at[hit]])

    def event_id(self, hit: int) -> bytes:
        return self._rows.event_id(self._at[hit])


def rule_hash(rule: Rule | Correlation) -> str:
    """32 hex digits over what the rule looks for: an edited rule is another one."""
    if isinstance(rule, Rule):
        text = repr((rule.rule_id, rule.logsource, rule.condition))
    else:
        text = repr(replace(rule, title="", level="", status="", tags=(), author="", description="", path="", line=0))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _features(rule: Rule) -> dict[str, float | int | str]:
    return {
        "rule": rule.rule_id,
        "rule_level": rule.level,
        "rule_status": rule.status,
        "rule_author": rule.author,
        "pack": rule.pack,
        "path": rule.path,
    }
