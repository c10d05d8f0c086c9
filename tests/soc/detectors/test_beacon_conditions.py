"""The connections behind a beacon, found again by its WHERE."""

from datetime import timedelta

import pytest
from tests.laws import detector_laws as laws
from tests.laws.event_rows import stored
from tests.soc.detectors.test_beaconing import calls
from tests.support.store import fresh_store

from hodoscope.soc.detectors.beaconing import Beaconing
from hodoscope.soc.detectors.examples import Row, events_for, time_of

NAMED = "evil.example"
STREAMS: dict[str, list[Row]] = {
    "one name at two addresses": [
        *calls(8, tls_sni="Evil.Example."),
        *calls(8, http_request_url_hostname=f"{NAMED}:443", dst_endpoint_ip="198.51.100.8", class_uid=4002),
        *calls(8, tls_sni="other.example"),
    ],
    "a name behind our own proxy": calls(20, dst_endpoint_hostname=NAMED, dst_endpoint_ip="10.9.9.9"),
    "no name, or its address as name": [*calls(8, tls_sni="-"), *calls(8, tls_sni="198.51.100.7")],
    "more than an hour keeps": calls(30, every=10),
    "beside what is not looked at": [
        *calls(20),
        *calls(20, connection_info_direction_id=1),
        *calls(20, connection_info_protocol_name="ICMP"),
        *calls(20, class_uid=4003),
        *calls(20, dst_endpoint_port=8443),
    ],
}


@pytest.mark.parametrize("stream", STREAMS)
def test_beacons_are_counted_again(stream: str) -> None:
    """Names in every column and spelling, busy pairs, and neighbours that are not counted."""
    detector, rows = Beaconing(), STREAMS[stream]
    events = events_for(detector.spec, rows)
    assert laws.run(detector, [events])[0]
    with fresh_store() as store:
        later = [{**row, "time": time_of(row) + timedelta(days=9)} for row in rows]
        store.insert_events(stored([*rows, *later], "t"), "t")
        laws.where_counts_the_events(
            detector,
            events,
            lambda where: int(store.query(f"SELECT count() AS n FROM events WHERE {where}").column("n")[0].as_py()),
        )
