"""Reads the simulator's files the way a reader of that product's logs would, in order to check them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import orjson

from hodoscope.soc.simulate import clock


def log_files(root: Path) -> list[Path]:
    """Every log file of a simulation."""
    return sorted(path for pattern in ("*/*.log", "*/*.jsonl", "linux/*/auth.log") for path in root.glob(pattern)
                  if path.parent.name != "truth")  # fmt: skip


def events(path: Path) -> Iterator[tuple[int, str, int]]:
    """(line number, text, time in microseconds) of each event; comment lines of Zeek are counted but left out."""
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not text.startswith("#"):
            yield number, text, time_of(path, text)


def time_of(path: Path, text: str) -> int:
    """The event's own time; whole seconds where the format has no more."""
    if path.name == "auth.log":
        return _micros(datetime.strptime(f"2026 {text[:15]} +0000", "%Y %b %d %H:%M:%S %z"))
    if path.name == "access.log":
        stamp = text.split("[", 1)[1].split("]", 1)[0]
        return _micros(datetime.strptime(stamp, "%d/%b/%Y:%H:%M:%S %z"))
    if not text.startswith("{"):
        return round(float(text.split("\t", 1)[0]) * clock.SECOND)
    record = orjson.loads(text)
    value = next(record[name] for name in ("ts", "EventTime", "eventTime", "time") if name in record)
    if isinstance(value, float):
        return round(value * clock.SECOND)
    return _micros(datetime.fromisoformat(value))


def _micros(instant: datetime) -> int:
    return clock.microseconds(instant.astimezone(UTC))
