"""What telemetry has for Sigma: which log sources, and which of their fields ever have a value.

Two kinds: events that were seen (a sample or a page of the store), and what the products we read can write at all.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.soc.sigma.interface import KIND_COLUMNS, KindKey
from hodoscope.soc.sigma.routing.log_source_files import CONDITIONS, Entry
from hodoscope.soc.sigma.routing.router import LogSourceRouter
from hodoscope.soc.sigma.routing.values import Values
from hodoscope.soc.sigma.rule import LogSource


class Feed(Protocol):
    """One stream of events of a log source, all of one kind."""

    def missing(self, name: str) -> str:
        """Why no event of the feed has a value in a field; empty when some may have."""


class Telemetry(Protocol):
    """Something rules can be checked against."""

    def feeds(self, source: LogSource) -> Sequence[Feed]:
        """The feeds of a rule's log source."""


@dataclass(slots=True)
class Seen:
    """Events that were seen, by kind. ``add`` any number of tables; a field has a value when one of its events does."""

    router: LogSourceRouter
    _tables: dict[KindKey, list[Values]] = field(default_factory=dict)
    _feeds: dict[LogSource, tuple["SeenKind", ...]] = field(default_factory=dict)

    def add(self, events: pa.Table) -> None:
        """Some more events."""
        self._feeds = {}
        for kind, part in by_kind(events):
            self._tables.setdefault(kind, []).append(Values(part))

    @property
    def kinds(self) -> tuple[KindKey, ...]:
        """The kinds seen."""
        return tuple(sorted(self._tables))

    def feeds(self, source: LogSource) -> Sequence["SeenKind"]:
        """See the port."""
        if source not in self._feeds:
            self._feeds[source] = tuple(
                SeenKind(self.router, kind, tables)
                for kind, tables in self._tables.items()
                if self.router.logsources(kind, [source])
            )
        return self._feeds[source]


@dataclass(slots=True)
class SeenKind:
    """The events of one kind."""

    router: LogSourceRouter
    kind: KindKey
    tables: Sequence[Values]
    _known: dict[str, str] = field(default_factory=dict)

    def missing(self, name: str) -> str:
        """See the port."""
        if name not in self._known:
            sources = self.router.sources(self.kind, name)
            some = any(len(table.distinct(sources).texts) for table in self.tables)
            self._known[name] = "" if some else "no event has it"
        return self._known[name]


def by_kind(events: pa.Table) -> Iterator[tuple[KindKey, pa.Table]]:
    """An event table by kind."""
    names = [name for name in KIND_COLUMNS if name in events.column_names]
    if not events.num_rows:
        return
    plain = pa.table({name: pc.fill_null(events.column(name).cast(pa.string()), "") for name in names})
    keys = pc.binary_join_element_wise(*(plain.column(name) for name in names), "\0").combine_chunks()
    encoded = pc.dictionary_encode(keys)
    for number, key in enumerate(encoded.dictionary.to_pylist()):
        held = dict(zip(names, key.split("\0"), strict=True))
        code, rule, provider, log, event = (held.get(name, "") for name in KIND_COLUMNS)
        yield (code, rule, provider, log, event), events.filter(pc.equal(encoded.indices, number))


@dataclass(slots=True)
class Supported:
    """What the shipped log-source files and mappings can give, whatever anybody's telemetry holds."""

    router: LogSourceRouter
    _feeds: dict[LogSource, tuple["PossibleFeed", ...]] = field(default_factory=dict)

    def feeds(self, source: LogSource) -> Sequence["PossibleFeed"]:
        """See the port."""
        if source not in self._feeds:
            self._feeds[source] = tuple(
                PossibleFeed(self.router, entry, kind)
                for entry in self.router.entries
                if entry.covers(source)
                for kind in self._kinds(entry)
            )
        return self._feeds[source]

    @property
    def products(self) -> frozenset[str]:
        """Products that have a log source."""
        return frozenset(product for entry in self.router.entries for product in entry.products)

    def _kinds(self, entry: Entry) -> Iterable[KindKey]:
        """A kind for each format and mapping rule that can fall under the entry."""
        rest = [next(iter(_asked(entry, name)), "") for name in CONDITIONS[2:]]
        provider, channel, code = rest
        for name in _asked(entry, "format"):
            mapping = self.router.mappings.get(name)
            for rule in mapping.rules if mapping else ():
                kind = (name, rule.name, provider, channel, code)
                if entry.holds(kind):
                    yield kind


def _asked(entry: Entry, name: str) -> tuple[str, ...]:
    """Values of one kind column that the entry's innermost condition on it asks for; a beginning stands for itself."""
    for condition in reversed(entry.when):
        test = condition.tests[CONDITIONS.index(name)]
        if test is not None:
            return (*test[0], *test[1])
    return ()


@dataclass(frozen=True, slots=True)
class PossibleFeed:
    """A kind of event that an entry covers."""

    router: LogSourceRouter
    entry: Entry
    kind: KindKey

    def missing(self, name: str) -> str:
        """See the port."""
        lower = name.lower()
        why = next((why for absent, why in self.entry.absent.items() if absent.lower() == lower), "")
        if why:
            return why
        if self.entry.known and lower not in {known.lower() for known in self.entry.known}:
            return "these events have no such field"
        return "" if self.router.sources(self.kind, name) else "this format keeps no such field"
