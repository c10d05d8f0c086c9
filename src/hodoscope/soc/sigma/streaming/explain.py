"""What a hit rests on: each leaf that decided, the value it looked at, where in the value, or what was absent."""

from collections.abc import Callable, Mapping, Sequence

from hodoscope.soc.sigma.interface import LeafEvidence
from hodoscope.soc.sigma.patterns import compile_pattern
from hodoscope.soc.sigma.rule import All, Leaf, Match, Node, Not
from hodoscope.soc.sigma.streaming.triggers import fold
from hodoscope.soc.sigma.streaming.verdict import RAW, glob_regex, json_spelling, verdict_of

Texts = Mapping[str, tuple[str, ...]]
"""Field → its values as written (none: an empty tuple or no entry)."""
SNIPPET = 200
"""Characters of a record shown around a keyword."""


def explain(condition: Node, values: Texts) -> tuple[LeafEvidence, ...]:
    """Evidence that the condition holds for the values: true leaves, and false ones under a negation.

    Of an ``or`` every true part is told, of a negated ``and`` every false one.
    """
    found: list[LeafEvidence] = []
    _explain(condition, values, found, wanted=True)
    return tuple(dict.fromkeys(found))


def _explain(node: Node, values: Texts, found: list[LeafEvidence], *, wanted: bool) -> bool:
    """Whether the node's truth is ``wanted``; if so what it rests on is added to ``found``."""
    if isinstance(node, Leaf):
        return _leaf(node, values, found, wanted=wanted)
    if isinstance(node, Not):
        return _explain(node.part, values, found, wanted=not wanted)
    start = len(found)
    if isinstance(node, All) == wanted:
        for part in node.parts:
            if not _explain(part, values, found, wanted=wanted):
                del found[start:]
                return False
        return True
    truths = [_explain(part, values, found, wanted=wanted) for part in node.parts]
    return True in truths


def _leaf(leaf: Leaf, values: Texts, found: list[LeafEvidence], *, wanted: bool) -> bool:
    texts = values.get(leaf.field, ())
    for text in texts:
        span = span_in(leaf, text, values)
        if span is not None:
            if wanted:
                field, value, start, end = _in_record(text, span) if leaf.field == RAW else (leaf.field, text, *span)
                found.append(LeafEvidence(field, leaf.match, leaf.value, value, start, end, present=True))
            return wanted
    if not wanted:
        shown = "" if leaf.field == RAW else " | ".join(texts)
        found.append(LeafEvidence(leaf.field or "raw", leaf.match, leaf.value, shown, 0, 0, present=False))
    return not wanted


def span_in(leaf: Leaf, text: str, values: Texts) -> tuple[int, int] | None:
    """Where the leaf matches a text, None when it does not."""
    if not text:
        return None
    finder = _FINDERS.get(leaf.match)
    if finder is not None:
        wanted = leaf.value
        if leaf.field == RAW and text[:1] == "{":
            wanted = json_spelling(wanted)
        at = finder(text, wanted) if leaf.cased else finder(fold(text), fold(wanted))
        return (at, at + len(wanted)) if at >= 0 else None
    if leaf.match is Match.REGEX or leaf.match is Match.GLOB:
        return _pattern_span(leaf, text)
    if leaf.match in _FIELD_FINDERS:
        for other in values.get(leaf.value, ()):
            at = _FIELD_FINDERS[leaf.match](*((text, other) if leaf.cased else (fold(text), fold(other))))
            if other and at >= 0:
                return at, at + len(other)
        return None
    return (0, len(text)) if verdict_of(leaf).test((text,)) else None


def _pattern_span(leaf: Leaf, text: str) -> tuple[int, int] | None:
    if leaf.match is Match.REGEX:
        pattern, flags = leaf.value, leaf.flags
    else:
        keyword = leaf.field == RAW
        wanted = leaf.value if leaf.cased else fold(leaf.value)
        pattern = glob_regex(wanted, whole=not keyword, json=keyword and text[:1] == "{")
        text, flags = (text if leaf.cased else fold(text)), "s"
    found = compile_pattern(pattern, flags).search(text)
    return (found.start(), found.end()) if found else None


def _equals(text: str, wanted: str) -> int:
    return 0 if text == wanted else -1


def _starts(text: str, wanted: str) -> int:
    return 0 if text.startswith(wanted) else -1


def _ends(text: str, wanted: str) -> int:
    return len(text) - len(wanted) if text.endswith(wanted) else -1


_FINDERS: dict[Match, Callable[[str, str], int]] = {
    Match.CONTAINS: str.find,
    Match.EQUALS: _equals,
    Match.STARTSWITH: _starts,
    Match.ENDSWITH: _ends,
}
_FIELD_FINDERS: dict[Match, Callable[[str, str], int]] = {
    Match.EQUALS_FIELD: _equals,
    Match.CONTAINS_FIELD: str.find,
    Match.STARTSWITH_FIELD: _starts,
    Match.ENDSWITH_FIELD: _ends,
}


def _in_record(record: str, span: tuple[int, int]) -> tuple[str, str, int, int]:
    """The field of a JSON record that holds the keyword, else the record's text around it."""
    before = max(0, span[0] - SNIPPET // 2)
    snippet = record[before : span[1] + SNIPPET // 2]
    return "raw", snippet, span[0] - before, span[1] - before


def fields_of(leaves: Sequence[Leaf]) -> tuple[str, ...]:
    """Every field a list of leaves reads, each once."""
    names = [leaf.field for leaf in leaves] + [leaf.value for leaf in leaves if leaf.match in _FIELD_FINDERS]
    return tuple(dict.fromkeys(names))
