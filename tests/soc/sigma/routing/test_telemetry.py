"""Telemetry as rules see it: events that were seen, and what the products can write."""

import orjson
from tests.support.normalised_rows import normalised

from hodoscope.soc.sigma.interface import KIND_COLUMNS
from hodoscope.soc.sigma.routing.router import shipped_router
from hodoscope.soc.sigma.routing.telemetry import Seen, Supported, by_kind
from hodoscope.soc.sigma.rule import LogSource

CHANNEL = "Microsoft-Windows-Sysmon/Operational"
CREATION, NETWORK = LogSource("windows", "process_creation"), LogSource("windows", "network_connection")


def event(**fields: object) -> str:
    return orjson.dumps({"Channel": CHANNEL, "Provider": "Microsoft-Windows-Sysmon", **fields}).decode()


def test_a_table_falls_apart_by_kind() -> None:
    events = normalised("windows_json", [event(EventID=1), event(EventID=3), event(EventID=1)]).events
    parts = dict(by_kind(events))
    assert {kind[4]: part.num_rows for kind, part in parts.items()} == {"1": 2, "3": 1}
    assert all(len(kind) == len(KIND_COLUMNS) for kind in parts)


def test_seen_events_have_the_fields_that_some_of_them_have() -> None:
    seen = Seen(shipped_router())
    seen.add(normalised("windows_json", [event(EventID=1, Image="C:\\a.exe")]).events)
    (feed,) = seen.feeds(CREATION)
    assert feed.missing("Image") == ""
    assert feed.missing("CommandLine") == "no event has it"
    assert seen.feeds(NETWORK) == ()
    seen.add(normalised("windows_json", [event(EventID=1, CommandLine="a")]).events)
    (feed,) = seen.feeds(CREATION)
    assert feed.missing("CommandLine") == ""


def test_supported_products_have_their_documented_fields() -> None:
    supported = Supported(shipped_router())
    assert {"windows", "linux", "aws", "zeek"} <= supported.products
    feeds = supported.feeds(NETWORK)
    assert any(not feed.missing("Initiated") for feed in feeds)
    assert all(feed.missing("CommandLine") for feed in feeds)
    assert supported.feeds(LogSource("windows", "teleport")) == ()
