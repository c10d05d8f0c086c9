"""How often a drift monitor triggers although nothing drifts: measured, on rows it was not calibrated on."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hodoscope.errors import InputError
from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.metric import Metric
from hodoscope.lifecycle.monitor.drift import DriftMonitor, DriftSettings

ROUNDS = 30
_Z95 = 1.959964


@dataclass(frozen=True, slots=True)
class FalseTriggers:
    """``share`` of windows that triggered, with an interval over rounds; ``wanted`` is what was asked for."""

    share: Metric
    wanted: float


def false_triggers(
    stationary: Features,
    settings: DriftSettings,
    rounds: int = ROUNDS,
    fit: Callable[[Features, DriftSettings], DriftMonitor] = DriftMonitor.fit,
) -> FalseTriggers:
    """Deal the blocks of ``stationary`` at random, calibrate on the first two thirds, count triggers in the rest.

    Dealing makes the rows stationary whatever they were; neighbours stay together. Each round is one independent unit
    of the interval (mean ± 1.96 standard errors, never below 0), because its windows share one calibration.

    Raises ``InputError`` when a third of the rows holds no window.
    """
    blocks = stationary.rows // settings.block
    cut = 2 * blocks // 3
    if (blocks - cut) * settings.block < settings.window:
        raise InputError(f"monitor: {stationary.rows} rows are too few to measure windows of {settings.window} on")
    random = np.random.default_rng((settings.seed, 1))
    shares = []
    for _ in range(rounds):
        rows = (random.permutation(blocks)[:, None] * settings.block + np.arange(settings.block)).ravel()
        monitor = fit(stationary.take(rows[: cut * settings.block]), settings)
        stream = rows[cut * settings.block :]
        windows = [
            stream[start : start + settings.window]
            for start in range(0, len(stream) - settings.window + 1, settings.window)
        ]
        shares.append(np.mean([monitor.check(stationary.take(window)).drifted for window in windows]))
    mean = float(np.mean(shares))
    margin = _Z95 * float(np.std(shares, ddof=1)) / math.sqrt(rounds) if rounds > 1 else 1.0
    # No trigger at all bounds the share by the rule of three over rounds.
    margin = max(margin, 3 / (rounds * len(windows))) if mean == 0 else margin
    return FalseTriggers(
        Metric(mean, max(0.0, mean - margin), min(1.0, mean + margin), n=rounds), settings.false_trigger_share
    )
