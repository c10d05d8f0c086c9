"""Text with wildcards as the cheapest comparison that means the same."""

import re
from collections.abc import Sequence
from enum import Enum

from hodoscope.soc.sigma.load.refusal import Refused
from hodoscope.soc.sigma.rule import Leaf, Match, Node, Not


class Wild(Enum):
    """A wildcard; everything else in a pattern is literal text."""

    ANY = "*"
    ONE = "?"


Pattern = Sequence[str | Wild]
"""Literal runs and wildcards, in order."""


def text_node(field: str, pattern: Pattern, *, cased: bool = False) -> Node:
    """The comparison of a field with a pattern that covers its whole value; for a keyword (field "") a search.

    Empty text means "no value", a lone ``*`` "any value", as ``rule.py`` has it.
    """
    parts = _merged((Wild.ANY, *pattern, Wild.ANY) if not field else pattern)
    literal = "".join(part for part in parts if isinstance(part, str))
    if not field and not literal:
        raise Refused("keyword: empty", "an empty keyword is in every event; remove it")
    if not parts:
        return Not(Leaf(field, Match.EXISTS))
    if parts == [Wild.ANY]:
        return Leaf(field, Match.EXISTS)
    if not cased and _folds_beyond_ascii(literal):
        return Leaf(field, Match.REGEX, _as_regex(parts), flags="is")
    match parts:
        case [str(value)]:
            return Leaf(field, Match.EQUALS, value, cased)
        case [Wild.ANY, str(value), Wild.ANY]:
            return Leaf(field, Match.CONTAINS, value, cased)
        case [str(value), Wild.ANY]:
            return Leaf(field, Match.STARTSWITH, value, cased)
        case [Wild.ANY, str(value)]:
            return Leaf(field, Match.ENDSWITH, value, cased)
    return Leaf(field, Match.GLOB, "".join(_glob(part) for part in parts), cased)


def _merged(pattern: Pattern) -> list[str | Wild]:
    """Neighbouring literals joined, neighbouring ``*`` made one, nothing empty."""
    parts: list[str | Wild] = []
    for part in pattern:
        last = parts[-1] if parts else None
        if isinstance(part, str) and isinstance(last, str):
            parts[-1] = last + part
        elif part != "" and not (part is Wild.ANY and last is Wild.ANY):
            parts.append(part)
    return parts


def _folds_beyond_ascii(text: str) -> bool:
    return not text.isascii() and any(ord(c) > 127 and (c.lower() != c or c.upper() != c) for c in text)


def _glob(part: str | Wild) -> str:
    return part.value if isinstance(part, Wild) else re.sub(r"([\\*?])", r"\\\1", part)


def _as_regex(parts: Pattern) -> str:
    """RE2 with flag ``s``, anchored except where the pattern begins or ends in ``*``."""
    written = [{Wild.ANY: ".*", Wild.ONE: "."}[part] if isinstance(part, Wild) else quoted(part) for part in parts]
    begin = written[1:] if parts[0] is Wild.ANY else [r"\A", *written]
    return "".join(begin[:-1] if parts[-1] is Wild.ANY else [*begin, r"\z"])


def quoted(literal: str) -> str:
    """The RE2 pattern for a literal."""
    return (
        re.sub(r"([^\w\s]|_)", lambda found: f"\\{found.group()}", literal, flags=re.ASCII)
        if (literal.isascii())
        else "".join(c if ord(c) > 127 else quoted(c) for c in literal)
    )
