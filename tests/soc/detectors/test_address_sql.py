"""The SQL address tests agree with Python's."""

from collections.abc import Iterator

import pytest
from tests.support.store import fresh_store

from hodoscope.soc.detectors.address_sql import outside, within
from hodoscope.soc.detectors.evidence import sql_text
from hodoscope.soc.detectors.networks import Networks, is_group
from hodoscope.soc.storage.interface import EventStore

ADDRESSES = (
    "10.0.0.0", "10.255.255.254", "11.0.0.0", "172.15.255.254", "172.16.0.1", "172.31.255.254", "172.32.0.1",
    "192.168.7.255", "198.51.100.255", "198.51.100.7", "8.8.8.255", "100.64.0.255", "240.1.2.255", "169.254.1.1",
    "168.63.129.16", "168.63.129.17", "127.0.0.1", "0.0.0.0", "224.0.0.251", "239.255.255.250", "255.255.255.255",  # noqa: S104 -- compared, never bound
    "::", "::1", "::2", "fc00::1", "fdff::1", "fe80::1", "fec0::1", "ff02::fb", "2001:db8::1", "::ffff:10.0.0.1",
    "", "-", "printer", "10.0.0", "10.0.0.256", "1.2.3.4.255",
)  # fmt: skip


@pytest.fixture(scope="module")
def store() -> Iterator[EventStore]:
    """An engine to ask."""
    with fresh_store() as opened:
        yield opened


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_engine_judges_an_address_as_the_detectors_do(store: EventStore, address: str) -> None:
    """Internal, group, other, and text that is no address."""
    networks = Networks()
    asked = f"SELECT {within('a', networks.ranges)} AS inside, {outside('a', networks.ranges)} AS beyond "
    row = store.query(f"{asked} FROM (SELECT {sql_text(address)} AS a)").to_pylist()[0]
    assert bool(row["inside"]) == networks.is_internal(address)
    assert bool(row["beyond"]) == (not networks.is_internal(address) and not is_group(address))


def test_no_networks_hold_nothing() -> None:
    """A company without ranges of its own."""
    assert within("a", ()) == "0"
