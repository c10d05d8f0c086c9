"""The judge of correlations: the semantics of :mod:`hodoscope.soc.sigma.correlation` read aloud, quadratic and plain.

Everything is looked at as a whole list, nothing incremental, nothing bounded. Streaming and SQL must agree with it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from hodoscope.soc.sigma.correlation.fields import counted, groups, resolved
from hodoscope.soc.sigma.correlation.interface import CorrelationHit, CorrelationMatch, HitBatch, Values
from hodoscope.soc.sigma.correlation.measure import is_growing
from hodoscope.soc.sigma.rule import Correlation, Presence

Group = tuple[str, ...]


@dataclass(frozen=True)
class PlainHit:
    """A hit of a rule, or the match of a correlation as a hit."""

    time_us: int
    rule: str
    events: tuple[str, ...]
    fields: Mapping[str, Values]
    itself: object  # what makes two hits the same event


def hits_of(batch: HitBatch) -> list[PlainHit]:
    """The rows of a batch."""
    return [
        PlainHit(
            int(batch.time_us[row]),
            batch.rule[row],
            (batch.event[row],),
            {name: column[row] for name, column in batch.fields.items()},
            batch.event[row],
        )
        for row in range(len(batch))
    ]


def correlate(correlations: Sequence[Correlation], hits: Sequence[PlainHit]) -> list[CorrelationMatch]:
    """Everything the correlations tell over the whole stream, in order."""
    positions = {correlation.rule_id: position for position, correlation in enumerate(correlations)}
    told: dict[str, list[CorrelationMatch]] = {}
    while len(told) < len(correlations):
        for correlation in correlations:
            referred = [rule for rule in correlation.rules if rule in positions]
            if correlation.rule_id not in told and all(rule in told for rule in referred):
                own = [hit for hit in hits if hit.rule in correlation.rules]
                own += [_as_hit(match) for rule in referred for match in told[rule]]
                told[correlation.rule_id] = _matches(correlation, own)
    everything = [match for matches in told.values() for match in matches]
    return sorted(everything, key=lambda match: (match.time_us, positions[match.correlation], match.group))


def _as_hit(match: CorrelationMatch) -> PlainHit:
    events = tuple(dict.fromkeys(event for hit in match.hits for event in hit.events))
    fields = {name: (value,) for name, value in match.group}
    return PlainHit(match.time_us, match.correlation, events, fields, (match.correlation, match.group, match.time_us))


def _matches(correlation: Correlation, hits: list[PlainHit]) -> list[CorrelationMatch]:
    by_group: dict[Group, list[PlainHit]] = {}
    for hit in hits:
        for group in groups(hit.fields, resolved(correlation, correlation.group_by, hit.rule)):
            by_group.setdefault(group, []).append(hit)
    if not correlation.kind.startswith("temporal"):
        by_group = {group: _once_per_event(correlation, own) for group, own in by_group.items()}
    judge = _growing if is_growing(correlation) else _closing
    return [match for group, own in by_group.items() for match in judge(correlation, group, own)]


def _once_per_event(correlation: Correlation, hits: list[PlainHit]) -> list[PlainHit]:
    first: dict[object, PlainHit] = {}
    for hit in sorted(hits, key=lambda hit: correlation.rules.index(hit.rule)):
        first.setdefault(hit.itself, hit)
    return list(first.values())


def _growing(correlation: Correlation, group: Group, hits: list[PlainHit]) -> list[CorrelationMatch]:
    span = correlation.timespan_seconds * 1_000_000
    found: list[CorrelationMatch] = []
    for time in sorted({hit.time_us for hit in hits}):
        if not found or time > found[-1].time_us + span:
            found += _judged(correlation, group, hits, time - span, time)
    return found


def _closing(correlation: Correlation, group: Group, hits: list[PlainHit]) -> list[CorrelationMatch]:
    span = correlation.timespan_seconds * 1_000_000
    found: list[CorrelationMatch] = []
    end = None
    for time in sorted({hit.time_us for hit in hits}):
        if end is None or time > end:
            end = time + span
            found += _judged(correlation, group, hits, time, end)
    return found


def _judged(
    correlation: Correlation, group: Group, hits: list[PlainHit], first: int, last: int
) -> list[CorrelationMatch]:
    window = [hit for hit in hits if first <= hit.time_us <= last]
    measured = _measured(correlation, window)
    if measured is None or not all(_holds(measured, *condition) for condition in correlation.conditions):
        return []
    evidence = [CorrelationHit(hit.time_us, hit.rule, hit.events) for hit in window]
    evidence.sort(key=lambda hit: (hit.time_us, hit.rule_id, hit.events))
    named = tuple(zip(correlation.group_by, group, strict=True))
    return [CorrelationMatch(correlation.rule_id, named, first, last, measured, tuple(evidence))]


def _holds(measured: float, operator: str, wanted: float) -> bool:
    return {
        "gt": measured > wanted,
        "gte": measured >= wanted,
        "lt": measured < wanted,
        "lte": measured <= wanted,
        "eq": measured == wanted,
        "neq": measured != wanted,
    }[operator]


def _measured(correlation: Correlation, window: list[PlainHit]) -> float | None:
    """None when nothing is true: no number, or an expression that is false."""
    if correlation.kind == "event_count":
        return float(len(window))
    if correlation.kind in ("temporal", "temporal_ordered"):
        return _temporal(correlation, window)
    texts = [text for hit in window for text in counted(hit.fields, resolved(correlation, correlation.field, hit.rule))]
    if correlation.kind == "value_count":
        return float(len(set(texts)))
    return _of_numbers(correlation, sorted(number for text in texts if (number := _number(text)) is not None))


def _temporal(correlation: Correlation, window: list[PlainHit]) -> float | None:
    seen = {hit.rule for hit in window}
    if correlation.expression:
        ordered = correlation.kind == "temporal_ordered"
        fulfilled = (
            bool(_ends(correlation.expression, window, -math.inf)) if ordered else _true(correlation.expression, seen)
        )
        return float(len(seen)) if fulfilled else None
    if correlation.kind == "temporal":
        return float(len(seen))
    return float(_longest(correlation.rules, window, -math.inf))


def _longest(rules: Sequence[str], window: list[PlainHit], start: float) -> int:
    """Try every choice: leave the first rule out, or take it at any of its hits."""
    if not rules:
        return 0
    taken = [
        1 + _longest(rules[1:], window, hit.time_us) for hit in window if hit.rule == rules[0] and hit.time_us >= start
    ]
    return max([_longest(rules[1:], window, start), *taken])


def _true(expression: Presence, seen: set[str]) -> bool:
    if isinstance(expression, str):
        return expression in seen
    operator, *operands = expression
    verdicts = [_true(operand, seen) for operand in operands]
    return {"and": all(verdicts), "or": any(verdicts), "not": not verdicts[0]}[str(operator)]


def _ends(expression: Presence, window: list[PlainHit], start: float) -> set[float]:
    """Every time at which the ordered expression can be fulfilled, from ``start`` on."""
    if isinstance(expression, str):
        return {hit.time_us for hit in window if hit.rule == expression and hit.time_us >= start}
    operator, *operands = expression
    if operator == "not":
        return set() if _ends(operands[0], window, start) else {start}
    if operator == "or":
        return set().union(*(_ends(operand, window, start) for operand in operands))
    ends = {start}
    for operand in operands:
        ends = set().union(*(_ends(operand, window, end) for end in ends))
    return ends


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    plain = set(text) <= set("+-.0123456789eE")
    return value if plain and math.isfinite(value) else None


def _of_numbers(correlation: Correlation, numbers: list[float]) -> float | None:
    if not numbers:
        return None
    exact = sum(map(Fraction, numbers), Fraction())
    total = float(exact) if abs(exact) < Fraction(2) ** 1024 else math.copysign(math.inf, exact.numerator)
    if correlation.kind == "value_sum":
        return total
    if correlation.kind == "value_avg":
        return total / len(numbers)
    percent = 50.0 if correlation.kind == "value_median" else correlation.percentile
    position = (len(numbers) - 1) * percent / 100
    lower, upper = numbers[math.floor(position)], numbers[math.ceil(position)]
    return lower + (upper - lower) * (position - math.floor(position))
