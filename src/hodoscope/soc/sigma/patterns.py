"""RE2, bounded and quiet: the one place that compiles a stranger's regular expression.

RE2 has no look-around and no back-references, and its time is linear in the text whatever the pattern.
"""

from typing import Protocol, cast

import re2  # type: ignore[import-untyped]  # the package has no type stubs

MOST_MEMORY_BYTES = 8 << 20
"""Per pattern, compiled program and cached automaton states together (RE2's own default)."""


class Span(Protocol):
    """Where a pattern matched, in code points."""

    def start(self) -> int: ...

    def end(self) -> int: ...


class Pattern(Protocol):
    """A compiled pattern; safe to share between threads."""

    def search(self, text: str) -> Span | None:
        """The leftmost match anywhere in the text."""


class PatternError(ValueError):
    """RE2 cannot compile it; the message is RE2's own."""


def compile_pattern(pattern: str, flags: str = "") -> Pattern:
    """A pattern with flags out of ``ims``; PatternError when RE2 refuses it or it needs too much memory."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MOST_MEMORY_BYTES
    try:
        return cast(Pattern, re2.compile(f"(?{flags}){pattern}" if flags else pattern, options))
    except (re2.error, UnicodeEncodeError) as error:
        raise PatternError(_message(error)) from error


def _message(error: Exception) -> str:
    told = error.args[0] if error.args else str(error)
    return told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
