"""Event streams for the laws: rows of every detector's examples, shuffled in time: detectors meet strange company."""

import random
from datetime import UTC, datetime, timedelta

from hodoscope.soc.detectors.examples import Row, time_of
from hodoscope.soc.detectors.registry import DETECTORS

_START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def pool() -> list[tuple[Row, ...]]:
    """Every example's events."""
    return [example.events for entry in DETECTORS.values() for example in entry.examples]


def mixed(seed: int, size: int = 120) -> list[Row]:
    """About ``size`` rows: whole stretches of examples moved to start near each other, then single strays."""
    dice = random.Random(seed)
    rows: list[Row] = []
    while len(rows) < size:
        events = dice.choice(pool())
        low = dice.randrange(len(events))
        stretch = events[low : low + dice.randint(1, 40)]
        offset = _START + timedelta(seconds=dice.randint(0, 7200)) - time_of(stretch[0])
        rows.extend({**row, "time": time_of(row) + offset} for row in stretch)
    return rows
