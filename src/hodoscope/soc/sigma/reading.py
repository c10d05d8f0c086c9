"""What a rule set reads of the kinds of event that a store holds: the columns it needs, and the kinds worth reading.

Rules of another product, and kinds that no rule applies to, cost nothing: their columns and rows are not read.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hodoscope.soc.sigma.hunting.where import fields_of
from hodoscope.soc.sigma.interface import KIND_COLUMNS, KindKey, Router
from hodoscope.soc.sigma.routing.sql import kind_condition
from hodoscope.soc.sigma.rule import LogSource, Rule, leaves

RAW = "raw"


@dataclass(frozen=True, slots=True)
class Reading:
    """Columns (the kind columns first) and the SQL condition for the rows worth reading."""

    columns: tuple[str, ...]
    where: str


def reading(rules: Iterable[Rule], fields: Iterable[str], router: Router, kinds: Sequence[KindKey]) -> Reading:
    """What the rules read of events of these kinds; ``fields`` are read wherever they are (what correlations count)."""
    by_source: dict[LogSource, set[str]] = defaultdict(set)
    for rule in rules:
        by_source[rule.logsource].update(fields_of(rule.condition))
        if any(not leaf.field for leaf in leaves(rule.condition)):
            by_source[rule.logsource].add("")
    wanted, extra = tuple(by_source), tuple(fields)
    columns: dict[str, None] = dict.fromkeys(KIND_COLUMNS)
    read: list[KindKey] = []
    for kind in kinds:
        found = router.logsources(kind, wanted)
        if not found:
            continue
        read.append(kind)
        for name in {*extra, *(name for source in found for name in by_source[source])}:
            if not name:
                columns[RAW] = None
            for place in router.sources(kind, name) if name else ():
                if place.column:
                    columns[place.column] = None
    return Reading(tuple(columns), kind_condition(read))
