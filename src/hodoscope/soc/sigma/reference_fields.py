"""How the judge reads an event row: a row of an event table as plain Python and a router's sources → text values.

Like :mod:`hodoscope.soc.sigma.reference` slow, plain, and sharing nothing with the engines.
"""

import json
from collections.abc import Iterable, Mapping

from hodoscope.soc.sigma.interface import KIND_COLUMNS, FieldSource, KindKey, Router

Row = Mapping[str, object]
"""One row as ``pyarrow.Table.to_pylist`` gives it: the unmapped map is a list of pairs, raw is bytes."""


def kind_of(row: Row) -> KindKey:
    """The row's event kind."""
    code, rule, provider, log, event = (str(row.get(name) or "") for name in KIND_COLUMNS)
    return code, rule, provider, log, event


def raw_of(row: Row) -> str:
    """The record as text; bytes that are no UTF-8 read as U+FFFD."""
    raw = row.get("raw") or b""
    return raw.decode(errors="replace") if isinstance(raw, bytes) else str(raw)


def event_fields(row: Row, router: Router, names: Iterable[str]) -> dict[str, list[str]]:
    """The named vendor fields of a row that have a value. Of a field's sources the first one with a value counts."""
    kind = kind_of(row)
    found: dict[str, list[str]] = {}
    for name in names:
        for source in router.sources(kind, name):
            if values := [value for value in source_values(row, source) if value]:
                found[name] = values
                break
    return found


def source_values(row: Row, source: FieldSource) -> list[str]:
    """What the row holds at one source; empty texts may be among it."""
    values = _held(row, source)
    return [dict(source.table).get(value, "") for value in values] if source.table else values


def _held(row: Row, source: FieldSource) -> list[str]:
    if source.constant:
        return [source.constant]
    held = row.get(source.column)
    if source.column == "raw":
        held = raw_of(row)
    elif source.key:
        pairs = held.items() if isinstance(held, dict) else held or ()
        if source.key.endswith("*"):
            return [value for key, value in pairs if key.startswith(source.key[:-1])]  # type: ignore[attr-defined]  # pairs
        held = next((value for key, value in pairs if key == source.key), "")  # type: ignore[attr-defined]  # pairs
    if not source.path:
        return [str(value) for value in held if value] if isinstance(held, list) else [_plain(held)]
    try:
        document = json.loads(str(held or ""), parse_float=_Number, parse_int=_Number, parse_constant=_Number)
    except (ValueError, RecursionError):
        return [str(held or "")] if source.path == ("[]",) else []
    if source.path == ("[]",):
        return list(_texts(document)) if isinstance(document, list) else [str(held)]
    return [text for value in _walk(document, source.path) for text in _texts(value)]


def _plain(value: object) -> str:
    return "" if value is None else str(value)


class _Number(str):
    """A number as the document spells it."""

    __slots__ = ()


def _walk(value: object, path: tuple[str, ...]) -> Iterable[object]:
    if path and path[0].startswith("["):
        yield from (inner for element in _elements(value, path[0][1:-1]) for inner in _walk(element, path[1:]))
    elif isinstance(value, list) and path:
        for element in value:
            if isinstance(element, dict):  # a list right inside a list is not looked into
                yield from _walk(element, path)
    elif not path:
        yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from _walk(value[path[0]], path[1:])


def _elements(value: object, wanted: str) -> Iterable[object]:
    """Elements of a list: one by its number, or those whose key has a text."""
    if isinstance(value, list) and "=" in wanted:
        key, text = wanted.split("=", 1)
        yield from (element for element in value if isinstance(element, dict) and element.get(key) == text)
    elif isinstance(value, list):
        yield from value[int(wanted) : int(wanted) + 1]


def _texts(value: object) -> Iterable[str]:
    """A list is one value per element, whatever the element is; everything else is one value."""
    for element in value if isinstance(value, list) else [value]:
        yield "" if element is None else element if isinstance(element, str) else _json_text(element)


def _json_text(value: object) -> str:
    """Compact, keys in the order of the document, numbers as spelt, non-ASCII letters as they are."""
    if isinstance(value, _Number):
        return value
    if isinstance(value, dict):
        return "{" + ",".join(f"{_json_text(key)}:{_json_text(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_json_text, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
