"""Bounds of shares."""

import pytest

from hodoscope.lifecycle.monitor.shares import wilson


def test_bounds_enclose_the_share_and_narrow_with_trials() -> None:
    """0 of 0 may be anything; 0 of 100 is not nothing."""
    assert wilson(0, 0) == (0.0, 1.0)
    low, high = wilson(0, 100, 1.959964)
    assert low == 0
    assert high == pytest.approx(0.037, abs=0.001)  # Wilson's interval of 0 of 100
    assert wilson(500, 1000)[1] - wilson(500, 1000)[0] < wilson(5, 10)[1] - wilson(5, 10)[0]
