"""Values inside JSON text: what a path of keys reaches, as the texts that Sigma compares."""

import json
from collections.abc import Sequence

import orjson

from hodoscope.soc.normalise.values import number_text, text_of

ELEMENTS = "[]"
"""A last path step: the elements when the text is a JSON list, else the text itself, unparsed."""

Opened = object
"""What JSON text holds; None when it is no JSON (or ``null``)."""


def opened(text: str | bytes) -> Opened:
    """The value of a JSON text, None when it is none; of a repeated key the last value."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    # What senders do write and orjson refuses: NaN, invalid UTF-8, a byte order mark, half a surrogate pair.
    try:
        plain = text.decode("utf-8-sig", "replace") if isinstance(text, bytes) else text
        value: object = json.loads(plain, strict=False)
        return json.loads(_whole_characters(json.dumps(value, ensure_ascii=False))) if "\\u" in plain else value
    except (ValueError, RecursionError):
        return None


def _whole_characters(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def values_at(value: Opened, path: Sequence[str]) -> list[str]:
    """Non-empty texts at a path, in order. Lists on the way fan out; at the end a list has one value per element."""
    found = [value]
    for step in path:
        if step == ELEMENTS:
            break
        if step[:1] == "[":
            found = _chosen(found, step[1:-1])
        else:
            inside = [item for node in found for item in (node if type(node) is list else (node,))]
            found = [node[step] for node in inside if type(node) is dict and node.get(step) is not None]
        if not found:
            return []
    flat = [item for node in found for item in (node if type(node) is list else (node,))]
    return [text for item in flat if item is not None and (text := _text(item))]


def _text(value: object) -> str:
    try:
        return text_of(_numbers_spelt(value))
    except RecursionError:
        return text_of(value)


def _numbers_spelt(value: object) -> object:
    """An object or list whose fractional numbers stand in it as they would alone."""
    if type(value) is dict:
        return {key: _in_json(inner) for key, inner in value.items()}
    return list(map(_in_json, value)) if type(value) is list else value


def _in_json(value: object) -> object:
    return orjson.Fragment(number_text(value) or "null") if type(value) is float else _numbers_spelt(value)


def _chosen(nodes: Sequence[object], step: str) -> list[object]:
    """Elements of lists: one by its number, or those whose key has a text."""
    lists = [node for node in nodes if type(node) is list]
    key, equals, wanted = step.partition("=")
    if equals:
        return [item for items in lists for item in items if type(item) is dict and item.get(key) == wanted]
    return [items[int(step)] for items in lists if int(step) < len(items)]
