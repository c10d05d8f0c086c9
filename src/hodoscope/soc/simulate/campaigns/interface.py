"""The port of campaigns: a campaign describes its steps and writes all of its events, marked, into an outbox."""

from dataclasses import dataclass
from typing import Protocol

from hodoscope.soc.simulate.clock import DAY, HOUR, MINUTE, SECOND
from hodoscope.soc.simulate.company import Company
from hodoscope.soc.simulate.dice import Dice
from hodoscope.soc.simulate.endpoint import Endpoint
from hodoscope.soc.simulate.outbox import Mark, Outbox
from hodoscope.soc.simulate.wire import Wire


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of a campaign. `hour` is the clock time (UTC) it likes, `share` its place in a short simulation;
    `detectors` names the families that are expected to find it."""

    name: str
    technique: str
    hour: float
    share: float
    what: str
    detectors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Schedule:
    """Start and room of every step. A campaign keeps its clock times where the simulation covers them all (on the
    last such day, so that history lies before it); otherwise its steps are spread over the time there is."""

    starts: tuple[int, ...]
    end_us: int

    @classmethod
    def fit(cls, steps: tuple[Step, ...], start_us: int, end_us: int, dice: Dice) -> "Schedule":
        """Times for `steps` within [start_us, end_us), each up to 90 s (1 % of a short simulation) late; steps must
        be in time order."""
        last = steps[-1].hour * HOUR + 75 * MINUTE
        day = (end_us - int(last)) // DAY
        first = day * DAY + int(steps[0].hour * HOUR)
        if first >= start_us:
            end = min(end_us, day * DAY + 48 * HOUR)
            late = 90 * SECOND
            return cls(tuple(day * DAY + int(step.hour * HOUR + dice.between(0, late)) for step in steps), end)
        length = end_us - start_us
        late = min(90 * SECOND, length // 100)
        return cls(tuple(start_us + int(step.share * length + dice.between(0, late)) for step in steps), end_us)

    def span(self, number: int, most_us: int) -> int:
        """How long step `number` may last: at most `most_us`, and it ends before the next step or the end."""
        later = self.starts[number + 1] if number + 1 < len(self.starts) else self.end_us
        return min(most_us, int(0.9 * (later - self.starts[number])))

    def remaining(self, number: int, most_us: int) -> int:
        """How long something that begins at step `number` may go on beside the later steps."""
        return min(most_us, int(0.98 * (self.end_us - self.starts[number])))


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a campaign plays: the company, its times, and the instruments to write with."""

    company: Company
    schedule: Schedule
    dice: Dice
    out: Outbox
    wire: Wire
    endpoint: Endpoint


class Campaign(Protocol):
    """`name` is the id used in the ground truth."""

    name: str
    title: str
    steps: tuple[Step, ...]

    def play(self, stage: Stage) -> None:
        """Write every event of every step; at least one per step."""
        ...

    def indicators(self) -> tuple[tuple[str, str], ...]:
        """(type, value) pairs that a threat feed would know of this campaign."""
        ...


def about(mark: Mark, entity: str) -> Mark:
    """The same step, told of another entity."""
    return mark._replace(entity=entity)


def marks(campaign: Campaign, entities: dict[str, str]) -> dict[str, Mark]:
    """The mark of each step by the step's name; `entities` gives `kind:name` per step, "" for the rest."""
    default = entities.get("", "")
    return {
        step.name: Mark(campaign.name, step.name, step.technique, entities.get(step.name, default))
        for step in campaign.steps
    }
