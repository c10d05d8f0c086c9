"""The SQL of sources, targets and accounts counts what the logon detectors count, ties and odd names included."""

from collections.abc import Sequence

import pytest
from tests.laws import detector_laws as laws
from tests.laws.event_rows import stored
from tests.soc.detectors.streams import every, logon
from tests.support.store import fresh_store

from hodoscope.soc.detectors.examples import Row, events_for
from hodoscope.soc.detectors.logons import FAILED_WHERE
from hodoscope.soc.detectors.registry import build

IN_ONE_SECOND = [dict(logon(user=f"u{number % 3}", source="10.0.0.9")) for number in range(60)]
STREAMS: dict[str, Sequence[Row]] = {
    "growing": every(1, [logon(user=f"u{number % 2}", source="10.0.0.9") for number in range(320)]),
    "one second": every(0, [*IN_ONE_SECOND, *(row | {"status_id": 1} for row in IN_ONE_SECOND[:9]), *IN_ONE_SECOND]),
    "seconds shared by ten": [
        row for second in range(30) for row in every(0, IN_ONE_SECOND[:10], start=f"2026-03-02T09:00:{second:02d}")
    ],
    "spellings": every(2, [
        logon(user=user, source=source, host=host)
        for _ in range(9)
        for user, host in (("Bob", "SRV-1"), ("bob", "srv-1"), ("ws-1$", "srv-1"), ("", "srv-1"))
        for source in ("", "127.0.0.1", "10.0.0.9")
    ]),
    "a spray that goes on": every(20, [logon(user=f"u{number % 40}") for number in range(400)]),
    "strangers": every(2, [logon(user=f"u{number}") for number in range(70)]),
    "got in": every(2, [*[logon(user=f"u{number}") for number in range(20)], logon(success=True), logon()]),
}  # fmt: skip


@pytest.mark.parametrize("stream", STREAMS)
def test_logon_findings_are_counted_again(stream: str) -> None:
    """Every logon detector over every stream."""
    rows, told = STREAMS[stream], 0
    with fresh_store() as store:
        store.insert_events(stored(rows, "t"), "t")
        for name in ("brute_force", "password_spray", "success_after_failures"):
            detector = build(name)
            events = events_for(detector.spec, rows)
            told += len(laws.run(detector, [events])[0])
            laws.where_counts_the_events(
                detector,
                events,
                lambda where: int(store.query(f"SELECT count() AS n FROM events WHERE {where}").column("n")[0].as_py()),
            )
    assert told


def test_failures_are_a_part_of_attempts() -> None:
    """The condition of failures asks for status 2 only."""
    assert "status_id = 2" in FAILED_WHERE
