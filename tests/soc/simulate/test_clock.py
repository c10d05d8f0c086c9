"""Vendor notations of time say the instant they were given."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.simulate import clock

_INSTANTS = st.integers(0, 4_000_000_000 * clock.SECOND)


@given(_INSTANTS)
def test_iso_notation_is_exact(instant: int) -> None:
    """Microseconds survive, in both spellings of UTC."""
    assert clock.microseconds(datetime.fromisoformat(clock.iso(instant))) == instant
    assert clock.microseconds(datetime.fromisoformat(clock.iso(instant, "+00:00"))) == instant


@given(_INSTANTS)
def test_coarse_notations_cut_and_never_round_up(instant: int) -> None:
    """A rounded-up second would put an event after a later one."""
    second = instant - instant % clock.SECOND
    assert clock.microseconds(datetime.fromisoformat(clock.iso_seconds(instant))) == second
    access = datetime.strptime(clock.access_log(instant), "%d/%b/%Y:%H:%M:%S %z")
    assert clock.microseconds(access) == second
    sysmon = datetime.fromisoformat(clock.sysmon(instant)).replace(tzinfo=UTC)
    assert clock.microseconds(sysmon) == instant - instant % 1000


def test_syslog_pads_the_day_with_a_space() -> None:
    """RFC 3164 section 4.1.2."""
    assert clock.syslog(clock.microseconds(datetime(2026, 3, 2, 8, 0, 5, tzinfo=UTC))) == "Mar  2 08:00:05"
    assert clock.syslog(clock.microseconds(datetime(2026, 3, 12, 8, 0, 5, tzinfo=UTC))) == "Mar 12 08:00:05"
