"""What a hit rests on: each leaf that decided, the value it looked at, where in the value, or what was absent."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import groupby

from hodoscope.soc.sigma.interface import LeafEvidence
from hodoscope.soc.sigma.patterns import compile_pattern
from hodoscope.soc.sigma.rule import All, Leaf, Match, Node, Not
from hodoscope.soc.sigma.streaming.keyword_place import keyword_place
from hodoscope.soc.sigma.streaming.triggers import fold
from hodoscope.soc.sigma.streaming.verdict import RAW, glob_regex, is_folded, json_spelling, verdict_of

Texts = Mapping[str, Sequence[str]]
"""Field → its values as written (none: an empty sequence or no entry)."""
Explainer = Callable[[Texts], list[LeafEvidence] | None]
"""The evidence that a part has the truth wanted of it; None when it has not."""
Span = tuple[int, int]
_folded = lru_cache(maxsize=16)(fold)  # the leaves of a rule ask for the same few texts


def explainer(condition: Node) -> Explainer:
    """Tells why a condition holds for given values: true leaves, and false ones under a negation.

    Of an ``or`` every true part is told, of a negated ``and`` every false one.
    """
    return _explainer(condition, wanted=True)


def _explainer(node: Node, *, wanted: bool) -> Explainer:
    if isinstance(node, Leaf):
        return _alike([node], wanted=wanted, every=True)
    if isinstance(node, Not):
        return _explainer(node.part, wanted=not wanted)
    every = isinstance(node, All) == wanted
    parts: list[Explainer] = []
    for leaf_kind, run in groupby(node.parts, _kind):
        if leaf_kind is None:
            parts += [_explainer(part, wanted=wanted) for part in run]
        else:
            parts.append(_alike([part for part in run if isinstance(part, Leaf)], wanted=wanted, every=every))
    return parts[0] if len(parts) == 1 else _every(parts) if every else _some(parts)


def _kind(node: Node) -> tuple[str, Match, bool] | None:
    """What leaves must agree in to be told together; None for another node."""
    return (node.field, node.match, node.cased) if isinstance(node, Leaf) else None


def _alike(leaves: list[Leaf], *, wanted: bool, every: bool) -> Explainer:
    """Leaves of one kind, all or some of which must have the wanted truth: rules list hundreds that differ in text."""
    first = leaves[0]
    if first.field != RAW and first.match in _FINDERS:
        return _plain(leaves, wanted=wanted, every=every)
    parts = [_present(leaf) if wanted else _absent(leaf) for leaf in leaves]
    return parts[0] if len(parts) == 1 else _every(parts) if every else _some(parts)


def _plain(leaves: list[Leaf], *, wanted: bool, every: bool) -> Explainer:
    """Plain text comparisons of one field; the texts are folded when first asked for."""
    name, match, cased = leaves[0].field, leaves[0].match, leaves[0].cased
    finder = _FINDERS[match]
    pairs: list[tuple[str, str]] = []

    def explain(values: Texts) -> list[LeafEvidence] | None:
        if not pairs:
            pairs.extend((leaf.value, leaf.value if cased else fold(leaf.value)) for leaf in leaves)
        held = values.get(name, ())
        texts = [(text, text if cased else _folded(text)) for text in held if text]
        shown = "" if wanted else " | ".join(held)
        told: list[LeafEvidence] = []
        for value, plain in pairs:
            found = None if wanted else LeafEvidence(name, match, value, shown, 0, 0, False)
            for text, searched in texts:
                at = finder(searched, plain)
                if at >= 0:
                    found = LeafEvidence(name, match, value, text, at, at + len(plain), True) if wanted else None
                    break
            if found is not None:
                told.append(found)
            elif every:
                return None
        return told or None

    return explain


def _every(parts: list[Explainer]) -> Explainer:
    def explain(values: Texts) -> list[LeafEvidence] | None:
        told: list[LeafEvidence] = []
        for part in parts:
            found = part(values)
            if found is None:
                return None
            told += found
        return told

    return explain


def _some(parts: list[Explainer]) -> Explainer:
    def explain(values: Texts) -> list[LeafEvidence] | None:
        told: list[LeafEvidence] | None = None
        for part in parts:
            found = part(values)
            if found is not None:
                told = found if told is None else told + found
        return told

    return explain


def _present(leaf: Leaf) -> Explainer:
    name, find = leaf.field, _when_asked(leaf)

    def explain(values: Texts) -> list[LeafEvidence] | None:
        for text in values.get(name, ()):
            span = find(text, values)
            if span is not None:
                where = keyword_place(leaf, text, span) if name == RAW else (name, text, *span)
                field, value, start, end = where
                return [LeafEvidence(field, leaf.match, leaf.value, value, start, end, True)]
        return None

    return explain


def _absent(leaf: Leaf) -> Explainer:
    name, find = leaf.field, _when_asked(leaf)

    def explain(values: Texts) -> list[LeafEvidence] | None:
        texts = values.get(name, ())
        for text in texts:
            if find(text, values) is not None:
                return None
        shown = "" if name == RAW else " | ".join(texts)
        return [LeafEvidence(name or "raw", leaf.match, leaf.value, shown, 0, 0, False)]

    return explain


def _when_asked(leaf: Leaf) -> Callable[[str, Texts], Span | None]:
    """The finder of a leaf, made when first called: most parts of a rule are never told."""
    made: list[Callable[[str, Texts], Span | None]] = []

    def find(text: str, values: Texts) -> Span | None:
        if not made:
            made.append(span_finder(leaf))
        return made[0](text, values)

    return find


def span_finder(leaf: Leaf) -> Callable[[str, Texts], Span | None]:
    """Where the leaf matches one of its field's texts (code points); None where it does not."""
    if leaf.match in _FINDERS:
        return _text_finder(leaf)
    if leaf.match is Match.REGEX or leaf.match is Match.GLOB:
        return _pattern_finder(leaf)
    if leaf.match in _FIELD_FINDERS:
        return _two_field_finder(leaf)
    test = verdict_of(leaf).test
    folded = is_folded(leaf)
    return lambda text, _values: (0, len(text)) if text and test((_folded(text) if folded else text,)) else None


