"""The judge: a Sigma condition against one event, written from the specification and nothing else.

Slow and plain on purpose. It shares no code with the streaming engine or the SQL generator (but RE2 for regular
expressions), so where they differ from it, they are wrong. :mod:`hodoscope.soc.sigma.rule` states the semantics;
what that text leaves open is decided here and said in the docstrings.

An event is its fields (name → text values, in order) and the record as received. Empty text is no value.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from typing import NamedTuple

from hodoscope.soc.sigma.interface import LeafEvidence
from hodoscope.soc.sigma.patterns import compile_pattern
from hodoscope.soc.sigma.rule import All, Any, Leaf, Match, Node, Not

Fields = Mapping[str, Sequence[str]]


def matches(condition: Node, event: Fields, raw: str = "", json_raw: bool = False) -> bool:
    """Does the event satisfy the condition? ``raw`` is the record's text, ``json_raw``: that text is JSON."""
    if isinstance(condition, Leaf):
        return _found(condition, event, raw, json_raw) is not None
    if isinstance(condition, Not):
        return not matches(condition.part, event, raw, json_raw)
    verdicts = (matches(part, event, raw, json_raw) for part in condition.parts)
    return all(verdicts) if isinstance(condition, All) else any(verdicts)


def explain(condition: Node, event: Fields, raw: str = "", json_raw: bool = False) -> tuple[LeafEvidence, ...]:
    """Every leaf that the verdict rests on, in reading order; empty when the event does not satisfy the condition.

    Of alternatives all true ones are told. Under a negation that holds because its part is false, each leaf that makes
    it false is told with what the field held instead. A leaf under two negations is told as present.
    """
    if not matches(condition, event, raw, json_raw):
        return ()
    return tuple(_reasons(condition, event, raw, json_raw, wanted=True))


def _reasons(node: Node, event: Fields, raw: str, json_raw: bool, *, wanted: bool) -> Iterator[LeafEvidence]:
    """Why ``node`` is ``wanted``; it is so when called."""
    if isinstance(node, Not):
        yield from _reasons(node.part, event, raw, json_raw, wanted=not wanted)
    elif isinstance(node, All | Any):
        for part in node.parts:
            if matches(part, event, raw, json_raw) == wanted:
                yield from _reasons(part, event, raw, json_raw, wanted=wanted)
    elif found := _found(node, event, raw, json_raw):
        yield LeafEvidence(found.field, node.match, node.value, found.value, found.start, found.end, present=True)
    else:
        held = next(iter(_values(event, node.field)), "") if node.field else ""
        yield LeafEvidence(node.field or "raw", node.match, node.value, held, 0, 0, present=False)


class _Found(NamedTuple):
    """Where a leaf matched: field, its value, and the part of the value (code points)."""

    field: str
    value: str
    start: int
    end: int


Span = tuple[int, int]


def _found(leaf: Leaf, event: Fields, raw: str, json_raw: bool) -> _Found | None:
    if not leaf.field:
        return _keyword(leaf, raw, json_raw)
    for value in _values(event, leaf.field):
        if span := _span(leaf, value, event):
            return _Found(leaf.field, value, *span)
    return None


def _values(event: Fields, field: str) -> list[str]:
    return [value for value in event.get(field, ()) if value]


def _span(leaf: Leaf, value: str, event: Fields) -> Span | None:
    """The part of a (non-empty) value that satisfies the leaf."""
    whole = (0, len(value))
    if leaf.match in _TEXT:
        return _text_span(_pieces(leaf.match, leaf.value), value, leaf.cased)
    if leaf.match in _OF_FIELD:
        others = (_pieces(_OF_FIELD[leaf.match], other) for other in _values(event, leaf.value))
        return next((span for pieces in others if (span := _text_span(pieces, value, leaf.cased))), None)
    if leaf.match is Match.REGEX:
        return _regex_span(leaf, value)
    if leaf.match is Match.CIDR:
        return whole if _in_network(value, leaf.value) else None
    if leaf.match in _ORDER:
        return whole if _in_order(leaf.match, value, leaf.value) else None
    if leaf.match is Match.EXISTS:
        return whole
    return whole if _time_part(leaf.match, value) == _number(leaf.value) is not None else None


# -- text: every kind is a sequence of pieces with any run of characters between two of them; a piece is literals with
# -- exactly one character between two of them

Piece = tuple[str, ...]
_TEXT = (Match.EQUALS, Match.CONTAINS, Match.STARTSWITH, Match.ENDSWITH, Match.GLOB)
_OF_FIELD = {
    Match.EQUALS_FIELD: Match.EQUALS,
    Match.CONTAINS_FIELD: Match.CONTAINS,
    Match.STARTSWITH_FIELD: Match.STARTSWITH,
    Match.ENDSWITH_FIELD: Match.ENDSWITH,
}
_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def _pieces(match: Match, text: str) -> list[Piece]:
    if match is Match.GLOB:
        return _glob(text)
    before, after = match in (Match.CONTAINS, Match.ENDSWITH), match in (Match.CONTAINS, Match.STARTSWITH)
    return [*[("",)] * before, (text,), *[("",)] * after]


def _glob(pattern: str) -> list[Piece]:
    pieces: list[Piece] = []
    literals: list[str] = []
    letters = ""
    characters = iter(enumerate(pattern))
    for position, character in characters:
        if character == "\\" and pattern[position + 1 : position + 2] in ("*", "?", "\\"):
            letters += next(characters)[1]
        elif character == "*":
            pieces.append((*literals, letters))
            literals, letters = [], ""
        elif character == "?":
            literals.append(letters)
            letters = ""
        else:
            letters += character
    return [*pieces, (*literals, letters)]


