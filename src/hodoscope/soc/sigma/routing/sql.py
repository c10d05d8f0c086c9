"""Kinds and field sources as ClickHouse expressions over the events table: the same values as ``values.distinct``.

What one would get wrong: an absent key of a map reads as the empty text, which is "no value" here too, so nothing needs
to tell the two apart; JSON functions give ``null`` its text, which must not become a value.
"""

from collections.abc import Container, Iterable, Sequence
from math import prod
from typing import NamedTuple

from hodoscope.soc.columns import ALL
from hodoscope.soc.sigma.interface import KIND_COLUMNS, FieldSource, KindKey
from hodoscope.soc.sigma.routing.json_values import ELEMENTS
from hodoscope.soc.sigma.routing.values import ANY_END
from hodoscope.soc.sigma.sql_literal import quoted, quoted_list

_LISTS = frozenset(column.name for column in ALL if column.kind == "list")
_TEXTS = frozenset(column.name for column in ALL if column.kind in ("lc", "text"))
_PORTS = frozenset(column.name for column in ALL if column.kind == "port")


class ValueExpression(NamedTuple):
    """``sql`` is ``Array(String)`` without empty texts when ``many``, else ``String`` (empty: no value)."""

    sql: str
    many: bool

    @property
    def array(self) -> str:
        """The values as an array, whatever their number."""
        return self.sql if self.many else f"arrayFilter(v -> v != '', [{self.sql}])"


def kind_condition(kinds: Iterable[KindKey]) -> str:
    """Rows whose kind is one of these; false for none.

    Each column for itself first: the engine tests that on dictionaries before it reads anything else. The combinations
    follow where the columns alone would let others through.
    """
    rows = sorted(set(kinds))
    if not rows:
        return "0"
    sets = [sorted(set(column)) for column in zip(*rows, strict=True)]
    tests = [f"{name} IN ({quoted_list(values)})" for name, values in zip(KIND_COLUMNS, sets, strict=True)]
    if prod(map(len, sets)) > len(rows):
        tests.append(f"({', '.join(KIND_COLUMNS)}) IN ({', '.join(f'({quoted_list(row)})' for row in rows)})")
    return " AND ".join(tests)


def value_expression(sources: Sequence[FieldSource], lists: Container[str] = ()) -> ValueExpression:
    """The values of the first source that has any; the empty text when there is no source.

    ``lists`` are columns of a query, ``Array(String)`` without empty texts, that sources may name as well.
    """
    if len(sources) == 1 and _is_text(sources[0]):
        return ValueExpression(sources[0].column, many=False)  # as it is: the engine looks at its dictionary only
    found = [
        ValueExpression(source.column, many=True) if source.column in lists else _translated(_source(source), source)
        for source in sources
    ]
    if not found:
        return ValueExpression("''", many=False)
    *others, result = found
    for one in reversed(others):
        many = one.many or result.many
        first, rest = (one.array, result.array) if many else (one.sql, result.sql)
        result = ValueExpression(f"if({first} != {'[]' if many else quoted('')}, {first}, {rest})", many)
    return result


def _is_text(source: FieldSource) -> bool:
    """A whole text column, the same text in every query."""
    return source.column in _TEXTS and not (source.path or source.table)


def _translated(found: ValueExpression, source: FieldSource) -> ValueExpression:
    if not source.table:
        return found
    old, new = (f"[{quoted_list(words)}]" for words in zip(*source.table, strict=True))
    if not found.many:
        return ValueExpression(f"transform({found.sql}, {old}, {new}, '')", many=False)
    words = f"arrayMap(v -> transform(v, {old}, {new}, ''), {found.sql})"
    return ValueExpression(f"arrayFilter(v -> v != '', {words})", many=True)


def _source(source: FieldSource) -> ValueExpression:
    if not source.column:
        return ValueExpression(quoted(source.constant), many=False)
    if source.key.endswith(ANY_END):
        start = quoted(source.key[:-1])
        held = f"arrayFilter(v -> v != '', mapValues(mapFilter((k, v) -> startsWith(k, {start}), {source.column})))"
        return ValueExpression(held, many=True)
    if not source.key and source.column in _LISTS:
        return ValueExpression(f"arrayFilter(v -> v != '', CAST({source.column}, 'Array(String)'))", many=True)
    held = f"{source.column}[{quoted(source.key)}]" if source.key else f"CAST({source.column}, 'String')"
    if source.column in _PORTS:
        held = f"ifNull(toString({source.column}), '')"
    if not source.path:
        return ValueExpression(held, many=False)
    if source.path == (ELEMENTS,):
        is_list = f"startsWith({held}, '[') AND isValidJSON({held})"
        return ValueExpression(f"if({is_list}, {_texts(f'[{held}]')}, arrayFilter(v -> v != '', [{held}]))", many=True)
    nodes = f"[{held}]"
    for step in source.path:
        if step != ELEMENTS:
            nodes = _step(nodes, step)
    return ValueExpression(_texts(nodes), many=True)


def _step(nodes: str, step: str) -> str:
    if step[:1] != "[":
        return f"arrayMap(v -> JSONExtractRaw(v, {quoted(step)}), {_spread(nodes)})"
    key, equals, wanted = step[1:-1].partition("=")
    if equals:
        lists = _spread(f"arrayFilter(v -> startsWith(v, '['), {nodes})")
        return f"arrayFilter(v -> JSONExtractString(v, {quoted(key)}) = {quoted(wanted)}, {lists})"
    return f"arrayMap(v -> JSONExtractArrayRaw(v)[{int(key) + 1}], arrayFilter(v -> startsWith(v, '['), {nodes}))"


def _spread(nodes: str) -> str:
    """Raw JSON nodes with each list replaced by its elements."""
    return f"arrayFlatten(arrayMap(v -> if(startsWith(v, '['), JSONExtractArrayRaw(v), [v]), {nodes}))"


def _texts(nodes: str) -> str:
    """Texts of raw JSON nodes, a list's elements each; without null and empty ones."""
    text = "startsWith(v, '\"'), JSONExtractString(v)"  # also an integer beyond 64 bits: ClickHouse has made it text
    plain = f"multiIf(v = 'null', '', {text}, v = '-0', '0', {_unescaped('v')})"
    return f"arrayFilter(v -> v != '', arrayMap(v -> {plain}, {_spread(nodes)}))"


def _unescaped(nested: str) -> str:
    """Text of a nested value without the escapes that only ClickHouse writes: of ``/`` and of two line ends.

    JSON text holds no control characters, so one of them can stand for an escaped backslash meanwhile.
    """
    for old, new in (("\\\\", "\x01"), ("\\/", "/"), ("\\u2028", "\u2028"), ("\\u2029", "\u2029"), ("\x01", "\\\\")):
        nested = f"replaceAll({nested}, {quoted(old)}, {quoted(new)})"
    return nested
