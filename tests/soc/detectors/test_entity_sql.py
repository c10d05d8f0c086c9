"""The SQL entity rules agree with Python's: counts of findings about events that name their machine in many ways."""

import pytest
from tests.laws import detector_laws as laws
from tests.laws.event_rows import stored
from tests.soc.detectors.streams import every
from tests.support.store import fresh_store

from hodoscope.soc.detectors.entity_sql import matched_entity
from hodoscope.soc.detectors.examples import Row, events_for
from hodoscope.soc.detectors.registry import build

LISTED = "192.0.2.66"
WAYS: tuple[Row, ...] = (
    {"src_endpoint_ip": "10.1.0.5", "dst_endpoint_ip": LISTED},
    {"src_endpoint_ip": LISTED, "dst_endpoint_ip": "10.1.0.5"},
    {"src_endpoint_ip": "10.1.0.5", "dst_endpoint_ip": LISTED, "device_hostname": "WS-É1"},
    {"src_endpoint_ip": "10.1.0.5", "dst_endpoint_ip": LISTED, "entity_ids": ["ip:10.1.0.5", "host:ws-1"]},
    {"src_endpoint_ip": "10.1.0.5", "entity_ids": ["ip:10.1.0.9", "ip:10.1.0.9"]},
    {"src_endpoint_ip": "10.1.0.5", "entity_ids": ["ip:10.1.0.9", "ip:10.1.0.8"]},
    {"device_hostname": "ws-1", "entity_ids": ["host:ws-1.acme.example", "user:bob"]},
    {"device_hostname": "WS-1.Corp.LOCAL"},
    {"device_hostname": "ws-1.local."},
    {"device_hostname": "ws-1.corp.local\n"},
    {"device_hostname": ".local"},
    {"device_hostname": "www.local.example"},
    {"device_hostname": "ws-1.home.arpa", "entity_ids": ["host:ws-1"]},
    {"actor_user_name": "Bob", "actor_user_domain": "ACME"},
    {"actor_user_name": "o'neil\\x", "entity_ids": ["ip:10.1.0.5"]},
    {"src_endpoint_ip": LISTED, "dst_endpoint_ip": LISTED, "entity_ids": [f"ip:{LISTED}"]},
    {"src_endpoint_ip": LISTED, "entity_ids": [f"ip:{LISTED}", "host:ws-1"]},
    {},
)


@pytest.mark.parametrize("indicator", [f"ip:{LISTED}", "domain:bad.example"])
def test_the_engine_blames_whom_the_detector_blames(indicator: str) -> None:
    """Many ways to name a machine, several of them to one indicator."""
    rows = every(60, [{**way, "indicator_ids": [indicator, indicator]} for way in WAYS * 2])
    detector = build("indicators")
    with fresh_store() as store:
        store.insert_events(stored(rows, "t"), "t")
        laws.where_counts_the_events(
            detector,
            events_for(detector.spec, rows),
            lambda where: int(store.query(f"SELECT count() AS n FROM events WHERE {where}").column("n")[0].as_py()),
        )


def test_the_condition_stays_readable() -> None:
    """People read and run it; it was 4 000 characters before the entity was bound once."""
    assert len(matched_entity(f"ip:{LISTED}")) < 1200
