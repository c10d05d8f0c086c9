"""Risk follows event time: it rises with what is found, halves every week, and says what it rests on."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.events import START

from hodoscope.soc.triage.risk import HALF_LIFE, POINTS, Observed, decayed, risks, scale

SEEN = Observed("guessing", "Passwords guessed", "user:eve", ("user:eve", "host:a", "ip:192.0.2.1"), 4, 1.0, START)


def test_points_halve_and_half_goes_to_what_is_touched() -> None:
    """Addresses carry none."""
    now = {each.entity: each.score for each in risks([SEEN], START)}
    later = {each.entity: each.score for each in risks([SEEN], START + HALF_LIFE)}
    assert now == {"user:eve": pytest.approx(scale(POINTS[4])), "host:a": pytest.approx(scale(POINTS[4] / 2))}
    assert later["user:eve"] == pytest.approx(scale(POINTS[4] / 2))


def test_contributions_peak_and_history_are_told() -> None:
    """The highest score ever stays known after it has faded; sources are listed with what is left of them."""
    more = replace(SEEN, source="beacon", title="Beacon", severity=5, time=START + timedelta(hours=1))
    (eve, _) = risks([SEEN, more], START + 10 * HALF_LIFE)
    assert [each.source for each in eve.contributions] == ["beacon", "guessing"]
    assert eve.peak_time == more.time
    assert eve.score < 1 < eve.peak
    assert [time for time, _ in eve.history] == [START, more.time]


def test_the_future_does_not_count() -> None:
    """A replay of last month gives last month's risk."""
    assert risks([SEEN], START - timedelta(seconds=1)) == []


@given(
    st.lists(st.tuples(st.floats(0, 3e9), st.floats(0, 100)), min_size=1, max_size=40),
)
def test_the_running_sum_is_the_plain_sum(drawn: list[tuple[float, float]]) -> None:
    """Over a century too."""
    drawn.sort()
    times, points = np.array([time for time, _ in drawn]), np.array([value for _, value in drawn])
    plain = [
        sum(value * 2.0 ** -((now - time) / HALF_LIFE.total_seconds()) for time, value in drawn[: place + 1])
        for place, (now, _) in enumerate(drawn)
    ]
    assert decayed(times, points) == pytest.approx(plain, rel=1e-9, abs=1e-9)
