"""When people work: arrival and departure per person and day, and event times drawn from that presence."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hodoscope.soc.simulate.clock import DAY, HOUR, MINUTE
from hodoscope.soc.simulate.company import Company
from hodoscope.soc.simulate.dice import Dice

_BIN = 5 * MINUTE
Draw = tuple[list[int], list[int]]  # (who, when): indices into the actors, microseconds


@dataclass(frozen=True, slots=True)
class Window:
    """A span of simulated time [start_us, end_us) within one UTC day; `number` counts the windows of a run."""

    number: int
    start_us: int
    end_us: int

    @property
    def day(self) -> int:
        """Days since 1970."""
        return self.start_us // DAY

    @property
    def hours(self) -> float:
        """Length in hours."""
        return (self.end_us - self.start_us) / HOUR


@dataclass(frozen=True, slots=True)
class DayPlan:
    """Arrival and departure of each person in UTC microseconds; absent people have arrival = departure = -1."""

    arrive_us: NDArray[np.int64]
    leave_us: NDArray[np.int64]
    evening: NDArray[np.bool_]


class Rhythm:
    """Presence of every person at every moment. Weekends keep 4 %, one working day in 12 is lost to leave."""

    def __init__(self, company: Company, seed: int) -> None:
        self._seed = seed
        self._offset = np.array([person.site.utc_offset_hours for person in company.people])
        self._arrives = np.array([person.arrives for person in company.people])
        self._leaves = np.array([person.leaves for person in company.people])
        self.plan = lru_cache(maxsize=4)(self._plan)

    def _plan(self, day: int) -> DayPlan:
        numbers = Dice(self._seed, "day", day).numbers
        count = len(self._offset)
        weekend = (day + 3) % 7 >= 5  # 1970-01-01 was a Thursday
        present = numbers.random(count) < (0.04 if weekend else 0.92)
        arrive = self._arrives + numbers.normal(0, 0.25, count) - self._offset
        leave = np.maximum(self._leaves + numbers.normal(0, 0.4, count) - self._offset, arrive + 1)
        evening = present & (numbers.random(count) < 0.08)
        start = np.where(present, day * DAY + arrive * HOUR, -1).astype(np.int64)
        return DayPlan(start, np.where(present, day * DAY + leave * HOUR, -1).astype(np.int64), evening)

    def presence(self, window: Window) -> NDArray[np.float64]:
        """Weight 0..1 per (person, five-minute bin) of the window: at work 1, lunch .35, some evenings .15."""
        plan = self.plan(window.day)
        middles = np.arange(window.start_us, window.end_us, _BIN) + _BIN // 2
        local = ((middles[None, :] + self._offset[:, None] * HOUR) % DAY) / HOUR
        working = (middles >= plan.arrive_us[:, None]) & (middles < plan.leave_us[:, None])
        weight = np.where(working, np.where((local > 12.2) & (local < 13.0), 0.35, 1.0), 0.0)
        late = plan.evening[:, None] & (local > 20) & (local < 22.5)
        return np.maximum(weight, np.where(late, 0.15, 0.0))


def draw(dice: Dice, weights: NDArray[np.float64], per_hour: float, window: Window) -> Draw:
    """Poisson events at `per_hour` × weight for each actor (row of `weights`), uniformly inside each bin."""
    bins = weights.shape[1]
    width = (window.end_us - window.start_us) / bins
    counts = dice.numbers.poisson(weights * (per_hour * width / HOUR))
    cells = np.repeat(np.arange(weights.size), counts.ravel())
    moments = window.start_us + ((cells % bins) + dice.numbers.random(cells.size)) * width
    return (cells // bins).tolist(), moments.astype(np.int64).tolist()


def steady(actors: int, window: Window) -> NDArray[np.float64]:
    """Weights of `actors` machines that never sleep."""
    return np.ones((actors, max(1, (window.end_us - window.start_us) // _BIN)))


def ticks(window: Window, period_us: int, phase_us: int = 0) -> range:
    """The multiples of `period_us` (shifted by `phase_us`) that fall inside the window."""
    first = -(-(window.start_us - phase_us) // period_us) * period_us + phase_us
    return range(first, window.end_us, period_us)
