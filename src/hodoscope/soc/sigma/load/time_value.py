"""Comparing a part of a time (``timestamp|hour|gte: 22``): written out as the values it allows."""

from hodoscope.soc.sigma.load.combine import any_of
from hodoscope.soc.sigma.load.refusal import Refused
from hodoscope.soc.sigma.rule import Leaf, Match, Node

RANGES = {Match.MINUTE: (0, 59), Match.HOUR: (0, 23), Match.DAY: (1, 31), Match.WEEK: (1, 53), Match.MONTH: (1, 12)}
"""First and last value of each part (ISO weeks go to 53). A year has no last one."""


def compared_time_part(field: str, part: Match, operator: str, number: int) -> Node:
    """Any of the part's values that compare so with ``number``; Refused for a year, whose values have no end."""
    if part not in RANGES:
        raise Refused("value: unsupported", f"{field}: list the years instead of comparing them", part.value)
    first, last = RANGES[part]
    allowed = {
        "lt": range(first, number),
        "lte": range(first, number + 1),
        "gt": range(number + 1, last + 1),
        "gte": range(number, last + 1),
    }[operator]
    return any_of(Leaf(field, part, str(value)) for value in allowed if first <= value <= last)
