"""Drift is found, and its absence too."""

import numpy as np
import pytest

from hodoscope.errors import InputError
from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.monitor.drift import DriftMonitor, DriftSettings

NAMES = ("size", "rate", "flag")


def _rows(count: int, seed: int, shift: float = 0.0) -> Features:
    random = np.random.default_rng(seed)
    columns = (random.lognormal(3, 1, count), random.normal(shift, 1, count), random.random(count) < 0.02)
    return Features(NAMES, np.stack(columns, axis=1).astype(np.float64))


MONITOR = DriftMonitor.fit(_rows(2000, 1), DriftSettings(window=200))


def test_a_shifted_column_is_found_and_named() -> None:
    """One of three columns moves by half a standard deviation."""
    check = MONITOR.check(_rows(200, 2, shift=0.5))
    assert check.drifted
    assert check.column == "rate"


def test_rows_like_the_reference_rarely_trigger() -> None:
    """100 windows at one in a hundred: six or more would come once in two thousand times."""
    assert sum(MONITOR.check(_rows(200, seed)).drifted for seed in range(100, 200)) <= 5


def test_neighbours_that_resemble_each_other_need_blocks() -> None:
    """A slow wave looks like drift to windows of single rows and like itself to windows of blocks."""
    wave = np.sin(np.arange(4000) / 30)[:, None] + np.random.default_rng(1).normal(0, 0.1, (4000, 1))
    stream = Features(("wave",), wave)

    def triggers(block: int) -> int:
        monitor = DriftMonitor.fit(stream, DriftSettings(window=100, block=block))
        return sum(monitor.check(stream.take(np.arange(start, start + 100))).drifted for start in range(0, 4000, 100))

    assert triggers(1) > 20
    assert triggers(100) <= 2


def test_a_constant_column_and_one_that_leaves_it() -> None:
    """No spread is no division by nothing; one other value among a hundred is chance, a hundred are drift."""
    monitor = DriftMonitor.fit(
        Features(("c", "d"), np.stack([np.ones(900), np.arange(900)], axis=1)), DriftSettings(window=100)
    )
    window = np.stack([np.ones(100), np.arange(0, 900, 9)], axis=1)
    assert not monitor.check(Features(("c", "d"), window)).drifted
    window[0, 0] = 2.0
    assert not monitor.check(Features(("c", "d"), window)).drifted
    window[:, 0] = 2.0
    assert monitor.check(Features(("c", "d"), window)).column == "c"
    assert monitor.check(Features(("c", "d"), window)).drifted


def test_a_short_reference_and_other_columns_are_refused() -> None:
    """The messages give the numbers."""
    with pytest.raises(InputError, match="700 rows"):
        DriftMonitor.fit(_rows(700, 1), DriftSettings(window=200))
    with pytest.raises(InputError, match="expected"):
        MONITOR.check(Features(("other",), np.ones((5, 1))))
    with pytest.raises(InputError, match="1 / share"):
        DriftSettings(false_trigger_share=1e-4, deals=100)
