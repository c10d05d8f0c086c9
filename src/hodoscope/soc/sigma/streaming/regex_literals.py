"""Texts of which a regular expression's every match holds at least one: what makes a value worth a regex search.

Python's own parser reads the pattern; what it reads differently from RE2, or not at all, gives no literal.
"""

import re
import warnings
from collections.abc import Sequence
from re import _constants as sre  # type: ignore[attr-defined] # typeshed does not list the parser's own modules
from re import _parser as parser  # type: ignore[attr-defined] # see above
from typing import Any

MIN_LENGTH = 3
MAX_ALTERNATIVES = 64
_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)
_RE2_ONLY = re.compile(r"\\[pPQECz]|\[\[:|\(\?U|\(\?P?<")


def required_literals(pattern: str, flags: str) -> frozenset[str] | None:
    """Necessary texts, ASCII letters in lower case; None when none of :data:`MIN_LENGTH` characters is known."""
    if _RE2_ONLY.search(pattern):
        pattern = pattern.replace(r"\z", "").replace("(?P<", "(?P<")
        if _RE2_ONLY.search(pattern.replace("(?P<", "(")):
            return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = parser.parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return None
    ignorecase = "i" in flags or bool(parsed.state.flags & re.IGNORECASE) or "(?" in pattern
    found = _sequence(parsed, ignorecase=ignorecase)
    if found is None or min(map(len, found)) < MIN_LENGTH or len(found) > MAX_ALTERNATIVES:
        return None
    return frozenset(found)


def _sequence(items: Sequence[Any], *, ignorecase: bool) -> list[str] | None:
    """The best choice of a sequence: its longest run of plain characters, or a part's own choice."""
    choices: list[list[str]] = []
    run = ""
    for kind, value in [*items, (None, None)]:
        if kind is sre.LITERAL and _plain(value, ignorecase=ignorecase):
            run += chr(value).lower() if value < 128 else chr(value)
            continue
        if run:
            choices.append([run])
            run = ""
        inner = _part(kind, value, ignorecase=ignorecase)
        if inner:
            choices.append(inner)
    return max(choices, key=lambda texts: (min(map(len, texts)), -len(texts)), default=None)


def _part(kind: Any, value: Any, *, ignorecase: bool) -> list[str] | None:
    if kind is sre.SUBPATTERN:
        return _sequence(value[3], ignorecase=ignorecase)
    if kind in _REPEATS and value[0] >= 1:
        return _sequence(value[2], ignorecase=ignorecase)
    if kind is sre.BRANCH:
        texts: list[str] = []
        for branch in value[1]:
            found = _sequence(branch, ignorecase=ignorecase)
            if not found:
                return None
            texts += found
        return texts
    return None


def _plain(code: int, *, ignorecase: bool) -> bool:
    """Whether a character keeps its ASCII fold: without case, RE2 lets U+017F match ``s`` and U+212A match ``k``."""
    char = chr(code)
    return char != "\0" and (not ignorecase or (char.isascii() and char not in "sSkK"))
