"""Is the evidence of a hit true, and is it enough? Checked against the reference evaluator, leaf by leaf."""

import json
from collections.abc import Iterator, Mapping, Sequence

from hodoscope.soc.normalise.values import text_of
from hodoscope.soc.sigma.interface import LeafEvidence
from hodoscope.soc.sigma.reference import matches
from hodoscope.soc.sigma.rule import All, Leaf, Match, Node, Not, leaves

JudgeEvent = tuple[Mapping[str, Sequence[str]], str, bool]
_WHOLE_LITERAL = (Match.CONTAINS, Match.STARTSWITH, Match.ENDSWITH, Match.EQUALS)
_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def check_evidence(condition: Node, event: JudgeEvent, told: Sequence[LeafEvidence]) -> None:
    """Every piece names a leaf of the condition and says the truth about it; together they decide the condition."""
    by_key = {_key(leaf): leaf for leaf in leaves(condition)}
    for piece in told:
        key = (piece.field, piece.match, piece.wanted)
        leaf = by_key.get(key) or by_key.get(("raw", *key[1:]))
        assert leaf is not None, f"no such leaf: {piece}"
        same = [other for other in leaves(condition) if _key(other) == _key(leaf)]
        assert any(matches(other, *event) == piece.present for other in same), f"untrue: {piece}"
        if piece.present:
            _check_place(piece, leaf, event)
        else:
            assert (piece.start, piece.end) == (0, 0)
            held = [value for value in event[0].get(piece.field, ()) if value]
            assert not piece.value or any(value in piece.value for value in held)
    known = {(piece.field if _is_field(piece, by_key) else "raw", piece.match, piece.wanted): piece for piece in told}
    truths = {key: piece.present for key, piece in known.items()}
    both = len(known) < len({(key, piece.present) for key, piece in known.items()})
    assert both or _decided(condition, truths) is True, f"not enough: {told}"


def _is_field(piece: LeafEvidence, by_key: Mapping[tuple[str, Match, str], Leaf]) -> bool:
    return (piece.field, piece.match, piece.wanted) in by_key


def _check_place(piece: LeafEvidence, leaf: Leaf, event: JudgeEvent) -> None:
    """The value is the field's (or part of the record), and the span in it is what matched."""
    fields, raw, _ = event
    assert 0 <= piece.start <= piece.end <= len(piece.value), piece
    if leaf.field:
        assert piece.value in fields[piece.field], piece
        assert matches(leaf, {**fields, piece.field: [piece.value]}), f"another value matched: {piece}"
        if leaf.match in _WHOLE_LITERAL:
            shown, wanted = piece.value[piece.start : piece.end], leaf.value
            fold = {} if leaf.cased else _ASCII_LOWER
            assert not wanted or shown.translate(fold) == wanted.translate(fold), piece
    elif piece.field == "raw":
        assert piece.value in raw, piece
    else:
        assert piece.value in set(_reached(json.loads(raw, strict=False), piece.field)), piece
        if leaf.match in _WHOLE_LITERAL:
            shown, fold = piece.value[piece.start : piece.end], {} if leaf.cased else _ASCII_LOWER
            assert shown.translate(fold) == leaf.value.translate(fold), piece


def _reached(node: object, name: str) -> Iterator[str]:
    """Every text that stands at a name, keys joined by dots."""
    if isinstance(node, list):
        for inner in node:
            yield from _reached(inner, name)
    elif isinstance(node, dict):
        for key, inner in node.items():
            if name == key or name.startswith(f"{key}."):
                yield from _reached(inner, name[len(key) + 1 :])
    elif not name:
        yield text_of(node).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _key(leaf: Leaf) -> tuple[str, Match, str]:
    return leaf.field or "raw", leaf.match, leaf.value


def _decided(node: Node, truths: Mapping[tuple[str, Match, str], bool]) -> bool | None:
    """Three-valued logic: a leaf nobody told about is unknown."""
    if isinstance(node, Leaf):
        return truths.get(_key(node))
    if isinstance(node, Not):
        part = _decided(node.part, truths)
        return None if part is None else not part
    parts = [_decided(part, truths) for part in node.parts]
    deciding = not isinstance(node, All)
    if deciding in parts:
        return deciding
    return None if None in parts else not deciding
