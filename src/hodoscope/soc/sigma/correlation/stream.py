"""Correlations over a stream of hits: batch by batch, the same matches however the stream is cut or restarted."""

from collections.abc import Iterable, Sequence
from graphlib import CycleError, TopologicalSorter

from hodoscope.errors import InputError
from hodoscope.soc.sigma.correlation.fields import needed_fields
from hodoscope.soc.sigma.correlation.interface import MOST_GROUPS, MOST_HITS, CorrelationMatch, HitBatch
from hodoscope.soc.sigma.correlation.running import Hit, Running
from hodoscope.soc.sigma.correlation.saved import dump_state, load_state
from hodoscope.soc.sigma.rule import Correlation


class Correlator:
    """The state of all correlations of a rule set. The semantics are those of the package's docstring.

    The latest instant waits until a later one comes (more hits of it may follow) or until :meth:`finish`.
    """

    def __init__(
        self, correlations: Sequence[Correlation], *, most_hits: int = MOST_HITS, most_groups: int = MOST_GROUPS
    ) -> None:
        self.correlations = tuple(correlations)
        self.running = [Running(correlation, most_hits, most_groups) for correlation in correlations]
        self.time_us: int | None = None
        self.pending: list[Hit] = []  # hits at ``time_us``
        self._bounds = {"most_hits": most_hits, "most_groups": most_groups}
        self._needed = needed_fields(correlations)
        self._order = _referred_first(self.correlations)
        self._closing = [running for running in self.running if not running.growing]

    @property
    def forgotten(self) -> int:
        """Groups dropped for lack of room so far."""
        return sum(running.forgotten for running in self.running)

    def take(self, batch: HitBatch) -> list[CorrelationMatch]:
        """The matches that the batch completes. ValueError when it is not sorted or begins before the last ended."""
        found: list[CorrelationMatch] = []
        for row, (time_us, rule_id) in enumerate(zip(batch.time_us.tolist(), batch.rule, strict=True)):
            if time_us != self.time_us:
                found += self.advance(time_us)
            if (fields := self._needed.get(rule_id)) is not None:
                event = batch.event[row]
                values = {name: batch.fields[name][row] for name in fields}
                self.pending.append(Hit(rule_id, (event,), values, event))
        return found

    def advance(self, time_us: int) -> list[CorrelationMatch]:
        """No hit before ``time_us`` will come any more: the matches that were waiting for it."""
        if self.time_us is not None and time_us < self.time_us:
            raise ValueError(f"hits must come in time order: {time_us} after {self.time_us}")
        found = list(self._until(time_us))
        self.time_us = time_us
        return found

    def finish(self) -> list[CorrelationMatch]:
        """What would be told if the stream ended here: the last instant, open windows. Changes nothing."""
        rest = Correlator(self.correlations, **self._bounds)
        rest.load(self.dump())
        return list(rest._until(None))

    def _until(self, end_us: int | None) -> Iterable[CorrelationMatch]:
        while True:
            times = [due for running in self._closing if (due := running.due()) is not None]
            if self.pending and self.time_us is not None:
                times.append(self.time_us)
            if not times or (end_us is not None and min(times) >= end_us):
                return
            yield from self._instant(min(times))

    def _instant(self, time_us: int) -> list[CorrelationMatch]:
        hits: dict[str, list[Hit]] = {}
        if time_us == self.time_us:
            for hit in self.pending:
                hits.setdefault(hit.rule_id, []).append(hit)
            self.pending = []
        told: dict[int, list[CorrelationMatch]] = {}
        for position in self._order:
            running = self.running[position]
            own = [hit for rule_id in running.correlation.rules for hit in hits.get(rule_id, ())]
            due = running.due()
            if own or (due is not None and due <= time_us):
                told[position] = running.instant(time_us, own)
                hits[running.correlation.rule_id] = [_as_hit(match) for match in told[position]]
        return [match for position in sorted(told) for match in told[position]]

    def dump(self) -> bytes:
        """The whole state; nothing in it is executed when loaded."""
        return dump_state(self.running, self.time_us, self.pending)

    def load(self, data: bytes) -> None:
        """Go on from a dumped state. A correlation that was not there or has changed since begins anew."""
        self.time_us, self.pending = load_state(data, self.running)


def _as_hit(match: CorrelationMatch) -> Hit:
    events = tuple(dict.fromkeys(event for hit in match.hits for event in hit.events))
    fields = {name: (value,) for name, value in match.group}
    return Hit(match.correlation, events, fields, (match.correlation, match.group, match.time_us))


def _referred_first(correlations: Sequence[Correlation]) -> list[int]:
    positions = {correlation.rule_id: position for position, correlation in enumerate(correlations)}
    graph = {
        position: [positions[rule_id] for rule_id in correlation.rules if rule_id in positions]
        for position, correlation in enumerate(correlations)
    }
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        names = " → ".join(correlations[position].title for position in error.args[1])
        raise InputError(f"correlations refer to each other in a circle: {names}; remove one reference") from error
