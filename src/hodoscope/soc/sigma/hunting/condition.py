"""A rule's condition as one ClickHouse condition: the tree as AND, OR and NOT over comparisons that are never NULL.

Alternatives that differ in their literal only become one comparison (``IN``, ``multiSearchAny``), so that a rule of a
thousand literals stays one pass over the column.
"""

from collections.abc import Callable, Sequence

import orjson

from hodoscope.soc.sigma.hunting.comparison import (
    all_of,
    any_of,
    compare,
    compare_fields,
    folded,
    glob_pattern,
)
from hodoscope.soc.sigma.routing.sql import ValueExpression
from hodoscope.soc.sigma.rule import All, Leaf, Match, Node, Not

RAW = "raw"
_OF_FIELD = frozenset((Match.EQUALS_FIELD, Match.CONTAINS_FIELD, Match.STARTSWITH_FIELD, Match.ENDSWITH_FIELD))


FieldValue = Callable[[str], ValueExpression | None]
"""Field name → its value in the events asked for, None when they never have it."""


def condition(node: Node, value_of: FieldValue) -> str:
    """SQL that is 1 where the condition holds and 0 elsewhere."""
    if isinstance(node, Leaf):
        return _leaves((node,), value_of)
    if isinstance(node, Not):
        return _negated(condition(node.part, value_of))
    if isinstance(node, All):
        return all_of([condition(part, value_of) for part in node.parts])
    groups: dict[object, list[Leaf]] = {}
    others: list[str] = []
    for part in node.parts:
        if isinstance(part, Leaf) and part.match not in _OF_FIELD:
            groups.setdefault((part.field, part.match, part.cased, part.flags), []).append(part)
        else:
            others.append(condition(part, value_of))
    return any_of([_leaves(group, value_of) for group in groups.values()] + others)


def _negated(part: str) -> str:
    return {"0": "1", "1": "0"}.get(part) or f"NOT ({part})"


def _leaves(leaves: Sequence[Leaf], value_of: FieldValue) -> str:
    """Any of several leaves that differ in their literal only."""
    first = leaves[0]
    if not first.field:
        return any_of([_keyword(leaf) for leaf in leaves])
    value = value_of(first.field)
    if value is None:
        return "0"
    if first.match in _OF_FIELD:
        return _two_fields(first, value, value_of(first.value))
    literals = [leaf.value for leaf in leaves]
    if not value.many:
        return compare(first.match, literals, value.sql, cased=first.cased, flags=first.flags)
    if first.match is Match.EXISTS:
        return f"notEmpty({value.sql})"
    test = compare(first.match, literals, "x", cased=first.cased, flags=first.flags)
    return test if test in ("0", "1") else f"arrayExists(x -> {test}, {value.sql})"


def _two_fields(leaf: Leaf, value: ValueExpression, other: ValueExpression | None) -> str:
    if other is None:
        return "0"
    left, right = ("x" if value.many else value.sql), ("y" if other.many else other.sql)
    test = compare_fields(leaf.match, left, right, cased=leaf.cased)
    if other.many:
        test = f"arrayExists(y -> {test}, {other.sql})"
    return f"arrayExists(x -> {test}, {value.sql})" if value.many else test


def _keyword(leaf: Leaf) -> str:
    """Anywhere in the record, whatever the text kind; a record that is a JSON object holds the JSON spelling."""
    if leaf.match is Match.REGEX:
        return compare(Match.REGEX, [leaf.value], f"toValidUTF8({RAW})", flags=leaf.flags)
    if leaf.match is Match.GLOB:
        plain, in_json = (_anywhere(text, cased=leaf.cased) for text in (leaf.value, _glob_in_json(leaf.value)))
    elif leaf.match in (Match.EQUALS, Match.CONTAINS, Match.STARTSWITH, Match.ENDSWITH):
        spelled = (leaf.value, json_spelling(leaf.value))
        plain, in_json = (compare(Match.CONTAINS, [text], RAW, cased=leaf.cased) for text in spelled)
    else:
        return "0"  # order, network and the like have no meaning in a whole record
    return plain if plain == in_json else f"if(startsWith({RAW}, '{{'), {in_json}, {plain})"


def _anywhere(glob: str, *, cased: bool) -> str:
    """``compare`` knows a wildcard pattern for whole values only; here its expression is searched for."""
    pattern = glob_pattern(glob if cased else folded(glob))
    record = f"toValidUTF8({RAW})" if cased else f"lower(toValidUTF8({RAW}))"
    return compare(Match.REGEX, [pattern], record, flags="s")


def _glob_in_json(glob: str) -> str:
    """The wildcard pattern with its literal parts in JSON spelling, their backslashes escaped for the pattern again."""
    found, position = "", 0
    while position < len(glob):
        character, following = glob[position], glob[position + 1 : position + 2]
        if character == "\\" and following and following in "*?\\":
            found += _literal(following)
            position += 1
        else:
            found += character if character in "*?" else _literal(character)
        position += 1
    return found


def _literal(character: str) -> str:
    spelled = json_spelling(character).replace("\\", "\\\\")
    return f"\\{spelled}" if spelled in ("*", "?") else spelled


def json_spelling(text: str) -> str:
    """How a text stands inside a JSON string."""
    return orjson.dumps(text.encode("utf-8", "replace").decode()).decode()[1:-1]
