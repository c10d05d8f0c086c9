"""Verdicts that come later."""

import numpy as np
import pytest

from hodoscope.errors import InputError
from hodoscope.lifecycle.monitor.delayed_labels import Verdicts, judge, performance
from hodoscope.lifecycle.monitor.event import EventKind

DAY = 86_400_000_000


def _verdicts(days: int, right_from_day: int) -> Verdicts:
    """40 flagged a day, labelled three days later; the model is right nine times in ten, and then half the time."""
    random = np.random.default_rng(1)
    scored = np.repeat(np.arange(days), 40) * DAY
    positive = random.random(len(scored)) < np.where(scored < right_from_day * DAY, 0.9, 0.5)
    return Verdicts(scored, np.ones(len(scored), np.bool_), scored + 3 * DAY, positive)


def test_a_verdict_that_has_not_come_yet_is_not_known() -> None:
    """At the tenth day, things of the last three days have none."""
    found = performance(_verdicts(20, 20), now_us=10 * DAY, maturity_us=0)
    assert found.coverage.n == 11 * 40
    assert found.precision.n == 8 * 40


def test_quick_verdicts_do_not_flatter() -> None:
    """Obvious hits are labelled at once; only what had time to be labelled counts."""
    quick = Verdicts(
        np.arange(100) * DAY, np.ones(100, np.bool_),
        np.where(np.arange(100) % 2, np.arange(100) * DAY, np.arange(100) * DAY + 20 * DAY), np.arange(100) % 2 == 1,
    )  # fmt: skip
    now = 99 * DAY
    assert performance(quick, now, maturity_us=20 * DAY).precision.value == pytest.approx(0.5)
    assert performance(quick, now, maturity_us=0).precision.value > 0.5


def test_a_fall_below_the_floor_is_told_when_it_is_sure() -> None:
    """Not for the good days, and not for three verdicts."""
    verdicts = _verdicts(20, 10)
    good = performance(verdicts, 13 * DAY, 3 * DAY, since_us=0)
    bad = performance(verdicts, 23 * DAY, 3 * DAY, since_us=11 * DAY)
    few = performance(verdicts, 23 * DAY, 3 * DAY, since_us=20 * DAY)
    assert judge("m", good, {"precision": 0.8}, 0) == []
    assert [event.kind for event in judge("m", bad, {"precision": 0.8, "coverage": 0.5}, 0)] == [EventKind.PERFORMANCE]
    assert judge("m", few, {"precision": 0.8}, 0) == []


def test_columns_of_different_length_are_refused() -> None:
    """One row per scored thing."""
    with pytest.raises(InputError, match="rows"):
        Verdicts(np.zeros(2, np.int64), np.ones(1, np.bool_), np.zeros(2, np.int64), np.ones(2, np.bool_))
