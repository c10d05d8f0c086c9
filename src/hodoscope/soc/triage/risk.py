"""Entity risk at event time: what was found about a user, host, account or key, fading as time passes.

Each finding gives its entities points by severity and confidence, in full to the entity it is about and half to the
others it touches; points halve every :data:`HALF_LIFE`. The score at any moment is the sum of what is left, shown on a
scale of 0 to 100 (``100 · (1 − 2^(−points / SCALE))``), so that it never overflows and one more alert always counts.
The idea of adding up decayed points per entity is risk-based alerting as SIEMs have it; points and half-life are this
house's convention. Event time decides, so a replay of last month's logs gives last month's risk.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

HALF_LIFE = timedelta(days=7)
POINTS: Mapping[int, float] = {1: 1.0, 2: 5.0, 3: 20.0, 4: 50.0, 5: 100.0}
"""By severity (informational … critical), before the detector's confidence."""
TOUCHED = 0.5
SCALE = 100.0
"""Points that make half of the scale: one certain critical finding."""
KINDS = ("user", "host", "account", "key")
"""Entities that carry risk: what an analyst can act on. An address is evidence, not somebody."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What risk needs of a finding. ``source`` names what fed it, for the list of contributions."""

    source: str
    title: str
    entity: str
    entity_ids: tuple[str, ...]
    severity: int
    confidence: float
    time: datetime


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one source still gives to an entity at the moment asked about."""

    source: str
    title: str
    points: float
    findings: int
    last_time: datetime


@dataclass(frozen=True, slots=True)
class EntityRisk:
    """One entity at ``at``: ``score`` 0 … 100, ``peak`` the highest ever and when, contributions largest first.

    ``history`` holds (time, score) at every finding, in order.
    """

    entity: str
    at: datetime
    score: float
    peak: float
    peak_time: datetime
    contributions: tuple[Contribution, ...]
    history: tuple[tuple[datetime, float], ...]


def scale(points: float) -> float:
    """Points as a score between 0 and 100."""
    return 100 * (1 - 2 ** (-points / SCALE))


def risks(observed: Sequence[Observed], at: datetime) -> list[EntityRisk]:
    """Every entity's risk at a moment, the highest first; findings after it do not count."""
    rows: dict[str, list[tuple[float, float, Observed]]] = defaultdict(list)
    for each in observed:
        if each.time <= at:
            points = POINTS[each.severity] * each.confidence
            for entity in dict.fromkeys((each.entity, *each.entity_ids)):
                if entity.partition(":")[0] in KINDS:
                    given = points if entity == each.entity else points * TOUCHED
                    rows[entity].append((each.time.timestamp(), given, each))
    found = [_risk(entity, given, at) for entity, given in rows.items()]
    return sorted(found, key=lambda each: (-each.score, each.entity))


def decayed(times: npt.NDArray[np.float64], points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The sum of what is left of all points so far, at each of the times (seconds, ascending)."""
    half = HALF_LIFE.total_seconds()
    left = np.empty(len(times))
    begin, carried = 0, 0.0
    while begin < len(times):  # sums of powers of two stay exact enough over 500 half-lives: a stretch at a time
        end = int(np.searchsorted(times, times[begin] + 500 * half, side="right"))
        age = (times[begin:end] - times[begin]) / half
        grown = np.cumsum(points[begin:end] * 2.0**age) + carried
        left[begin:end] = grown * 2.0**-age
        if end < len(times):
            carried = float(left[end - 1] * 2.0 ** -((times[end] - times[end - 1]) / half))
        begin = end
    return left


def _risk(entity: str, given: list[tuple[float, float, Observed]], at: datetime) -> EntityRisk:
    given.sort(key=lambda row: row[0])
    times, points = np.array([row[0] for row in given]), np.array([row[1] for row in given])
    left = decayed(times, points)
    ages = (at.timestamp() - times) / HALF_LIFE.total_seconds()
    remaining = points * 2.0**-ages
    best = int(np.argmax(left))
    return EntityRisk(
        entity=entity,
        at=at,
        score=scale(float(remaining.sum())),
        peak=scale(float(left[best])),
        peak_time=datetime.fromtimestamp(float(times[best]), UTC),
        contributions=_contributions([row[2] for row in given], remaining.tolist()),
        history=tuple((row[2].time, scale(value)) for row, value in zip(given, left.tolist(), strict=True)),
    )


def _contributions(observed: Sequence[Observed], remaining: Sequence[float]) -> tuple[Contribution, ...]:
    by_source: dict[str, list[tuple[Observed, float]]] = defaultdict(list)
    for each, points in zip(observed, remaining, strict=True):
        by_source[each.source].append((each, points))
    made = [
        Contribution(
            source,
            rows[-1][0].title,
            math.fsum(points for _, points in rows),
            len(rows),
            max(row.time for row, _ in rows),
        )
        for source, rows in by_source.items()
    ]
    return tuple(sorted(made, key=lambda each: (-each.points, each.source)))
