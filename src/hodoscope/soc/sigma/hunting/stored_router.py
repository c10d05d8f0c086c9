"""Routing for the engine behind a hunt: what stands inside a record is taken out by ClickHouse.

A whole record in the distinct combinations would make every event its own. So each place inside one becomes a list
column of the query's result, with a name of its own, and the engine is told to read that. Only records that ClickHouse
cannot open (invalid UTF-8, half a surrogate pair, a line end inside a text) reach the engine as they are, which can.

Not told right: of a name that an object has twice, ClickHouse takes the first and the engine the last.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hodoscope.soc.sigma.hunting.comparison import all_of, any_of
from hodoscope.soc.sigma.interface import FieldSource, KindKey, Router
from hodoscope.soc.sigma.routing.sql import ValueExpression, value_expression
from hodoscope.soc.sigma.rule import LogSource
from hodoscope.soc.sigma.sql_literal import quoted, quoted_list

_RECORD = "raw"
UNOPENED = "record != ''"
"""Condition of events whose record the engine has to open, in a query that selects it."""
_ORDINARY = re.compile(r"[A-Za-z0-9_@. -]+")


@dataclass(slots=True)
class StoredRouter:
    """A router whose sources are columns only. Names stay the same for as long as it lives."""

    router: Router
    _names: dict[tuple[FieldSource, ...], str] = field(default_factory=dict)
    _sql: dict[str, str] = field(default_factory=dict)
    _named: dict[str, str] = field(default_factory=dict)

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

    def expression(self, column: str, only: str = "1", others: Iterable[str] = ()) -> str:
        """What to select for a column that a source names, beside ``others``.

        Records outside the condition ``only``, or without any of the names looked for, are not opened.
        """
        if column == _RECORD:
            named = any_of([self._named[name] for name in others if name in self._named]) if others else "1"
            return f"if({all_of([only, named])}, if(isValidJSON(raw), '', raw), '') AS record"
        sql = self._sql.get(column)
        if sql is None:
            return column
        # Within a lambda over no or one record: it is not looked into any other, whatever the functions are.
        record = f"if({all_of([only, self._named[column], 'isValidJSON(raw)'])}, [raw], [])"
        return f"arrayFlatten(arrayMap(raw -> {sql}, {record})) AS {column}"

    def value(self, sources: Sequence[FieldSource]) -> ValueExpression:
        """What such sources hold, in a query that selects their columns; of records that are not opened, nothing."""
        return value_expression([source for source in sources if source.column != _RECORD], self._sql)

    def _column(self, inside: Sequence[FieldSource]) -> list[FieldSource]:
        if not inside:
            return []
        key = tuple(inside)
        name = self._names.setdefault(key, f"inside_{len(self._names)}")
        if name not in self._sql:
            *heads, last = map(_values, key)
            self._sql[name] = _first(heads, last)
            self._named[name] = any_of([may_name(source.path[-1:]) for source in key])
        return [FieldSource(name), *inside]


def _first(heads: Sequence[str], last: str) -> str:
    for head in reversed(heads):
        last = f"if(notEmpty({head}), {head}, {last})"
    return last


def _values(source: FieldSource) -> str:
    """Values at one place. A record that lacks a key's name is not opened; one opened at the first go not again."""
    slow = value_expression((source,)).array
    if source.table or not source.path or not all(map(_ORDINARY.fullmatch, source.path)):
        return slow
    direct = f"JSONExtractRaw(raw, {quoted_list(source.path)})"
    # Objects and lists are read as everywhere; numbers and truths are their text.
    is_odd = f"{direct} = '' OR {direct} = 'null' OR startsWith({direct}, '[') OR startsWith({direct}, '{{')"
    plain = f"if(startsWith({direct}, '\"'), JSONExtractString({direct}), {direct})"
    return f"if({may_name(source.path)}, if({is_odd}, {slow}, arrayFilter(v -> v != '', [{plain}])), [])"


def may_name(path: Sequence[str]) -> str:
    """Condition of records that may hold all these names: a name stands there in quotes, or is spelled with escapes."""
    if not path or not all(map(_ORDINARY.fullmatch, path)):
        return "1"
    names = all_of([f"position(raw, {quoted(chr(34) + step + chr(34))}) > 0" for step in path])
    return any_of([names, "position(raw, '\\\\u00') > 0"])
