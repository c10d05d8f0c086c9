"""Rows without a leak, strong features, groups and repeated values included: what a scan must keep silent on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hodoscope.lifecycle.features import Features

CLASSES = ("benign", "attack")


@dataclass(frozen=True)
class Rows:
    """``host`` (rows,) is the group each row comes from; hosts differ in their share of attacks."""

    features: Features
    labels: NDArray[np.int64]
    host: NDArray[np.int64]

    def planted(self, name: str, values: NDArray[np.float64]) -> Features:
        """The features with one column more."""
        wider = np.concatenate([self.features.values, values[:, None]], axis=1)
        return Features((*self.features.names, name), wider)


def honest_rows(seed: int = 1, rows: int = 3000) -> Rows:
    """A strong smooth feature (AUC .88), a count of few values, a duration, noise, a category as indicators."""
    dice = np.random.default_rng(seed)
    host = dice.integers(0, 30, rows)
    labels = (dice.random(rows) < (0.1 + 0.02 * host % 0.4)).astype(np.int64)
    kind = np.where(dice.random(rows) < 0.3, labels, dice.integers(0, 2, rows))
    columns = {
        "entropy": labels * 1.7 + dice.normal(size=rows),
        "failures_per_user": dice.poisson(2 + labels).astype(float),
        "duration_seconds": dice.exponential(10 + 5 * labels),
        "noise": dice.normal(size=rows),
        "protocol=tcp": (kind == 1).astype(float),
        "protocol=udp": (kind == 0).astype(float),
        "host_load": dice.normal(size=30)[host] + dice.normal(size=rows) / 10,
    }
    return Rows(Features(tuple(columns), np.stack(list(columns.values()), axis=1)), labels, host)
