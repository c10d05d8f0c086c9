"""How the judge reads an event row: a row of an event table as plain Python and a router's sources → text values.

Like :mod:`hodoscope.soc.sigma.reference` slow, plain, and sharing nothing with the engines.
"""

import json
import math
from collections.abc import Iterable, Mapping
from decimal import Decimal

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
    texts = _texts_held(row, source)
    if not source.path:
        return texts
    return [value for text in texts for value in _inside(text, source.path)]


def _texts_held(row: Row, source: FieldSource) -> list[str]:
    held = row.get(source.column)
    if source.column == "raw":
        return [raw_of(row)]
    if source.column == "unmapped":
        pairs = list(held.items() if isinstance(held, dict) else held if isinstance(held, list) else ())
        if source.key.endswith("*"):
            return [str(value) for key, value in pairs if key.startswith(source.key[:-1])]
        return [str(value) for key, value in pairs if key == source.key][:1]
    return [str(value) for value in held if value] if isinstance(held, list) else ["" if held is None else str(held)]


def _inside(text: str, path: tuple[str, ...]) -> Iterable[str]:
    """Control characters may stand unescaped in strings, as some senders write them."""
    try:
        whole = text.removeprefix("\ufeff")
        read = json.JSONDecoder(parse_float=_number, parse_int=_integer, parse_constant=lambda _: None, strict=False)
        document = read.decode(whole)
    except (ValueError, RecursionError):
        document = None
    if path == ("[]",):
        return _texts(document) if isinstance(document, list) and text.startswith("[") else [text]
    reached = [document]
    for step in path[:-1] if path[-1] == "[]" else path:
        reached = [inner for value in reached for inner in _step(value, step)]
    return [text for value in reached for text in _texts(value)]


def _step(value: object, step: str) -> list[object]:
    """What one step reaches: of a list one element by number or those whose key has a text, else a key of each."""
    elements = value if isinstance(value, list) else [value]
    if step.startswith("["):
        key, _, text = step[1:-1].rpartition("=")
        if not isinstance(value, list):
            return []
        if not key:
            return value[int(text) : int(text) + 1]
        named = [element for element in elements if isinstance(element, dict) and type(element.get(key)) is str]
        return [element for element in named if element[key] == text]
    return [element[step] for element in elements if isinstance(element, dict) and step in element]


class _Number(str):
    """A number in its shortest spelling."""

    __slots__ = ()


def _integer(text: str) -> _Number | None:
    """Beyond 64 bits a number is a double."""
    value = int(text) if len(text) < 30 else 2**64
    return _Number(value) if -(2**63) <= value < 2**64 else _number(text)


def _number(text: str) -> _Number | None:
    """The nearest double in as few digits as tell it from others, without exponent from 1e-6 up to 1e21."""
    value = float(text)
    if not math.isfinite(value):
        return None
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    if not value:
        return _Number("0")
    shown, places = "".join(map(str, digits)), len(digits) + int(exponent) - 1
    minus = "-" * sign
    if -6 <= places < 21:
        plain = shown.zfill(1 - min(places, 0) + len(digits) - 1) if places < 0 else shown.ljust(places + 1, "0")
        point = max(places, 0) + 1
        return _Number(minus + plain[:point] + ("." + plain[point:]).rstrip("."))
    return _Number(f"{minus}{shown[0]}{('.' + shown[1:]).rstrip('.')}e{places}")


def _texts(value: object) -> Iterable[str]:
    """A list is one value per element, whatever the element is; everything else is one value."""
    for element in value if isinstance(value, list) else [value]:
        text = "" if element is None else element if isinstance(element, str) else _json_text(element)
        yield text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # half a surrogate pair: U+FFFD


def _json_text(value: object) -> str:
    """Compact, keys in the order of the document, numbers as spelt, non-ASCII letters as they are."""
    if isinstance(value, _Number):
        return value
    if isinstance(value, dict):
        return "{" + ",".join(f"{_json_text(key)}:{_json_text(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_json_text, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
