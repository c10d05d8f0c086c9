"""Routing by the log-source files: which rules an event kind may answer, and where it keeps each field they name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from hodoscope.errors import MappingError
from hodoscope.soc.normalise.mapping import FormatMapping, shipped_mappings
from hodoscope.soc.normalise.paths import parse_path
from hodoscope.soc.sigma.interface import FieldSource, KindKey
from hodoscope.soc.sigma.routing.holding import CLOSED_PARSERS, Holding, path_of, written
from hodoscope.soc.sigma.routing.log_source_files import Entry, Place, shipped_logsources
from hodoscope.soc.sigma.rule import LogSource

_NEAR = ("format", "provider", "channel")


@dataclass(slots=True)
class _Alike:
    """What is the same for all kinds of the same entries and the same mapping rule."""

    entries: tuple[Entry, ...]
    sources: dict[str, tuple[FieldSource, ...]] = field(default_factory=dict)
    _covered: dict[LogSource, bool] = field(default_factory=dict)

    def covers(self, source: LogSource) -> bool:
        """Whether a rule's log source means these events."""
        found = self._covered.get(source)
        if found is None:
            found = self._covered[source] = any(entry.covers(source) for entry in self.entries)
        return found


@dataclass(slots=True)
class LogSourceRouter:
    """See :class:`hodoscope.soc.sigma.interface.Router`. Remembers what it was asked; kinds and fields are few."""

    mappings: Mapping[str, FormatMapping]
    entries: Sequence[Entry]
    _kinds: dict[KindKey, "_Alike"] = field(default_factory=dict)
    _alike: dict[tuple[str, str, tuple[int, ...]], "_Alike"] = field(default_factory=dict)
    _near: dict[tuple[str, str, str], tuple[int, ...]] = field(default_factory=dict)
    _holdings: dict[tuple[str, str], Holding] = field(default_factory=dict)
    _spellings: dict[str, dict[str, str]] = field(default_factory=dict)

    def logsources(self, kind: KindKey, wanted: Sequence[LogSource]) -> frozenset[LogSource]:
        """See the port."""
        return frozenset(filter(self._alike_of(kind).covers, wanted))

    def sources(self, kind: KindKey, field: str) -> tuple[FieldSource, ...]:
        """See the port. An absent field of an open format (JSON) still has a source: the key it would have."""
        known = self._alike_of(kind).sources
        found = known.get(field)
        if found is None:
            found = known[field] = tuple(dict.fromkeys(self._find(kind, field)))
        return found

    def entries_of(self, kind: KindKey) -> tuple[Entry, ...]:
        """The log sources that events of this kind belong to, the more special ones of a product first."""
        return self._alike_of(kind).entries

    def _alike_of(self, kind: KindKey) -> "_Alike":
        found = self._kinds.get(kind)
        if found is None:
            numbers = tuple(number for number in self._near_of(kind) if self.entries[number].holds(kind))
            alike = (kind[0], kind[1], numbers)
            if alike not in self._alike:
                self._alike[alike] = _Alike(tuple(self.entries[number] for number in numbers))
            found = self._kinds[kind] = self._alike[alike]
        return found

    def _near_of(self, kind: KindKey) -> tuple[int, ...]:
        """Numbers of the entries that some kind of the same format, provider and channel belongs to."""
        near = (kind[0], kind[2], kind[3])
        found = self._near.get(near)
        if found is None:
            entries = enumerate(self.entries)
            found = self._near[near] = tuple(n for n, entry in entries if entry.may_hold(kind, _NEAR))
        return found

    def holding(self, kind: KindKey) -> Holding | None:
        """Field places of the mapping rule that read events of this kind; None for a format that has no mapping."""
        mapping = self.mappings.get(kind[0])
        if mapping is None:
            return None
        found = self._holdings.get(kind[:2])
        if found is None:
            rule = next((rule for rule in mapping.rules if rule.name == kind[1]), mapping.rules[-1])
            found = self._holdings[kind[:2]] = Holding(mapping, rule)
        return found

    def places(self, kind: KindKey, field: str) -> tuple[Place, ...]:
        """What the log-source files say about a field of this kind; of several entries the first that knows it."""
        lower = field.lower()
        for entry in self.entries_of(kind):
            places = entry.fields.get(field)
            if places is None:
                places = next((held for name, held in entry.fields.items() if name.lower() == lower), None)
            if places is not None:
                return places
        return ()

    def _find(self, kind: KindKey, field: str) -> Iterator[FieldSource]:
        holding = self.holding(kind)
        places = self.places(kind, field)
        same = frozenset(place.path for place in places if place.path)
        for place in places:
            yield from _of_place(place, holding, same)
        if holding is None:
            yield FieldSource("unmapped", field)
            return
        if any(place.path == field for place in places):
            return
        path = path_of(field, holding.mapping.parser)
        if not _is_path(path):
            return  # a rule may name anything; no event of ours has a field of such a name
        spelling = self._spelling(holding.mapping, path)
        if spelling and spelling not in same:
            yield from holding.sources(spelling, same)
        if spelling != path and holding.mapping.parser not in CLOSED_PARSERS and path not in same:
            yield from holding.sources(path, same)

    def _spelling(self, mapping: FormatMapping, path: str) -> str:
        """The mapping's own spelling of a path: itself, or the only one that differs in case alone; else empty."""
        known = self._spellings.get(mapping.format)
        if known is None:
            known = self._spellings[mapping.format] = _spellings(mapping)
        return known.get(path) or known.get(path.lower(), "")


def _is_path(text: str) -> bool:
    try:
        parse_path(text)
    except MappingError:
        return False
    return True


def _spellings(mapping: FormatMapping) -> dict[str, str]:
    """Every path that the mapping names, and the lower-case form of those that are unique in it."""
    names: set[str] = set()
    for rule in mapping.rules:
        names |= rule.used
        for expression in rule.columns.values():
            names |= expression.paths()
    lower: dict[str, list[str]] = {}
    for name in names:
        lower.setdefault(name.lower(), []).append(name)
    unique = {small: found[0] for small, found in lower.items() if len(found) == 1}
    return {**unique, **{name: name for name in names}}


def _of_place(place: Place, holding: Holding | None, same: frozenset[str]) -> Iterator[FieldSource]:
    if place.path:
        found = holding.sources(place.path, same) if holding else (FieldSource("unmapped", place.path),)
        yield from (FieldSource(s.column, s.key, s.path, s.constant, place.table) for s in found)
    elif place.column:
        if holding is None:
            yield FieldSource(place.column, table=place.table)
            return
        expression = holding.rule.columns.get(place.column)
        if expression is not None:
            yield FieldSource(place.column, table=place.table)
    elif place.constant:
        yield FieldSource("", constant=place.constant)
    elif place.raw:
        yield FieldSource("raw", path=written(parse_path(place.raw)), table=place.table)
    else:
        yield FieldSource("unmapped", place.key, table=place.table)


def shipped_router(mappings: Mapping[str, FormatMapping] | None = None) -> LogSourceRouter:
    """The router of the shipped log-source files over these mappings (None: the shipped ones)."""
    return _shipped() if mappings is None else LogSourceRouter(mappings, shipped_logsources())


@cache
def _shipped() -> LogSourceRouter:
    return LogSourceRouter(shipped_mappings(), shipped_logsources())
