"""Training needs a reason."""

from datetime import UTC, datetime, timedelta

import pytest

from hodoscope.errors import InputError
from hodoscope.lifecycle.retrain.plan import Schedule
from hodoscope.lifecycle.retrain.trigger import Situation, reasons

NOW = datetime(2026, 3, 31, tzinfo=UTC)
PLAN = Schedule(every_days=30, new_labels=500)


def test_without_a_reason_training_waits() -> None:
    """A day after the release, with few labels and no drift."""
    assert reasons(PLAN, Situation(NOW, NOW - timedelta(days=1), 499)) == []


def test_each_reason_is_told() -> None:
    """Schedule, labels and drift, alone or together."""
    old = NOW - timedelta(days=30)
    assert reasons(PLAN, Situation(NOW, old, 0)) == ["30.0 days since the newest release (every 30)"]
    assert reasons(PLAN, Situation(NOW, NOW, 500)) == ["500 new labels (from 500)"]
    assert reasons(PLAN, Situation(NOW, NOW, 0, ["length of names"])) == ["drift: length of names"]
    assert len(reasons(PLAN, Situation(NOW, old, 500, ["a", "b"]))) == 4


def test_the_first_model_is_always_wanted() -> None:
    """There is nothing to serve yet."""
    assert reasons(PLAN, Situation(NOW, None, 0)) == ["nothing was released yet"]


def test_a_reason_can_be_switched_off() -> None:
    """Zero, or false."""
    off = Schedule(every_days=0, new_labels=0, on_drift=False)
    assert reasons(off, Situation(NOW, NOW - timedelta(days=900), 10**6, ["a"])) == []


def test_a_release_from_the_future_is_a_wrong_clock() -> None:
    """It would put off every training."""
    with pytest.raises(InputError, match="correct the clock"):
        reasons(PLAN, Situation(NOW, NOW + timedelta(hours=1), 0))
