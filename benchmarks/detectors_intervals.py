"""Shares with a 95 % interval over groups, not rows: whole groups are drawn with replacement (cluster bootstrap)."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

DRAWS, SEED = 2000, 7


class Score(NamedTuple):
    """One measured number; ``low`` and ``high`` are None where nothing was sampled."""

    name: str
    value: float
    low: float | None
    high: float | None
    n: int
    unit: str


def number(name: str, value: float, unit: str, n: int) -> Score:
    """A plain number."""
    return Score(name, value, None, None, n, unit)


def share(name: str, groups: Mapping[str, Sequence[bool]], unit: str) -> Score:
    """Share of true outcomes over all groups; ``unit`` says what an outcome is. 0 of 0 is 0 with interval (0, 1)."""
    hits = np.array([sum(outcomes) for outcomes in groups.values()], dtype=np.float64)
    sizes = np.array([len(outcomes) for outcomes in groups.values()], dtype=np.float64)
    total = int(sizes.sum())
    if not total:
        return Score(name, 0.0, 0.0, 1.0, 0, unit)
    value = float(hits.sum() / total)
    if len(groups) < 2 or value in (0.0, 1.0):
        # Drawing again from equal outcomes shows no spread: the rule of three bounds what was never seen.
        spread = min(1.0, 3.0 / len(groups))
        return Score(name, value, max(0.0, value - spread), min(1.0, value + spread), total, unit)
    drawn = np.random.default_rng(SEED).integers(0, len(groups), (DRAWS, len(groups)))
    shares = hits[drawn].sum(axis=1) / np.maximum(1, sizes[drawn].sum(axis=1))
    low, high = np.quantile(shares, (0.025, 0.975))
    return Score(name, value, float(low), float(high), total, unit)
