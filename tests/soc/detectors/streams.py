"""Short logon streams for the detectors' own tests."""

from collections.abc import Iterable, Sequence

from hodoscope.soc.detectors.examples import Row, events_for, spaced
from hodoscope.soc.detectors.registry import AnyDetector
from hodoscope.soc.finding import Finding

START = "2026-03-02T09:00:00"


def logon(user: str = "bob", source: str = "192.0.2.9", host: str = "srv-1", success: bool = False) -> Row:
    """One authentication attempt."""
    return {
        "class_uid": 3002, "activity_id": 1, "status_id": 1 if success else 2, "user_name": user,
        "src_endpoint_ip": source, "device_hostname": host, "logon_type_id": 3,
    }  # fmt: skip


def found(detector: AnyDetector, rows: Sequence[Row]) -> list[Finding]:
    """Findings of rows that have their time, in order of emission."""
    state = detector.initial()
    return [*detector.detect(events_for(detector.spec, rows), state), *detector.finish(state)]


def every(seconds: float, rows: Iterable[Row], start: str = START) -> list[Row]:
    """The rows at a steady pace."""
    return list(spaced(start, seconds, rows))