def _text_finder(leaf: Leaf) -> Callable[[str, Texts], Span | None]:
    finder = _FINDERS[Match.CONTAINS if leaf.field == RAW else leaf.match]
    plain = leaf.value if leaf.cased else fold(leaf.value)
    escaped = json_spelling(plain) if leaf.field == RAW else plain

    def find(text: str, _values: Texts) -> Span | None:
        if not text:
            return None
        wanted = plain if escaped is plain or text[:1] != "{" else escaped
        at = finder(text if leaf.cased else _folded(text), wanted)
        return (at, at + len(wanted)) if at >= 0 else None

    return find


def _pattern_finder(leaf: Leaf) -> Callable[[str, Texts], Span | None]:
    folded = is_folded(leaf)
    if leaf.match is Match.REGEX:
        plain = in_json = compile_pattern(leaf.value, leaf.flags).search
    else:
        wanted, whole = fold(leaf.value) if folded else leaf.value, leaf.field != RAW
        plain, in_json = (
            compile_pattern(glob_regex(wanted, whole=whole, json=json and not whole), "s").search
            for json in (False, True)
        )

    def find(text: str, _values: Texts) -> Span | None:
        search = in_json if text[:1] == "{" else plain
        found = search(_folded(text) if folded else text) if text else None
        return (found.start(), found.end()) if found else None

    return find


def _two_field_finder(leaf: Leaf) -> Callable[[str, Texts], Span | None]:
    finder = _FIELD_FINDERS[leaf.match]

    def find(text: str, values: Texts) -> Span | None:
        for other in values.get(leaf.value, ()):
            at = finder(text, other) if leaf.cased else finder(_folded(text), _folded(other))
            if text and other and at >= 0:
                return at, at + len(other)
        return None

    return find


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


def fields_of(leaves: Sequence[Leaf]) -> tuple[str, ...]:
    """Every field a list of leaves reads, each once."""
    names = [leaf.field for leaf in leaves] + [leaf.value for leaf in leaves if leaf.match in _FIELD_FINDERS]
    return tuple(dict.fromkeys(names))
