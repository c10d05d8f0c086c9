"""One correlation at work: its groups, judged instant by instant."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from hodoscope.soc.sigma.correlation.fields import counted, groups, resolved
from hodoscope.soc.sigma.correlation.interface import CorrelationHit, CorrelationMatch, Values
from hodoscope.soc.sigma.correlation.measure import TEMPORAL, is_growing, meets
from hodoscope.soc.sigma.correlation.window import Kept, Window
from hodoscope.soc.sigma.rule import Correlation


class Hit(NamedTuple):
    """A hit of a rule or of a referred correlation; equal ``itself`` means the same event."""

    rule_id: str
    events: tuple[str, ...]
    fields: Mapping[str, Values]
    itself: object


class Group:
    """One group's window and what was told of it."""

    __slots__ = ("opened_us", "told_us", "window")

    def __init__(self, window: Window, opened_us: int, told_us: int | None = None) -> None:
        self.window, self.opened_us, self.told_us = window, opened_us, told_us


class Running:
    """The state of a correlation. Instants must come in time order, and none may be left out that :meth:`due` names."""

    def __init__(self, correlation: Correlation, most_hits: int, most_groups: int) -> None:
        self.correlation = correlation
        self.growing = is_growing(correlation)
        self.span = correlation.timespan_seconds * 1_000_000
        self.groups: dict[Values, Group] = {}
        """By last hit (growing) or by opening (closing), oldest first."""
        self.forgotten = 0
        self._most_hits, self._most_groups = most_hits, most_groups
        self._rank = {rule_id: rank for rank, rule_id in enumerate(correlation.rules)}
        self._fields = {
            rule_id: (
                resolved(correlation, correlation.group_by, rule_id),
                resolved(correlation, correlation.field, rule_id),
            )
            for rule_id in correlation.rules
        }

    def window(self) -> Window:
        """An empty one."""
        return Window(self.correlation, self._most_hits)

    def due(self) -> int | None:
        """When the next window closes; None when none is open or windows slide."""
        if self.growing or not self.groups:
            return None
        return next(iter(self.groups.values())).opened_us + self.span

    def instant(self, time_us: int, hits: Sequence[Hit]) -> list[CorrelationMatch]:
        """All hits of one time; what is to be told then, in order of the groups."""
        touched = self._add(time_us, hits)
        if self.growing:
            found = [match for group in touched if (match := self._slide(time_us, group))]
            self._sweep(time_us)
        else:
            found = self._close(time_us)
        return sorted(found, key=lambda match: match.group)

    def _add(self, time_us: int, hits: Sequence[Hit]) -> list[Values]:
        by_group: dict[Values, dict[object, Hit]] = {}
        once = self.correlation.kind not in TEMPORAL
        for hit in sorted(hits, key=lambda hit: (self._rank[hit.rule_id], hit.events)):
            for group in groups(hit.fields, self._fields[hit.rule_id][0]):
                own = by_group.setdefault(group, {})
                own.setdefault(hit.itself if once else (hit.rule_id, hit.itself), hit)
        for group, own in sorted(by_group.items()):
            window = self._of(group, time_us).window
            for hit in sorted(own.values(), key=lambda hit: (hit.rule_id, hit.events)):
                texts = counted(hit.fields, self._fields[hit.rule_id][1]) if self.correlation.field else ()
                window.add(Kept(time_us, hit.rule_id, hit.events, texts))
        return [group for group in by_group if group in self.groups]

    def _of(self, group: Values, time_us: int) -> Group:
        found = self.groups.pop(group, None) if self.growing else self.groups.get(group)
        if found is None:
            found = Group(self.window(), time_us)
        self.groups[group] = found
        if len(self.groups) > self._most_groups:
            del self.groups[next(iter(self.groups))]
            self.forgotten += 1
        return found

    def _slide(self, time_us: int, group: Values) -> CorrelationMatch | None:
        state = self.groups[group]
        state.window.forget_before(time_us - self.span)
        if state.told_us is not None and time_us <= state.told_us + self.span:
            return None
        match = self._judged(group, state.window, time_us - self.span, time_us)
        if match:
            state.told_us = time_us
        return match

    def _sweep(self, time_us: int) -> None:
        """Groups without a hit in the window are as good as never seen: their last told time is even older."""
        while self.groups:
            group, state = next(iter(self.groups.items()))
            if state.window.hits[-1].time_us >= time_us - self.span:
                return
            del self.groups[group]

    def _close(self, time_us: int) -> list[CorrelationMatch]:
        found = []
        while (due := self.due()) is not None and due <= time_us:
            group = next(iter(self.groups))
            state = self.groups.pop(group)
            if match := self._judged(group, state.window, state.opened_us, due):
                found.append(match)
        return found

    def _judged(self, group: Values, window: Window, first_us: int, time_us: int) -> CorrelationMatch | None:
        measured = window.measured(first_us)
        if measured is None or not meets(measured, self.correlation.conditions):
            return None
        hits = tuple(CorrelationHit(hit.time_us, hit.rule_id, hit.events) for hit in window.hits)
        named = tuple(zip(self.correlation.group_by, group, strict=True))
        return CorrelationMatch(
            self.correlation.rule_id, named, first_us, time_us, measured, hits, dropped=window.dropped
        )
