"""What a hunt reads: kinds of events that need the same columns share a query, small ones share one among them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from hodoscope.soc.sigma.interface import KIND_COLUMNS, FieldSource, KindKey
from hodoscope.soc.sigma.routing.sql import kind_condition
from hodoscope.soc.sigma.sql_literal import quoted, quoted_list
from hodoscope.soc.sigma.streaming.plan import Plan

SMALL = 0.02
"""Share of all events below which a set of kinds is not worth a query of its own: each looks at every event's kind."""


class KindSize(NamedTuple):
    """How much of a kind there is; ``record_bytes`` is the size of its raw records."""

    events: int
    record_bytes: int


@dataclass(frozen=True, slots=True)
class Needs:
    """Parts of an event row."""

    columns: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()  # of unmapped; one that ends in * stands for all that begin so
    record: bool = False

    def __or__(self, other: "Needs") -> "Needs":
        return Needs(self.columns | other.columns, self.keys | other.keys, self.record or other.record)

    def expressions(self, column: Callable[[str], str]) -> list[str]:
        """The SELECT list, kind first; ``column`` says what to select for a column."""
        found = [*KIND_COLUMNS, *map(column, sorted(self.columns - set(KIND_COLUMNS)))]
        exact = sorted(key for key in self.keys if not key.endswith("*"))
        tests = [f"startsWith(k, {quoted(key[:-1])})" for key in sorted(self.keys) if key.endswith("*")]
        tests += [f"k IN ({quoted_list(exact)})"] if exact else []
        if tests:
            kept = f"mapFilter((k, v) -> v != '' AND ({' OR '.join(tests)}), unmapped)"
            found.append(f"CAST({kept}, 'Map(String, String)') AS unmapped")
        return [*found, column("raw")] if self.record else found


def needs_of(sources: Iterable[FieldSource]) -> Needs:
    """What must be read to read these."""
    places = [source for source in sources if source.column]
    return Needs(
        frozenset(source.column for source in places if source.column not in ("unmapped", "raw")),
        frozenset(source.key for source in places if source.column == "unmapped"),
        any(source.column == "raw" for source in places),
    )


def plan_needs(plan: Plan) -> Needs:
    """What the rules of a plan read, evidence included."""
    return needs_of(source for sources in plan.sources.values() for source in sources)


@dataclass(frozen=True, slots=True)
class Read:
    """One query's worth of kinds (a condition)."""

    kinds: str
    needs: Needs
    size: KindSize
    hit: str = "1"
    """Condition of the events worth reading."""
    members: tuple[KindKey, ...] = ()
    alike: bool = False
    """Whether all members need the same."""
    only: Mapping[str, str] = field(default_factory=dict)
    """Column → condition of the kinds that need it, where others share the read."""


def reads(needs: Mapping[KindKey, Needs], sizes: Mapping[KindKey, KindSize]) -> list[Read]:
    """Every kind in one read, largest read first."""
    alike: dict[Needs, list[KindKey]] = defaultdict(list)
    for kind, needed in needs.items():
        alike[needed].append(kind)
    least = SMALL * sum(size.events for size in sizes.values())
    few: list[KindKey] = []
    found: list[Read] = []
    for needed, kinds in alike.items():
        size = total(sizes[kind] for kind in kinds)
        if size.events < least and not needed.record:
            few += kinds
        else:
            found.append(Read(among(kinds, sizes), needed, size, members=tuple(kinds), alike=True))
    if few:
        found.append(_shared({kind: needs[kind] for kind in few}, sizes))
    return sorted(found, key=lambda read: -read.size.events)


def _shared(needs: Mapping[KindKey, Needs], sizes: Mapping[KindKey, KindSize]) -> Read:
    """Different needs in one read."""
    together = Needs()
    for needed in needs.values():
        together |= needed
    users = {column: [kind for kind in needs if column in needs[kind].columns] for column in together.columns}
    users["raw"] = [kind for kind in needs if needs[kind].record]
    only = {column: among(kinds, needs) for column, kinds in users.items() if len(kinds) < len(needs)}
    return Read(among(needs, sizes), together, total(sizes[kind] for kind in needs), members=tuple(needs), only=only)


def among(kinds: Iterable[KindKey], known: Iterable[KindKey]) -> str:
    """A condition true for these of the known kinds, over as few columns as tell them from the others."""
    wanted = set(kinds)
    others = set(known) - wanted
    chosen: list[int] = []
    while others:
        best = min(
            set(range(len(KIND_COLUMNS))) - set(chosen), key=lambda at: len(_alike(others, wanted, [at])), default=None
        )
        if best is None:
            return kind_condition(wanted)
        chosen.append(best)
        others = _alike(others, wanted, [best])
    if not chosen:
        return "1"
    sets = [(KIND_COLUMNS[at], sorted({kind[at] for kind in wanted})) for at in chosen]
    return " AND ".join(f"{name} IN ({quoted_list(values)})" for name, values in sets)


def _alike(others: set[KindKey], wanted: set[KindKey], columns: list[int]) -> set[KindKey]:
    """Others that agree with some wanted kind in each of these columns."""
    values = [{kind[at] for kind in wanted} for at in columns]
    return {kind for kind in others if all(kind[at] in held for at, held in zip(columns, values, strict=True))}


def total(sizes: Iterable[KindSize]) -> KindSize:
    """All of them together (at least one)."""
    events, record_bytes = (sum(part) for part in zip(*sizes, strict=True))
    return KindSize(events, record_bytes)
