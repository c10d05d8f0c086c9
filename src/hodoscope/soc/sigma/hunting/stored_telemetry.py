"""What all events of a store have for Sigma, without reading them into memory.

ClickHouse says per kind of event which columns and which keys of ``unmapped`` ever have a value, in one pass. Places
inside JSON text are asked for only where some event has the text that should hold them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from hodoscope.soc.sigma.hunting.reads import needs_of
from hodoscope.soc.sigma.hunting.stored_router import may_name
from hodoscope.soc.sigma.interface import KIND_COLUMNS, FieldSource, KindKey, Router
from hodoscope.soc.sigma.routing.check import fields_of
from hodoscope.soc.sigma.routing.sql import kind_condition, value_expression
from hodoscope.soc.sigma.routing.values import ANY_END
from hodoscope.soc.sigma.rule import LogSource, Rule
from hodoscope.soc.sigma.stored_kinds import stored_kinds
from hodoscope.soc.storage.interface import EventStore

TOGETHER = 60
"""Places inside records that one query asks for: bounds the text of the query, not what it costs."""
Present = dict[KindKey, set[FieldSource]]


@dataclass(frozen=True, slots=True)
class StoredKind:
    """All stored events of one kind (a feed, see :mod:`hodoscope.soc.sigma.routing.telemetry`)."""

    kind: KindKey
    router: Router
    present: frozenset[FieldSource]

    def missing(self, name: str) -> str:
        """See the port; for fields of the rules that the telemetry was made for."""
        sources = self.router.sources(self.kind, name)
        return "" if any(one.constant or one in self.present for one in sources) else "no event has it"


@dataclass(frozen=True, slots=True)
class StoredTelemetry:
    """The kinds of event in a store."""

    router: Router
    kinds: Sequence[StoredKind]
    _feeds: dict[LogSource, list[StoredKind]] = field(default_factory=dict)

    def feeds(self, source: LogSource) -> Sequence[StoredKind]:
        """See the port."""
        if source not in self._feeds:
            self._feeds[source] = [held for held in self.kinds if self.router.logsources(held.kind, (source,))]
        return self._feeds[source]


def stored_telemetry(store: EventStore, tenant: str, router: Router, rules: Iterable[Rule]) -> StoredTelemetry:
    """What a tenant's events have of the fields these rules name."""
    names: dict[LogSource, set[str]] = defaultdict(set)
    for rule in rules:
        names[rule.logsource].update(fields_of(rule.condition))
    kinds = stored_kinds(store, tenant)
    asked = {
        kind: {
            source
            for logsource in router.logsources(kind, tuple(names))
            for name in names[logsource]
            for source in router.sources(kind, name)
            if source.column
        }
        for kind in kinds
    }
    present = _texts(store, tenant, asked)
    _look_inside(store, tenant, asked, present)
    return StoredTelemetry(router, [StoredKind(kind, router, frozenset(present[kind])) for kind in kinds])


def _texts(store: EventStore, tenant: str, asked: Mapping[KindKey, set[FieldSource]]) -> Present:
    """Per kind the columns and keys that some event has a value in; every event has a record."""
    wanted = {kind: {_whole(source) for source in sources} for kind, sources in asked.items()}
    needs = replace(needs_of(source for sources in wanted.values() for source in sources), record=False)
    columns = sorted(needs.columns)
    flags = [f"max({_has_value(FieldSource(name))})" for name in columns]
    keys = "groupUniqArrayArray(mapKeys(unmapped))" if needs.keys else "CAST([], 'Array(String)')"
    rows = store.query(
        f"SELECT {_KIND}, CAST([{', '.join(flags)}], 'Array(UInt8)') AS flags, {keys} AS keys "
        f"FROM (SELECT {', '.join(needs.expressions(str))} FROM events WHERE {_OWN}) GROUP BY {_KIND}",
        {"tenant": tenant},
    ).to_pylist()
    present: Present = {kind: set() for kind in asked}  # the store may change between two queries
    for row in rows:
        held = {name for name, flag in zip(columns, row["flags"], strict=True) if flag} | {_RECORD}
        kind, keys_held = _kind(row), frozenset(row["keys"])
        present[kind] = {one for one in wanted.get(kind, ()) if one.column in held or _is_among(one.key, keys_held)}
    return present


def _look_inside(store: EventStore, tenant: str, asked: Mapping[KindKey, set[FieldSource]], present: Present) -> None:
    """Add to ``present`` the places inside texts that some event has a value at."""
    alike: dict[FieldSource, list[KindKey]] = defaultdict(list)
    for kind, sources in asked.items():
        for source in sources - present[kind]:
            if _whole(source) in present[kind] and source != _whole(source):
                alike[source].append(kind)
    by_kinds: dict[tuple[KindKey, ...], list[FieldSource]] = defaultdict(list)
    for source, kinds in alike.items():
        by_kinds[tuple(kinds)].append(source)
    for kinds_alike, places in by_kinds.items():
        for begin in range(0, len(places), TOGETHER):
            part = places[begin : begin + TOGETHER]
            flags = ", ".join(f"max({_has_value(source)})" for source in part)
            rows = store.query(
                f"SELECT {_KIND}, [{flags}] AS flags FROM events "
                f"WHERE {_OWN} AND {kind_condition(kinds_alike)} GROUP BY {_KIND}",
                {"tenant": tenant},
            ).to_pylist()
            for row in rows:
                present[_kind(row)] |= {source for source, flag in zip(part, row["flags"], strict=True) if flag}


def _whole(source: FieldSource) -> FieldSource:
    """The whole text that a place is inside of, or in other words."""
    return FieldSource(source.column, source.key)


def _has_value(source: FieldSource) -> str:
    value = value_expression((source,))
    test = f"notEmpty({value.sql})"
    return f"if({may_name(source.path)}, {test}, 0)" if source.column == _RECORD else test


def _is_among(key: str, keys: frozenset[str]) -> bool:
    return any(one.startswith(key[:-1]) for one in keys) if key.endswith(ANY_END) else key in keys


def _kind(row: Mapping[str, object]) -> KindKey:
    return cast("KindKey", tuple(str(row[name]) for name in KIND_COLUMNS))


_KIND = ", ".join(KIND_COLUMNS)
_OWN = "tenant_id = {tenant:String}"
_RECORD = "raw"
