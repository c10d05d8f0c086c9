r"""What a pattern's group ``value`` holds: as ``re.search`` says, without its two slow ways through long texts.

Rendered events and PowerShell contexts are 2 to 20 KB. Python's engine tries a literal at every character (38 µs in a
rendered event) and tests ``[^\r\n]+`` character by character (40 µs for an encoded command); ``str.find`` takes 1 µs.
"""

import re
from dataclasses import dataclass

_LITERAL = re.compile(r"(?:\(\?m\)\^)?([\w :=,-]+)([*+?{]?)")
_SIMPLE_HEAD = re.compile(r"(?:\(\?m\)\^)?(?:[\w :=,-]\??)+")
_REST_OF_LINE = r"(?P<value>[^\r\n]+)"


@dataclass(frozen=True, slots=True)
class Capture:
    """``regex`` has a group ``value``. ``literal``: what every match begins with. ``head``: the pattern before a value
    that is the rest of the line."""

    regex: re.Pattern[str]
    literal: str
    head: re.Pattern[str] | None

    def of(self, text: str) -> str | None:
        """The value in a text; None without a match, or when the group took no part in it."""
        if not self.literal:
            found = self.regex.search(text)
            return found["value"] if found else None
        at = text.find(self.literal)
        while at >= 0:
            value = self._at(text, at)
            if value is not None:
                return value[0]
            at = text.find(self.literal, at + 1)
        return None

    def _at(self, text: str, at: int) -> tuple[str | None] | None:
        # match(text, at): "^" still means the start of a line, or of the text
        if self.head is not None:
            begun = self.head.match(text, at)
            if begun is None:
                return None
            value = text[begun.end() : _line_end(text, begun.end())]
            if value:
                return (value,)
            # Nothing is left of the line: the head may have taken too much of it, which the whole pattern would undo.
        found = self.regex.match(text, at)
        return (found["value"],) if found else None


def capture(regex: re.Pattern[str]) -> Capture:
    """The capture of a compiled pattern with a group ``value``."""
    pattern = regex.pattern
    literal = ""
    begun = _LITERAL.match(pattern)
    if begun and "|" not in pattern:
        literal = begun[1][:-1] if begun[2] else begun[1]
    if len(literal) < 3:
        return Capture(regex, "", None)
    head = pattern.removesuffix(_REST_OF_LINE)
    simple = head != pattern and _SIMPLE_HEAD.fullmatch(head)
    return Capture(regex, literal, re.compile(head) if simple else None)


def _line_end(text: str, begin: int) -> int:
    feed, carriage = text.find("\n", begin), text.find("\r", begin)
    feed = len(text) if feed < 0 else feed
    return feed if carriage < 0 else min(feed, carriage)
