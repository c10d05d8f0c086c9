"""How often a bound on missed attacks is broken: on exchangeable data, under drift, and by a naive threshold.

A threshold is calibrated on invented scores, then the true risk is known exactly or from a large sample. Promised is:
above α in at most δ of repetitions. The naive threshold is the highest that keeps the *observed* risk within α.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.stats import beta

from hodoscope.lifecycle.evaluate.units import Floats
from hodoscope.lifecycle.risk_control import GRID, Bound, Risk, act_above, alarm_after, close_below

CASES = ((0.01, 0.05, 1500), (0.05, 0.05, 400), (0.1, 0.1, 150))
ACTIONS = ((0.05, 0.1, 2000), (0.1, 0.1, 600))
DRIFTS = (0.0, 0.3, 1.0, 2.0)
LABELS, ALARMS = 300, 20
"""Later labels per run of the alarm, and runs per drift: MAPIE's monitoring costs a tenth of a second for each."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Shares of ``repetitions``: the risk was above α with ``ours`` and with the ``naive`` threshold.

    ``risk_mean``: the risk with ours, on average. ``acted``: mean share closed of the harmless units (of all units, for
    wrong actions) with ours. ``alarmed``: share of runs in which 300 later labels proved that the bound is broken; NaN
    where it was not run.
    """

    risk: str
    alpha: float
    delta: float
    units: int
    drift: float
    ours: float
    naive: float
    risk_mean: float
    acted: float
    alarmed: float
    repetitions: int


def broken(repetitions: int, seed: int) -> Iterator[Broken]:
    """Missed attacks under rising drift of their scores, then wrong actions on exchangeable data."""
    for alpha, delta, attacks in CASES:
        ours, naive = _close_thresholds(alpha, delta, attacks, repetitions, seed)
        for drift in DRIFTS:
            missed, guessed = (beta.cdf(some, 6 - drift, 1.6) for some in (ours, naive))
            shares = _shares(missed, guessed, alpha)
            closed = float(np.mean(beta.cdf(ours, 1.2, 8)))
            alarmed = _alarmed(alpha, delta, missed, seed) if alpha == CASES[-1][0] else math.nan
            mean = float(missed.mean())
            yield Broken("missed", alpha, delta, attacks, drift, *shares, mean, closed, alarmed, repetitions)
    for alpha, delta, rows in ACTIONS:
        ours, naive = _act_thresholds(alpha, delta, rows, repetitions, seed)
        shares, acted = _shares(_wrong(ours), _wrong(naive), alpha), float(np.mean(1 - ours**4))
        mean = float(_wrong(ours).mean())
        yield Broken("wrong", alpha, delta, rows, 0.0, *shares, mean, acted, math.nan, repetitions)


def _shares(ours: Floats, naive: Floats, alpha: float) -> tuple[float, float]:
    return float(np.mean(ours > alpha)), float(np.mean(naive > alpha))


def _close_thresholds(alpha: float, delta: float, attacks: int, repetitions: int, seed: int) -> tuple[Floats, Floats]:
    """Ours and the naive one per repetition; 0 where nothing is closed. Attacks score like Beta(6, 1.6)."""
    found = []
    for run in range(repetitions):
        scores = np.random.default_rng((seed, attacks, run)).beta(6, 1.6, attacks)
        seen = np.searchsorted(np.sort(scores), GRID, "left") / attacks
        found.append((close_below(scores, alpha, delta).threshold or 0.0, GRID[seen <= alpha].max(initial=0)))
    ours, naive = np.array(found).T
    return ours, naive


def _act_thresholds(alpha: float, delta: float, rows: int, repetitions: int, seed: int) -> tuple[Floats, Floats]:
    """The same for actions; 1 where nothing is done. Confidence is like Beta(4, 1) and right as often as it says."""
    found = []
    for run in range(repetitions):
        dice = np.random.default_rng((seed, rows, run))
        sure = np.sort(dice.beta(4, 1, rows))
        right = dice.random(rows) < sure
        # Wrong actions from each place upwards, over how many there are.
        seen = np.cumsum(~right[::-1])[::-1] / np.arange(rows, 0, -1)
        threshold = act_above(sure, right, alpha, delta).threshold
        found.append((1.0 if threshold is None else threshold, sure[seen <= alpha].min(initial=1)))
    ours, naive = np.array(found).T
    return ours, naive


def _wrong(threshold: Floats) -> Floats:
    """Share of wrong actions from a threshold upwards, exactly: 1 - E[c | c ≥ threshold] for c like Beta(4, 1)."""
    share: Floats = 1 - 0.8 * (1 - threshold**5) / np.maximum(1 - threshold**4, 1e-12)
    return np.where(threshold < 1, share, 0.0)


def _alarmed(alpha: float, delta: float, missed: Floats, seed: int) -> float:
    bound = Bound(Risk.MISSED, alpha, delta, 0.5, 0)
    dice = np.random.default_rng((seed, 1))
    alarms = [alarm_after(bound, dice.random(LABELS) < share) is not None for share in missed[:ALARMS]]
    return float(np.mean(alarms))
