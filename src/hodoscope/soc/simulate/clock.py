"""Simulated time in the notations the vendors use; every instant is integer UTC microseconds since 1970."""

import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 3600 * SECOND
DAY = 24 * HOUR

_MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(instant: datetime) -> int:
    """Microseconds of an aware datetime, exactly (no float in between)."""
    return (instant - _EPOCH) // timedelta(microseconds=1)


@lru_cache(maxsize=8192)
def _parts(second: int) -> tuple[str, str, str]:
    """(date, clock, month name) of a whole second; cached because busy seconds repeat across files."""
    now = time.gmtime(second)
    date = f"{now.tm_year:04d}-{now.tm_mon:02d}-{now.tm_mday:02d}"
    return date, f"{now.tm_hour:02d}:{now.tm_min:02d}:{now.tm_sec:02d}", _MONTHS[now.tm_mon]


def iso(instant_us: int, zone: str = "Z") -> str:
    """`2026-03-02T08:00:00.123456Z`; `zone` replaces the final letter."""
    second, fraction = divmod(instant_us, SECOND)
    date, clock, _ = _parts(second)
    return f"{date}T{clock}.{fraction:06d}{zone}"


def iso_seconds(instant_us: int) -> str:
    """`2026-03-02T08:00:00Z`, as CloudTrail writes it."""
    date, clock, _ = _parts(instant_us // SECOND)
    return f"{date}T{clock}Z"


def sysmon(instant_us: int) -> str:
    """`2026-03-02 08:00:00.123`, Sysmon's UtcTime."""
    second, fraction = divmod(instant_us, SECOND)
    date, clock, _ = _parts(second)
    return f"{date} {clock}.{fraction // 1000:03d}"


def syslog(instant_us: int) -> str:
    """`Mar  2 08:00:00` (RFC 3164: no year, day padded with a space)."""
    date, clock, month = _parts(instant_us // SECOND)
    return f"{month} {int(date[8:]):2d} {clock}"


def access_log(instant_us: int) -> str:
    """`02/Mar/2026:08:00:00 +0000`, nginx's $time_local on a host that runs in UTC."""
    date, clock, month = _parts(instant_us // SECOND)
    return f"{date[8:]}/{month}/{date[:4]}:{clock} +0000"


def zeek(instant_us: int) -> str:
    """`1772438400.123456`, Zeek's default epoch notation."""
    second, fraction = divmod(instant_us, SECOND)
    return f"{second}.{fraction:06d}"
