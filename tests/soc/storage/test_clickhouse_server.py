"""The same store over a server's HTTP interface, through the real client (the server is a stand-in, see there)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.clickhouse_http import ForwardingServer, forwarding_server
from tests.support.events import START, event_table, made_up_finding

from hodoscope.errors import StoreError
from hodoscope.soc.storage.event_store import open_store
from hodoscope.soc.storage.interface import EventStore


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ForwardingServer]:
    """A running stand-in."""
    with forwarding_server(tmp_path) as running:
        yield running


@pytest.fixture
def remote(server: ForwardingServer) -> Iterator[EventStore]:
    """A store on it."""
    store = open_store(f"http://127.0.0.1:{server.server_port}/over_http_{server.server_port}")
    yield store
    store.close()


def test_events_and_findings_over_http(remote: EventStore) -> None:
    """Insert, replay, scan, context, findings: as with the embedded engine."""
    for _ in range(2):
        remote.insert_events(event_table(5), "t")
    page = remote.scan(["raw", "device_hostname", "entity_ids"], "", None, 10, tenant="default")
    assert page.column("raw").to_pylist() == [b"event %d \xff" % number for number in range(5)]
    assert page.column("device_hostname").to_pylist() == ["host0", "host1", "host2", "host0", "host1"]
    assert len(remote.context(["host:a"], START, START, tenant="default")) == 5
    assert remote.insert_findings([made_up_finding()], "t") == 1
    assert remote.findings(tenant="default") == [made_up_finding()]
    assert remote.counts(tenant="default").events == 5


def test_every_insert_carries_a_token(server: ForwardingServer, remote: EventStore) -> None:
    """Without one an identical block would be dropped silently."""
    remote.insert_events(event_table(5), "t")
    inserts = [settings for sql, settings in server.seen if sql.startswith("INSERT") and "FORMAT" in sql]
    assert inserts
    assert all(settings["insert_deduplication_token"].startswith("t-") for settings in inserts)


def test_an_error_of_the_server_names_it(server: ForwardingServer, remote: EventStore) -> None:
    """Address and the server's words."""
    with pytest.raises(StoreError, match=rf"store http://127.0.0.1:{server.server_port}/.*nonsense"):
        remote.query("SELECT nonsense FROM events")


def test_a_server_that_is_not_there(server: ForwardingServer) -> None:
    """The remedy is to check address and server."""
    server.shutdown()
    server.server_close()
    with pytest.raises(StoreError, match="check the address and that it is running"):
        open_store(f"http://127.0.0.1:{server.server_port}/x")
