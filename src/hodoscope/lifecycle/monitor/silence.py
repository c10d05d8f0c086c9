"""Sensors that have gone silent, each judged by its own habits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from hodoscope.lifecycle.metric import Metric
from hodoscope.lifecycle.monitor.event import EventKind, MonitorEvent
from hodoscope.lifecycle.monitor.shares import wilson

Times = NDArray[np.int64]
LEAST_EVENTS = 30
"""A sensor of fewer events in the reference has no habits yet: it is not watched, and that is told."""
_FACTOR = 2.0
"""A pause is silence when it is so many times as long as the longest one that the sensor ever made."""
_Z95 = 1.959964


@dataclass(frozen=True, slots=True)
class Silence:
    """``limits``: sensor → longest pause in microseconds; ``unwatched`` have too few events."""

    limits: Mapping[str, float]
    unwatched: tuple[str, ...]

    @classmethod
    def fit(cls, times: Mapping[str, Times]) -> Self:
        """From event times in microseconds per sensor, in any order, over at least a few of its cycles (weeks)."""
        watched = {sensor: np.sort(found) for sensor, found in times.items() if len(found) >= LEAST_EVENTS}
        limits = {sensor: float(_FACTOR * np.diff(found).max()) for sensor, found in sorted(watched.items())}
        return cls(limits, tuple(sorted(times.keys() - watched.keys())))

    def check(self, model: str, last_seen: Mapping[str, int], now_us: int) -> list[MonitorEvent]:
        """Sensors silent at ``now_us``; one that ``last_seen`` lacks has been silent since for ever.

        An event later than now (a clock that runs ahead) counts as now.
        """
        found = []
        for sensor, limit in self.limits.items():
            pause = max(0, now_us - last_seen[sensor]) if sensor in last_seen else float("inf")
            if pause > limit:
                detail = f"{sensor} has been silent for {pause / 6e7:.0f} minutes; {limit / 6e7:.0f} are ordinary"
                found.append(MonitorEvent(model, EventKind.SILENCE, sensor, now_us, pause, limit, "us", detail))
        return found


def false_silences(times: Mapping[str, Times]) -> Metric:
    """Share of pauses called silence although the sensor went on: limits from the first half of its events.

    Counted in the second half, over all sensors together; Wilson 95 % interval over pauses.
    """
    silent = pauses = 0
    for found in times.values():
        ordered = np.sort(found)
        half = len(ordered) // 2
        if half >= LEAST_EVENTS:
            later = np.diff(ordered[half - 1 :])
            silent += int((later > _FACTOR * np.diff(ordered[:half]).max()).sum())
            pauses += len(later)
    low, high = wilson(silent, pauses, _Z95)
    return Metric(silent / pauses if pauses else float("nan"), low, high, n=pauses)
