"""A regular expression as RE2 takes it, or the reason why it cannot."""

import re

from hodoscope.soc.sigma.load.edge_assertions import without_look_around
from hodoscope.soc.sigma.load.limits import MOST_PATTERN_LENGTH
from hodoscope.soc.sigma.load.refusal import Refused
from hodoscope.soc.sigma.patterns import PatternError, compile_pattern
from hodoscope.soc.sigma.rule import Leaf, Match, Node

_REASONS = (
    (re.compile(r"\(\?<?[=!]"), "regex: look-around", "RE2 has no look-around; negate a second selection instead"),
    (re.compile(r"\(\?>"), "regex: atomic group", "RE2 has no atomic groups; write (?:...) and check the meaning"),
    (re.compile(r"\\[1-9]"), "regex: back-reference", "RE2 has no back-references; write the alternatives out"),
    (re.compile(r"repetition size|too large|bigger"), "limit: regex size", "repeat at most 1,000 times in all"),
)


def regex_node(field: str, pattern: str, flags: str) -> Node:
    """The leaf for a pattern that RE2 compiles; Refused with a countable reason otherwise."""
    if len(pattern) > MOST_PATTERN_LENGTH:
        raise Refused("limit: regex length", f"{field}: at most {MOST_PATTERN_LENGTH:,} characters", field)
    try:
        compile_pattern(pattern, flags)
    except PatternError as error:
        rewritten = without_look_around(pattern)
        if rewritten is not None and _compiles(rewritten, flags):
            return Leaf(field, Match.REGEX, rewritten, flags=flags)
        raise _refusal(field, pattern, str(error)) from error
    return Leaf(field, Match.REGEX, pattern, flags=flags)


def _compiles(pattern: str, flags: str) -> bool:
    try:
        compile_pattern(pattern, flags)
    except PatternError:
        return False
    return True


def _refusal(field: str, pattern: str, told: str) -> Refused:
    for sign, reason, remedy in _REASONS:
        if sign.search(pattern if reason.startswith("regex") else told):
            return Refused(reason, f"{field}: {remedy} ({told})", pattern)
    return Refused("regex: invalid", f"{field}: {told}", pattern)
