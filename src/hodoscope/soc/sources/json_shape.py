"""How JSON lies in a stream: one value per line, one array, an array inside a wrapping object, or values one after
another."""

import re
from typing import Literal

import orjson

from hodoscope.soc.sources.json_scan import OPEN, JsonScanner
from hodoscope.soc.sources.lines import UTF8_BOM

Shape = Literal["lines", "array", "wrapped", "sequence"]

# CloudTrail files and Azure diagnostic blobs; never a field of a record in any format we know.
_ALWAYS = ("Records", "records")
# Microsoft Graph, Google and Kubernetes lists; ordinary field names elsewhere, so the object must look like an
# envelope.
_ENVELOPES = ("value", "items")
WRAPPING_KEY = re.compile(rb'"(?:Records|records|value|items)"\s*:\s*\Z')
_LOOKED_AT_LINES = 20


def json_shape(head: bytes) -> Shape | None:
    """The shape of a stream that starts with ``head`` (64 KiB or all of it), or None when it is not JSON."""
    text = head.removeprefix(UTF8_BOM).lstrip()
    if text.startswith(b"["):
        return "array" if text[1:].lstrip()[:1] in (b"{", b"]", b"") else None
    if not text.startswith(b"{"):
        return None
    lines = [line for line in text.split(b"\n") if line.strip()][:_LOOKED_AT_LINES]
    first = _object(lines[0])
    if first is not None:
        return "wrapped" if _wraps(first, alone=len(lines) == 1) else "lines"
    if _opens_wrapped_array(text):
        return "wrapped"
    # Pretty-printed text has no such line: it indents, or breaks {"a": 1} into three.
    if any(line.startswith(b"{") and _object(line) for line in lines[1:]):
        return "lines"
    return "sequence" if re.match(rb'\{\s*(?:"|\}|\Z)', text) and len(lines) > 1 else "lines"


def _object(line: bytes) -> dict[str, object] | None:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def _wraps(value: dict[str, object], *, alone: bool) -> bool:
    for key in _ALWAYS + _ENVELOPES * alone:
        inner = value.get(key)
        if isinstance(inner, list) and all(isinstance(element, dict) for element in inner):
            others = (other for name, other in value.items() if name != key)
            if key in _ALWAYS or all(_envelope_part(other) for other in others):
                return True
    return False


def _envelope_part(value: object) -> bool:
    """Lists of vendors carry scalars and at most a ``metadata`` object of scalars beside the array."""
    if isinstance(value, dict):
        return all(not isinstance(inner, dict | list) for inner in value.values())
    return not isinstance(value, list)


def _opens_wrapped_array(text: bytes) -> bool:
    """Whether a first object too long or too broken to parse holds an array of objects under a wrapping key."""
    at, chars, depths = JsonScanner().scan(text)
    for place, char, depth in zip(at.tolist(), chars.tolist(), depths.tolist(), strict=True):
        if depth <= 0:
            return False
        if char | 0x20 == OPEN and depth == 2 and text[place : place + 1] == b"[":
            inside = text[place + 1 : place + 256].lstrip()[:1]
            if WRAPPING_KEY.search(text, max(0, place - 64), place) and inside in (b"{", b""):
                return True
    return False