def _text_span(pieces: list[Piece], value: str, cased: bool) -> Span | None:
    """First piece at the start, last at the end, each one between as early as it goes: then others could not do better.

    The span is what the pieces themselves cover, from the first to the last that is not empty.
    """
    if not cased:
        value = value.translate(_ASCII_LOWER)
        pieces = [tuple(text.translate(_ASCII_LOWER) for text in piece) for piece in pieces]
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return (0, len(value)) if _length(first) == len(value) and _is_at(first, value, 0) else None
    spans = [(0, _length(first))]
    for piece in pieces[1:-1]:
        start = _search(piece, value, spans[-1][1])
        spans.append((start, start + _length(piece)))
    spans.append((len(value) - _length(last), len(value)))
    fits = _is_at(first, value, 0) and all(start >= 0 for start, _ in spans) and spans[-2][1] <= spans[-1][0]
    if not fits or not _is_at(last, value, spans[-1][0]):
        return None
    real = [span for span in spans if span[0] < span[1]] or [(0, len(value))]
    return real[0][0], real[-1][1]


def _length(piece: Piece) -> int:
    return sum(map(len, piece)) + len(piece) - 1


def _is_at(piece: Piece, value: str, start: int) -> bool:
    if not 0 <= start <= len(value) - _length(piece):
        return False
    for literal in piece:
        if not value.startswith(literal, start):
            return False
        start += len(literal) + 1
    return True


def _search(piece: Piece, value: str, start: int) -> int:
    """First position from ``start`` on where the piece is, -1 when there is none."""
    if start < 0:
        return -1
    while (start := value.find(piece[0], start)) >= 0 and not _is_at(piece, value, start):
        start += 1
    return start


# -- keywords


def _keyword(leaf: Leaf, raw: str, json_raw: bool) -> _Found | None:
    """A keyword is looked for anywhere in the record, whatever its text kind; other kinds have no meaning there.

    A regular expression sees the record as it is, without JSON spelling. Told is the first value of a JSON record that
    holds it, named by its keys joined by dots; ``raw`` and the whole record where no single value does.
    """
    if leaf.match not in (*_TEXT, Match.REGEX):
        return None
    pieces = [("",), *(_glob(leaf.value) if leaf.match is Match.GLOB else [(leaf.value,)]), ("",)]

    def span(text: str, spelled: list[Piece]) -> Span | None:
        return _regex_span(leaf, text) if leaf.match is Match.REGEX else _text_span(spelled, text, leaf.cased)

    in_json = [tuple(json.dumps(text, ensure_ascii=False)[1:-1] for text in piece) for piece in pieces]
    in_raw = span(raw, in_json if json_raw else pieces)
    if in_raw is None:
        return None
    for name, value in _values_of_record(raw) if json_raw else ():
        if in_value := span(value, pieces):
            return _Found(name, value, *in_value)
    return _Found("raw", raw, *in_raw)


def _values_of_record(raw: str) -> Iterator[tuple[str, str]]:
    try:
        todo = [("", json.loads(raw.removeprefix("\ufeff"), strict=False, parse_float=str, parse_int=str))]
    except (ValueError, RecursionError):
        return
    while todo:
        name, node = todo.pop()
        if isinstance(node, dict):
            todo += [(f"{name}.{key}".removeprefix("."), inner) for key, inner in reversed(node.items())]
        elif isinstance(node, list):
            todo += [(name, inner) for inner in reversed(node)]
        elif node is not None:
            yield name, node if isinstance(node, str) else json.dumps(node)


# -- other kinds


def _regex_span(leaf: Leaf, value: str) -> Span | None:
    """RE2, leftmost match. ``$`` is the end of the text only (with flag ``m`` also before a line end)."""
    found = compile_pattern(leaf.value, leaf.flags).search(value)
    return (found.start(), found.end()) if found else None


def _in_network(value: str, network: str) -> bool:
    """An IPv4-mapped IPv6 address is in the networks of both families that hold it. Host bits of the network are
    ignored."""
    try:
        address, net = ip_address(value), ip_network(network, strict=False)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if address.version == 6 else None
    return "%" not in value and (address in net or (mapped is not None and mapped in net))


_ORDER = (Match.LESS, Match.LESS_EQUAL, Match.GREATER, Match.GREATER_EQUAL)


def _in_order(match: Match, value: str, literal: str) -> bool:
    left, right = _number(value), _number(literal)
    if left is None or right is None:
        return False
    less, equal = left < right, left == right
    if match in (Match.LESS, Match.LESS_EQUAL):
        return less or (equal and match is Match.LESS_EQUAL)
    return not less and (not equal or match is Match.GREATER_EQUAL)


def _number(text: str) -> float | None:
    """The nearest double of a decimal number: sign, digits with a point, exponent. No blanks, hex, "inf" or "nan"."""
    if not set(text) <= set("0123456789+-.eE"):
        return None
    try:
        return float(text)
    except ValueError:
        return None


_DIGITS = "0123456789"


def _time_part(match: Match, value: str) -> int | None:
    """``2024-05-01T13:45[:10[.1234567]][Z|+hh:mm]``, or with a blank for ``T``; parts are those of the instant in UTC.

    The week is the ISO 8601 week number; the day is the day of the month.
    """
    shape = "".join("0" if character in _DIGITS else character for character in value)
    clock = shape[16:].removesuffix("Z").removesuffix("+00:00").removesuffix("-00:00")
    if shape[:16] not in ("0000-00-00T00:00", "0000-00-00 00:00") or clock[:3] not in ("", ":00"):
        return None
    if clock[3:] and (clock[3] != "." or set(clock[4:]) != {"0"}):
        return None
    try:
        time = datetime.fromisoformat(value)
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return time.isocalendar().week if match is Match.WEEK else int(getattr(time, match.value))
