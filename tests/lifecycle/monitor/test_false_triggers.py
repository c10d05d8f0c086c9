"""The measured rate is the one that comes about."""

import numpy as np
import pytest

from hodoscope.errors import InputError
from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.monitor.drift import DriftMonitor, DriftSettings
from hodoscope.lifecycle.monitor.false_triggers import false_triggers

ROWS = Features(("a", "b"), np.random.default_rng(1).normal(0, 1, (3000, 2)))
SETTINGS = DriftSettings(window=100, false_trigger_share=0.05, deals=300)


def test_the_wanted_share_lies_in_the_measured_interval() -> None:
    """Ten windows in each of thirty rounds."""
    found = false_triggers(ROWS, SETTINGS)
    assert found.share.low <= found.wanted <= found.share.high
    assert found.share.n == 30


def test_a_monitor_whose_limit_is_too_low_is_found_out() -> None:
    """The measurement can fail: half the limit triggers far more often than wanted."""

    def careless(rows: Features, settings: DriftSettings) -> DriftMonitor:
        fitted = DriftMonitor.fit(rows, settings)
        return DriftMonitor(fitted.names, fitted.binned, fitted.reference, fitted.mean, fitted.spread, fitted.limit / 2)

    assert false_triggers(ROWS, SETTINGS, rounds=10, fit=careless).share.low > 0.1


def test_too_few_rows_are_refused() -> None:
    """A third of them must hold a window."""
    with pytest.raises(InputError, match="too few"):
        false_triggers(ROWS.take(np.arange(200)), SETTINGS)
