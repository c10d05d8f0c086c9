"""Sensors that stop."""

import numpy as np

from hodoscope.lifecycle.monitor.silence import LEAST_EVENTS, Silence, false_silences

MINUTE = 60_000_000


def _office(days: int, seed: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Every few minutes from eight to six, nothing at night."""
    random = np.random.default_rng(seed)
    return np.concatenate(
        [day * 1440 * MINUTE + np.sort(random.integers(480, 1080, 150)) * MINUTE for day in range(days)]
    )


TIMES = {"office": _office(10, 1), "pulse": np.arange(5000) * MINUTE, "rare": np.arange(LEAST_EVENTS - 1) * MINUTE}
SILENCE = Silence.fit(TIMES)


def test_a_pause_is_judged_by_the_sensors_own_habits() -> None:
    """Three hours are a night for one and a failure for the other; both are told when gone for two days."""
    now = 12 * 1440 * MINUTE
    early = {"office": now - 180 * MINUTE, "pulse": now - 180 * MINUTE}
    assert [event.subject for event in SILENCE.check("m", early, now)] == ["pulse"]
    assert [event.subject for event in SILENCE.check("m", {}, now)] == ["office", "pulse"]


def test_a_sensor_without_habits_is_named_and_not_watched() -> None:
    """So that nobody takes it for healthy."""
    assert SILENCE.unwatched == ("rare",)


def test_a_clock_that_runs_ahead_is_not_silence() -> None:
    """An event of the future counts as now."""
    assert SILENCE.check("m", {"office": 10**18, "pulse": 10**18}, 0) == []


def test_false_silences_are_measured_on_the_second_half() -> None:
    """Regular sensors have none, and the interval says how sure that is; a slowing one has some."""
    assert false_silences(TIMES).value == 0
    assert 0 < false_silences(TIMES).high < 0.01
    slowing = np.cumsum(np.r_[np.ones(100), np.full(100, 5)]).astype(np.int64) * MINUTE
    assert false_silences({"slowing": slowing}).value > 0.9
