"""Timestamps: every kind against the standard library, and what is done when something is missing."""

from datetime import UTC, datetime, timedelta, timezone

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.errors import InputError
from hodoscope.soc.normalise.timestamps import TimeOptions, Times, parse_times

PLAUSIBLE = st.datetimes(min_value=datetime(1971, 1, 2), max_value=datetime(2199, 12, 30))  # noqa: DTZ001 -- zone is drawn apart
NONE = TimeOptions()


def micros(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def one(text: str, kind: str, options: TimeOptions = NONE, zone: str = "") -> Times:
    return parse_times(pa.array([text, None]), kind, options, zone)


@given(PLAUSIBLE, st.integers(-14 * 60, 14 * 60))
def test_iso_with_offset_equals_the_standard_library(naive: datetime, minutes: int) -> None:
    """Any ISO stamp with an offset gives the library's instant and keeps the offset."""
    moment = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    found = one(moment.isoformat(), "iso")
    if not datetime(1971, 1, 1, tzinfo=UTC) <= moment < datetime(2200, 1, 1, tzinfo=UTC):
        return
    assert found.micros[0] == micros(moment)
    assert (found.offset[0], bool(found.has_offset[0]), found.quality[0]) == (minutes, True, "exact")
    assert not found.known[1]


@given(PLAUSIBLE)
def test_epochs_in_every_unit_agree(naive: datetime) -> None:
    """Seconds, milliseconds and microseconds of one moment are the same moment, also when the unit is guessed."""
    moment = naive.replace(tzinfo=UTC, microsecond=0)
    seconds = int(moment.timestamp())
    for text, kind in ((f"{seconds}", "epoch_s"), (f"{seconds}000", "epoch_ms"), (f"{seconds}000000", "epoch_us")):
        assert one(text, kind).micros[0] == micros(moment)
    filetime = (seconds + 11_644_473_600) * 10_000_000
    assert one(str(filetime), "filetime").micros[0] == micros(moment)


@given(PLAUSIBLE)
def test_access_log_stamp_equals_the_standard_library(naive: datetime) -> None:
    """The common log format's stamp, with its zone."""
    moment = naive.replace(tzinfo=timezone(timedelta(hours=2)), microsecond=0)
    assert one(moment.strftime("%d/%b/%Y:%H:%M:%S %z"), "clf").micros[0] == micros(moment)


@given(st.text(max_size=40))
def test_no_text_breaks_a_parser(text: str) -> None:
    """Whatever stands where a time should be, the answer is a time or 'missing', never an exception."""
    for kind in ("iso", "clf", "syslog", "us_date", "epoch_s", "filetime", "auto_epoch"):
        found = one(text, kind, TimeOptions(year=2024))
        assert found.quality[0] in {"exact", "missing", "assumed_zone", "assumed_year", "assumed_year_zone"}


def test_seven_fraction_digits_are_cut_not_refused() -> None:
    """Windows writes 100 ns digits; the microsecond is kept."""
    found = one("2020-12-11T12:28:01.2990045Z", "iso")
    assert found.micros[0] == micros(datetime(2020, 12, 11, 12, 28, 1, 299004, tzinfo=UTC))


def test_a_stamp_without_zone_is_marked_assumed() -> None:
    """UTC is assumed and said so; the operator's zone is used when given; a documented zone is no assumption."""
    plain = one("2024-07-01 12:00:00", "iso")
    assert (plain.quality[0], plain.micros[0]) == ("assumed_zone", micros(datetime(2024, 7, 1, 12, tzinfo=UTC)))
    vienna = one("2024-07-01 12:00:00", "iso", TimeOptions(zone="Europe/Vienna"))
    assert vienna.micros[0] == micros(datetime(2024, 7, 1, 10, tzinfo=UTC))
    assert one("2024-07-01 12:00:00", "iso", NONE, "UTC").quality[0] == "exact"
    both = one("2024-07-01 12:00:00", "iso", TimeOptions(zone="Europe/Vienna"), "UTC")
    assert (both.quality[0], both.micros[0]) == ("exact", plain.micros[0]), "the operator's zone is for stamps without"


def test_a_stamp_without_year_takes_the_files_year_and_steps_back_over_new_year() -> None:
    """A file changed in January holds December lines of the year before."""
    options = TimeOptions(modified=datetime(2024, 1, 3, tzinfo=UTC).timestamp())
    january = one("Jan  2 10:00:00", "syslog", options)
    december = one("Dec 31 23:59:59", "syslog", options)
    assert january.micros[0] == micros(datetime(2024, 1, 2, 10, tzinfo=UTC))
    assert december.micros[0] == micros(datetime(2023, 12, 31, 23, 59, 59, tzinfo=UTC))
    assert december.quality[0] == "assumed_year_zone"


def test_a_stamp_without_year_and_without_file_time_is_missing() -> None:
    """Nothing is invented."""
    assert one("Jan  2 10:00:00", "syslog").quality[0] == "missing"


@pytest.mark.parametrize(
    "text", ["1601-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2024-02-30T00:00:00Z"]
)
def test_absurd_and_impossible_times_are_missing(text: str) -> None:
    """Epoch zero, the year 9999 and 30 February are 'no time', not a window somewhere."""
    assert one(text, "iso").quality[0] == "missing"


def test_unknown_zone_names_the_remedy() -> None:
    """A misspelt zone is the operator's to correct."""
    with pytest.raises(InputError, match="IANA"):
        one("2024-07-01 12:00:00", "iso", TimeOptions(zone="Mars/Olympus"))
