"""The hits of one group within a timespan, and what is measured over them, kept up to date hit by hit."""

from bisect import bisect_left, insort
from collections import Counter, deque
from typing import NamedTuple, Protocol

from hodoscope.soc.sigma.correlation.interface import Values
from hodoscope.soc.sigma.correlation.measure import endings, in_order, number, percentile, present, total, units
from hodoscope.soc.sigma.rule import Correlation


class Kept(NamedTuple):
    """A hit in a window; ``texts`` are the values it adds to a count or a sum."""

    time_us: int
    rule_id: str
    events: tuple[str, ...]
    texts: Values


class _Measure(Protocol):
    def add(self, hit: Kept) -> None: ...

    def remove(self, hit: Kept) -> None:
        """The oldest hit leaves."""

    def measured(self, start: int) -> float | None:
        """Over the hits there are, none before ``start``; None when nothing is true."""


class Window:
    """Hits in time order with their measure, at most ``most_hits`` of them."""

    def __init__(self, correlation: Correlation, most_hits: int) -> None:
        self.hits: deque[Kept] = deque()
        self.dropped = 0
        self.dropped_us = 0  # time of the newest hit dropped for lack of room
        self._most_hits = most_hits
        self._measure = _measure(correlation)

    def add(self, hit: Kept) -> None:
        """A hit not older than any other."""
        self.hits.append(hit)
        self._measure.add(hit)
        if len(self.hits) > self._most_hits:
            self.dropped_us = self._forget().time_us
            self.dropped += 1

    def forget_before(self, start: int) -> None:
        """Hits before a time leave the window; dropped ones that would have left are no longer missing."""
        while self.hits and self.hits[0].time_us < start:
            self._forget()
        if self.dropped_us < start:
            self.dropped = 0

    def _forget(self) -> Kept:
        oldest = self.hits.popleft()
        self._measure.remove(oldest)
        return oldest

    def measured(self, start: int) -> float | None:
        """The correlation's measure over the window; None when nothing is true."""
        return self._measure.measured(start)


def _measure(correlation: Correlation) -> _Measure:
    match correlation.kind:
        case "event_count":
            return _Events()
        case "value_count":
            return _Distinct()
        case "temporal" | "temporal_ordered":
            return _Rules(correlation)
    return _Numbers(correlation)


class _Events:
    def __init__(self) -> None:
        self.count = 0

    def add(self, hit: Kept) -> None:
        self.count += 1

    def remove(self, hit: Kept) -> None:
        self.count -= 1

    def measured(self, start: int) -> float | None:
        return float(self.count)


class _Distinct:
    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def add(self, hit: Kept) -> None:
        self.counts.update(hit.texts)

    def remove(self, hit: Kept) -> None:
        for text in hit.texts:
            self.counts[text] -= 1
            if not self.counts[text]:
                del self.counts[text]

    def measured(self, start: int) -> float | None:
        return float(len(self.counts))


class _Numbers:
    def __init__(self, correlation: Correlation) -> None:
        self.kind = correlation.kind
        self.percent = 50.0 if correlation.kind == "value_median" else correlation.percentile
        self.ordered: list[float] = []
        self.sum_units = 0

    def add(self, hit: Kept) -> None:
        for value in map(number, hit.texts):
            if value is not None:
                insort(self.ordered, value)
                self.sum_units += units(value)

    def remove(self, hit: Kept) -> None:
        for value in map(number, hit.texts):
            if value is not None:
                del self.ordered[bisect_left(self.ordered, value)]
                self.sum_units -= units(value)

    def measured(self, start: int) -> float | None:
        if not self.ordered:
            return None
        if self.kind == "value_sum":
            return total(self.sum_units)
        if self.kind == "value_avg":
            return total(self.sum_units) / len(self.ordered)
        return percentile(self.ordered, self.percent)


class _Rules:
    def __init__(self, correlation: Correlation) -> None:
        self.correlation = correlation
        self.ordered = correlation.kind == "temporal_ordered"
        self.times: dict[str, list[int]] = {}

    def add(self, hit: Kept) -> None:
        self.times.setdefault(hit.rule_id, []).append(hit.time_us)

    def remove(self, hit: Kept) -> None:
        left = self.times[hit.rule_id]
        del left[0]
        if not left:
            del self.times[hit.rule_id]

    def measured(self, start: int) -> float | None:
        expression = self.correlation.expression
        if not expression:
            return float(in_order(self.correlation.rules, self.times, start) if self.ordered else len(self.times))
        fulfilled = (
            bool(endings(expression, self.times, [start])) if self.ordered else present(expression, self.times, start)
        )
        return float(len(self.times)) if fulfilled else None
