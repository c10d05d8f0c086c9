"""Where in a record a keyword stands: the field that holds it and its value, else the record's text around it."""

from collections.abc import Callable, Iterator

from hodoscope.soc.normalise.values import text_of
from hodoscope.soc.sigma.patterns import compile_pattern
from hodoscope.soc.sigma.routing.json_values import opened
from hodoscope.soc.sigma.rule import Leaf, Match
from hodoscope.soc.sigma.streaming.triggers import fold
from hodoscope.soc.sigma.streaming.verdict import glob_regex, is_folded

Span = tuple[int, int]
Place = tuple[str, str, int, int]
"""Field, value, and the part of it (code points)."""
SNIPPET = 200
"""Characters of a record shown around a keyword that no single field holds."""


def keyword_place(keyword: Leaf, record: str, span: Span) -> Place:
    """The first field of a JSON record that holds the keyword, named by its keys joined by dots.

    ``raw`` and the text around ``span`` when the record is no JSON or the keyword spans more than a value.
    """
    if record[:1] == "{":
        find = _finder(keyword)
        for name, value in _texts(opened(record), ""):
            if (found := find(value)) is not None:
                return name, value, *found
    before = max(0, span[0] - SNIPPET // 2)
    return "raw", record[before : span[1] + SNIPPET // 2], span[0] - before, span[1] - before


def _texts(node: object, name: str) -> Iterator[tuple[str, str]]:
    """Every value below a node in reading order; elements of a list bear the list's name."""
    if isinstance(node, dict):
        for key, inner in node.items():
            yield from _texts(inner, f"{name}.{key}" if name else key)
    elif isinstance(node, list):
        for inner in node:
            yield from _texts(inner, name)
    elif node is not None:
        yield name, text_of(node)


def _finder(keyword: Leaf) -> Callable[[str], Span | None]:
    """Where the keyword is in a value, in plain spelling."""
    folded = is_folded(keyword)
    wanted = fold(keyword.value) if folded else keyword.value
    if keyword.match in (Match.REGEX, Match.GLOB):
        regex = keyword.match is Match.REGEX
        pattern, flags = (wanted, keyword.flags) if regex else (glob_regex(wanted, whole=False), "s")
        search = compile_pattern(pattern, flags).search

        def found(value: str) -> Span | None:
            match = search(fold(value) if folded else value)
            return (match.start(), match.end()) if match else None

        return found

    def held(value: str) -> Span | None:
        at = (fold(value) if folded else value).find(wanted)
        return (at, at + len(wanted)) if at >= 0 else None

    return held
