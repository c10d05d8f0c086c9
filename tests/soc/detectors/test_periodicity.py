"""Rhythm of connection times: what counts as a clock and what does not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.detectors.beaconing import PARAMETERS
from hodoscope.soc.detectors.periodicity import NO_RHYTHM, Floats, beats_of, coverage, rhythm_of, sameness

LIMIT = PARAMETERS["min_evidence"].value


def beacon(seed: int, jitter: float, missed: float = 0.0, beats: int = 60) -> Floats:
    """Times of a 300 s beacon."""
    rng = np.random.default_rng(seed)
    times = 300 * np.cumsum(1 + rng.uniform(-jitter, jitter, 3 * beats))
    return np.asarray(times[rng.random(len(times)) >= missed][:beats], dtype=np.float64)


@pytest.mark.parametrize(("jitter", "missed"), [(0.0, 0.0), (0.2, 0.0), (0.5, 0.0), (0.2, 0.3), (0.5, 0.2)])
def test_a_beacon_with_jitter_and_missing_beats_is_found(jitter: float, missed: float) -> None:
    """Up to ±50 % jitter and a third of the beats missing, 60 beats are evidence enough, at the right period."""
    for seed in range(5):
        rhythm = rhythm_of(beacon(seed, jitter, missed))
        assert rhythm.evidence_nats >= LIMIT
        assert 150 < rhythm.period_seconds < 450


@pytest.mark.parametrize("beats", [12, 30, 100])
def test_arrivals_without_a_clock_are_not_found(beats: int) -> None:
    """Independent and bursty arrivals reach the evidence limit in less than one of a hundred cases."""
    rng = np.random.default_rng(beats)
    trains = [np.cumsum(gaps) for gaps in (*rng.exponential(300, (150, beats)), *rng.lognormal(5, 1.5, (150, beats)))]
    assert sum(rhythm_of(train).evidence_nats >= LIMIT for train in trains) <= 3


def test_parallel_connections_count_as_one_beat() -> None:
    """Four connections opened within a second every two minutes beat every two minutes."""
    starts = np.arange(40) * 120.0
    times = np.sort(np.concatenate([starts, starts + 0.1, starts + 0.4, starts + 0.9]))
    assert len(beats_of(times)) == 40
    assert rhythm_of(times).period_seconds == pytest.approx(120, rel=0.05)


def test_a_dense_stream_is_not_made_regular_by_joining_bursts() -> None:
    """Five random connections a second have no rhythm, although bursts of one second would touch evenly."""
    times = np.cumsum(np.random.default_rng(1).exponential(0.2, 3000))
    assert rhythm_of(times).evidence_nats < LIMIT


def test_few_times_have_no_rhythm() -> None:
    """Three times are not judged."""
    assert rhythm_of(np.array([0.0, 60.0, 120.0])) == NO_RHYTHM


@given(st.lists(st.floats(0, 1e9), max_size=60))
def test_any_times_give_finite_numbers(values: list[float]) -> None:
    """Equal, huge and tiny gaps neither crash nor give infinities."""
    rhythm = rhythm_of(np.sort(np.array(values, dtype=np.float64)))
    assert np.isfinite(rhythm.evidence_nats)
    assert 0 <= rhythm.regularity <= 1


def test_sameness_ignores_a_few_odd_sizes() -> None:
    """Equal sizes with outliers stay alike; spread sizes are not."""
    assert sameness(np.array([500.0] * 20 + [90_000.0] * 3)) == 1
    assert sameness(np.array([10.0, 900.0, 5000.0, 80_000.0, 200.0])) < 0.3


def test_coverage_is_the_share_of_the_observed_span() -> None:
    """Calls in the first quarter of a span cover a quarter of it."""
    assert coverage(np.linspace(0, 24.9, 100), 0, 100) == pytest.approx(0.25)
    assert coverage(np.array([1.0]), 5, 5) == 0
