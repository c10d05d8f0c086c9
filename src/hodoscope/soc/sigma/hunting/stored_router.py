"""Routing for the engine behind a hunt: what stands inside a record is taken out by ClickHouse.

A whole record in the distinct combinations would make every event its own. So each place inside one becomes a list
column of the query's result, with a name of its own, and the engine is told to read that. Only records that ClickHouse
cannot open (invalid UTF-8, half a surrogate pair, a line end inside a text) reach the engine as they are, which can.

Not told right: of a name that an object has twice, ClickHouse takes the first and the engine the last.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from hodoscope.soc.sigma.interface import FieldSource, KindKey, Router
from hodoscope.soc.sigma.routing.sql import value_expression
from hodoscope.soc.sigma.rule import LogSource
from hodoscope.soc.sigma.sql_literal import quoted, quoted_list

_RECORD = "raw"
_ORDINARY = re.compile(r"[A-Za-z0-9_@. -]+")


@dataclass(slots=True)
class StoredRouter:
    """A router whose sources are columns only. Names stay the same for as long as it lives."""

    router: Router
    _names: dict[tuple[FieldSource, ...], str] = field(default_factory=dict)
    _sql: dict[str, str] = field(default_factory=dict)

    def logsources(self, kind: KindKey, wanted: Sequence[LogSource]) -> frozenset[LogSource]:
        """See the port."""
        return self.router.logsources(kind, wanted)

    def sources(self, kind: KindKey, field: str) -> tuple[FieldSource, ...]:
        """See the port. Places inside the record that follow each other are one column: its first one with a value."""
        found: list[FieldSource] = []
        inside: list[FieldSource] = []
        for source in self.router.sources(kind, field):
            if source.column == _RECORD:
                inside.append(source)
                continue
            found += self._column(inside)
            inside = []
            found.append(source)
        return (*found, *self._column(inside))

    def _column(self, inside: Sequence[FieldSource]) -> list[FieldSource]:
        if not inside:
            return []
        key = tuple(inside)
        name = self._names.setdefault(key, f"inside_{len(self._names)}")
        if name not in self._sql:
            *heads, last = map(_values, key)
            self._sql[name] = _first(heads, last)
        return [FieldSource(name), *inside]

    def expression(self, column: str, only: str = "") -> str:
        """What to select for a column that a source names; records outside the condition ``only`` are not opened."""
        if column == _RECORD:
            wanted = f"{only} AND NOT isValidJSON(raw)" if only else "NOT isValidJSON(raw)"
            return f"if({wanted} AND position(raw, '{{') > 0, raw, '') AS record"
        sql = self._sql.get(column)
        if sql is None:
            return column
        wanted = f"{only} AND isValidJSON(raw)" if only else "isValidJSON(raw)"
        return f"CAST(if({wanted}, {sql}, []), 'Array(String)') AS {column}"


def _first(heads: Sequence[str], last: str) -> str:
    for head in reversed(heads):
        last = f"if(notEmpty({head}), {head}, {last})"
    return last


def _values(source: FieldSource) -> str:
    """Values at one place. A record that lacks a key's name is not opened; one opened at the first go not again."""
    slow = value_expression((source,)).array
    if source.table or not source.path or not all(map(_ORDINARY.fullmatch, source.path)):
        return slow
    keys = [quoted(f'"{step}"') for step in source.path]
    names = " AND ".join(f"position(raw, {key}) > 0" for key in keys)
    direct = f"JSONExtractRaw(raw, {quoted_list(source.path)})"
    # Objects and lists are read as everywhere; numbers and truths are their text.
    is_odd = f"{direct} = '' OR {direct} = 'null' OR startsWith({direct}, '[') OR startsWith({direct}, '{{')"
    plain = f"if(startsWith({direct}, '\"'), JSONExtractString({direct}), {direct})"
    named = f"({names}) OR position(raw, '\\\\u00') > 0"  # a name may be spelled with escapes
    return f"if({named}, if({is_odd}, {slow}, arrayFilter(v -> v != '', [{plain}])), [])"
