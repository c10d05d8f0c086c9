"""A correct dummy detector and one that breaks each law, to show that the laws can fail."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import cast

import pyarrow as pa

from hodoscope.soc.detectors.conclusion import Conclusion, conclude
from hodoscope.soc.detectors.evidence import Note, where_events, where_window
from hodoscope.soc.detectors.examples import spaced
from hodoscope.soc.detectors.interface import DetectorSpec, Example, Parameter
from hodoscope.soc.detectors.rows import Rows
from hodoscope.soc.detectors.state import seal, unseal
from hodoscope.soc.finding import Finding, Severity

State = list[int]


class Third:
    """Fires at every third event."""

    spec = DetectorSpec(
        name="third",
        version="1",
        title="Every third event",
        attack=("T1110",),
        columns=("user_name",),
        where="1",
        lateness_seconds=0,
        parameters={"every": Parameter(3, "events", "dummy")},
        how_to_check="Count the events of the user again and compare with three.",
    )

    def initial(self) -> State:
        return [0]

    def detect(self, events: pa.Table, state: State) -> Iterator[Finding]:
        rows = Rows(events)
        for time_us, event_id, name in zip(rows.times_us, rows.event_ids, rows.text("user_name"), strict=True):
            state[0] += 1
            if state[0] % 3 == 0:
                yield conclude(self.spec, rows.tenant, self.verdict(time_us, event_id, name))

    def verdict(self, time_us: int, event_id: bytes, name: str) -> Conclusion:
        return Conclusion(
            entity="user:bob", anchor=event_id.hex(), severity=Severity.LOW, confidence=0.5,
            first_us=time_us, last_us=time_us, explanation="This is the third event since the last finding, a dummy.",
            reasons=(("third", 1.0),), notes=[Note(event_id, time_us, "user_name", name)], event_count=1,
            where=where_events([event_id]),
        )  # fmt: skip

    def finish(self, state: State) -> Iterable[Finding]:
        return ()

    def dump(self, state: State) -> bytes:
        return seal(self.spec, list(state))

    def load(self, data: bytes) -> State:
        return cast("State", unseal(self.spec, data))


class ForgetsAtBatchEnd(Third):
    """Starts counting anew with each batch."""

    def detect(self, events: pa.Table, state: State) -> Iterator[Finding]:
        state[0] = 0
        yield from super().detect(events, state)


class LosesStateOnDump(Third):
    """Snapshots nothing."""

    def load(self, data: bytes) -> State:
        return [0]


class FinishCounts(Third):
    """``finish`` changes the state."""

    def finish(self, state: State) -> Iterable[Finding]:
        state[0] += 1
        return ()


class IdsFromARunNumber(Third):
    """Finding ids from something that is not the input."""

    _runs = itertools.count()

    def verdict(self, time_us: int, event_id: bytes, name: str) -> Conclusion:
        return replace(super().verdict(time_us, event_id, name), anchor=str(next(self._runs)))


class SameIdTwice(Third):
    """All findings share one id."""

    def verdict(self, time_us: int, event_id: bytes, name: str) -> Conclusion:
        return replace(super().verdict(time_us, event_id, name), anchor="always")


class NeverFires(Third):
    """Finds nothing."""

    def detect(self, events: pa.Table, state: State) -> Iterator[Finding]:
        return iter(())


class NoTechnique(Third):
    """Has no ATT&CK id."""

    spec = replace(Third.spec, attack=())


class InventsEvidence(Third):
    """Quotes a value that its event does not hold."""

    def verdict(self, time_us: int, event_id: bytes, name: str) -> Conclusion:
        notes = [Note(event_id, time_us, "user_name", "mallory")]
        return replace(super().verdict(time_us, event_id, name), notes=notes)


class SelectsNeighbours(Third):
    """Its WHERE is a stretch of time, which holds events it did not count."""

    def verdict(self, time_us: int, event_id: bytes, name: str) -> Conclusion:
        return replace(super().verdict(time_us, event_id, name), where=where_window(time_us - 2_000_000, time_us))


class Unexplained(Third):
    """Explains nothing."""

    def verdict(self, time_us: int, event_id: bytes, name: str) -> Conclusion:
        return replace(super().verdict(time_us, event_id, name), explanation="")


EXAMPLES = (
    Example("seven events", True, spaced("2026-03-02T09:00:00", 1, [{"user_name": "bob"}] * 7)),
    Example("two events", False, spaced("2026-03-02T09:00:00", 1, [{"user_name": "bob"}] * 2)),
)
