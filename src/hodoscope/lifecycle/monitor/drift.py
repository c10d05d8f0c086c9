"""Drift of inputs or scores: a window of rows against the reference, with the false triggers under control.

Each column is compared by its Kolmogorov-Smirnov distance, put on one scale by what the distance does when nothing
drifts; the largest column decides. What it does when nothing drifts is not taken from a table, which would assume
independent rows and one column: it is found by cutting the reference into blocks of neighbouring rows, dealing them at
random into window and rest, and comparing these (permutation of blocks; Kirch 2007). The limit is the level that the
wanted share of these windows exceeds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from hodoscope.errors import InputError
from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.monitor.binned import Binned, distance, histogram

Floats = NDArray[np.float64]
_LEAST_WINDOWS = 4
"""The reference must hold so many windows, or the rest of it is no reference for a window dealt from it."""

_ONE_ROW = 2.0
"""Standard deviations at most by which one row of a window moves its column; the limit is never below it."""


@dataclass(frozen=True, slots=True)
class DriftSettings:
    """``window`` and ``block`` in rows. Rows of a block stay together: as long as neighbours resemble each other.

    ``false_trigger_share`` of the windows may trigger although nothing drifts; ``deals`` permutations set the limit.
    """

    window: int = 200
    block: int = 1
    false_trigger_share: float = 0.01
    deals: int = 1000
    seed: int = 7

    def __post_init__(self) -> None:
        if not 1 <= self.block <= self.window:
            raise InputError(f"monitor: a block of {self.block} rows in a window of {self.window}; blocks are smaller")
        if not 0 < self.false_trigger_share < 1 or self.deals * self.false_trigger_share < 1:
            raise InputError(
                f"monitor: {self.deals} deals cannot show a share of {self.false_trigger_share}; take at least"
                " 1 / share deals"
            )


@dataclass(frozen=True, slots=True)
class DriftCheck:
    """``statistic`` is the largest of ``columns`` (name → standard deviations above a window without drift)."""

    statistic: float
    limit: float
    columns: Mapping[str, float]

    @property
    def drifted(self) -> bool:
        """Whether the statistic is above the limit."""
        return self.statistic > self.limit

    @property
    def column(self) -> str:
        """The column that moved most."""
        return max(self.columns, key=lambda name: self.columns[name])


@dataclass(frozen=True, slots=True, eq=False)
class DriftMonitor:
    """Compares windows with a reference; knows nothing of time or labels, and holds no state between windows."""

    names: tuple[str, ...]
    binned: Binned
    reference: Floats
    mean: Floats
    spread: Floats
    limit: float

    @classmethod
    def fit(cls, reference: Features, settings: DriftSettings) -> Self:
        """Calibrate on ``reference``, rows in their order. Raises ``InputError`` when it holds under four windows."""
        if reference.rows < _LEAST_WINDOWS * settings.window:
            raise InputError(
                f"monitor: {reference.rows} rows of reference for windows of {settings.window}; at least"
                f" {_LEAST_WINDOWS} windows are needed"
            )
        values = reference.dense()
        binned = Binned.fit(values)
        codes = binned.codes(values)
        distances = _dealt(codes, settings)
        # A column that never varied has no spread; one row that leaves it is no drift yet (two deviations), two are.
        mean, spread = distances.mean(0), np.maximum(distances.std(0), 1 / (_ONE_ROW * settings.window))
        largest = ((distances - mean) / spread).max(1)
        limit = max(_ONE_ROW, float(np.quantile(largest, 1 - settings.false_trigger_share, method="higher")))
        return cls(reference.names, binned, histogram(codes), mean, spread, limit)

    def check(self, window: Features) -> DriftCheck:
        """Compare ``window`` with the reference.

        The limit holds for windows of the size it was calibrated for; a smaller one triggers more often. Raises
        ``InputError`` for other columns or no rows.
        """
        if window.names != self.names or not window.rows:
            raise InputError(f"monitor: {window.rows} rows of {len(window.names)} columns; expected {self.names[:5]} …")
        counts = histogram(self.binned.codes(window.dense()))
        found = (distance(counts, self.reference) - self.mean) / self.spread
        return DriftCheck(float(found.max()), self.limit, dict(zip(self.names, found.tolist(), strict=True)))


def _dealt(codes: NDArray[np.int64], settings: DriftSettings) -> Floats:
    """Distances (deals, columns) of windows dealt from the blocks to the blocks left."""
    random = np.random.default_rng(settings.seed)
    rows, columns = codes.shape
    blocks = codes[: rows - rows % settings.block].reshape(-1, settings.block, columns)
    per_window = max(1, round(settings.window / settings.block))
    total = histogram(blocks.reshape(-1, columns))
    found = np.empty((settings.deals, columns))
    for deal in range(settings.deals):
        picked = random.choice(len(blocks), per_window, replace=False)
        window = histogram(blocks[picked].reshape(-1, columns))
        found[deal] = distance(window, total - window)
    return found
