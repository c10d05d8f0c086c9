"""What of a correlation does not depend on how its hits are kept: modes, thresholds, order, expressions, numbers."""

import math
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence

from hodoscope.soc.sigma.rule import Correlation, Presence

TEMPORAL = frozenset(("temporal", "temporal_ordered"))
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def is_growing(correlation: Correlation) -> bool:
    """Whether more hits can only make it truer, so that it is judged at every instant (else: when a window is over)."""
    return all(operator in ("gt", "gte") for operator, _ in correlation.conditions) and not _negates(
        correlation.expression
    )


def _negates(expression: Presence) -> bool:
    return not isinstance(expression, str) and (expression[0] == "not" or any(map(_negates, expression[1:])))


def meets(measured: float, conditions: Sequence[tuple[str, float]]) -> bool:
    """Whether every condition holds."""
    return all(_OPERATORS[operator](measured, wanted) for operator, wanted in conditions)


_OPERATORS = {
    "gt": float.__gt__,
    "gte": float.__ge__,
    "lt": float.__lt__,
    "lte": float.__le__,
    "eq": float.__eq__,
    "neq": float.__ne__,
}


def number(text: str) -> float | None:
    """The decimal number a text is, None for any other text and beyond double precision's range."""
    if not _DECIMAL.fullmatch(text):
        return None
    value = float(text)
    return value if abs(value) != float("inf") else None


def total(numbers: int) -> float:
    """A sum kept in units of 2**-1074 (see :func:`units`) as the nearest double, infinite beyond their range."""
    try:
        return numbers / _UNITS
    except OverflowError:
        return math.inf if numbers > 0 else -math.inf


def units(value: float) -> int:
    """A double as an integer in units of the smallest one: sums of these are exact and can be taken apart again."""
    numerator, denominator = value.as_integer_ratio()
    return numerator * (_UNITS // denominator)


_UNITS = 1 << 1074


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Percentile of sorted numbers (at least one), linear between the two closest ranks."""
    position = (len(ordered) - 1) * percent / 100
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


Times = Mapping[str, Sequence[int]]
"""Rule id → times of its hits, ascending."""


def in_order(rules: Sequence[str], times: Times, start: int) -> int:
    """How many of the rules can be taken in this order with never decreasing times from ``start`` on.

    ``ends[k]`` is the earliest time at which ``k`` of the rules seen so far can have been taken.
    """
    ends = [start]
    for rule in rules:
        for taken in range(len(ends) - 1, -1, -1):
            end = _first(times, rule, ends[taken])
            if end is None:
                continue
            if taken + 1 == len(ends):
                ends.append(end)
            else:
                ends[taken + 1] = min(ends[taken + 1], end)
    return len(ends) - 1


def present(expression: Presence, times: Times, start: int) -> bool:
    """An expression with a rule true when it has a hit at ``start`` or later."""
    if isinstance(expression, str):
        return _first(times, expression, start) is not None
    operator, *operands = expression
    if operator == "not":
        return not present(operands[0], times, start)
    found = (present(operand, times, start) for operand in operands)
    return all(found) if operator == "and" else any(found)


def endings(expression: Presence, times: Times, starts: Sequence[int]) -> list[int]:
    """Every time at which an ordered expression can end when it begins at one of ``starts``; empty: not fulfilled.

    A rule ends at each of its hits from the beginning on; ``and``: its operands one after the other, each beginning
    where the one before ended; ``or``: where one of them ends; ``not``: where it begins, if its operand cannot end.
    """
    if not starts:
        return []
    if isinstance(expression, str):
        found = times.get(expression, ())
        return list(found[bisect_left(found, min(starts)) :])
    operator, *operands = expression
    if operator == "not":
        return [start for start in starts if not endings(operands[0], times, [start])]
    if operator == "or":
        return sorted({end for operand in operands for end in endings(operand, times, starts)})
    ends = list(starts)
    for operand in operands:
        ends = endings(operand, times, ends)
    return ends


def _first(times: Times, rule: str, start: int) -> int | None:
    found = times.get(rule, ())
    at = bisect_left(found, start)
    return found[at] if at < len(found) else None
