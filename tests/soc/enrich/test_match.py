"""Indicator matching: what counts as a hit, when it is in force, and agreement with the obvious slow way."""

import ipaddress

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hodoscope.soc.columns import BY_NAME
from hodoscope.soc.enrich.indicators import build_indicators, normalise_indicator
from hodoscope.soc.enrich.match import ADDRESS_COLUMNS, EXACT_COLUMNS, NAME_COLUMNS, URL_PARTS, indicator_ids
from hodoscope.soc.enrich.ranges import build_ranges
from hodoscope.soc.enrich.records import Indicator, IndicatorKind
from hodoscope.soc.event import TIME

HASH = "ab" * 32


def hits(indicators: list[Indicator], **columns: object) -> list[str]:
    """Indicator ids of one event, at microsecond 100 unless ``time`` says otherwise."""
    time = columns.pop("time", 100)
    arrays = {name: pa.array([value]) for name, value in columns.items()}
    table = pa.table({"time": pa.array([time], pa.int64()).cast(TIME), **arrays})
    found: list[str] = indicator_ids(table, build_indicators(indicators)).to_pylist()[0]
    return found


@pytest.mark.parametrize("column", ["query_hostname", "http_request_url_hostname", "tls_sni", "dst_endpoint_hostname"])
def test_listed_domain_matches_names_below_it_on_label_boundaries(column: str) -> None:
    """``a.b.evil.test`` is below ``evil.test``; ``notevil.test`` and ``evil.test.example`` are not."""
    rows = [Indicator("domain", "evil.test")]
    assert hits(rows, **{column: "A.b.Evil.Test."}) == ["domain:evil.test"]
    assert hits(rows, **{column: "evil.test"}) == ["domain:evil.test"]
    assert hits(rows, **{column: "notevil.test"}) == []
    assert hits(rows, **{column: "evil.test.example"}) == []


def test_every_column_read_is_a_column_of_the_table() -> None:
    """A misspelt name would silently match nothing."""
    names = {*ADDRESS_COLUMNS, *NAME_COLUMNS, *URL_PARTS, *(name for name, _ in EXACT_COLUMNS)}
    assert names <= BY_NAME.keys()


def test_international_name_matches_its_ascii_form() -> None:
    """Feeds write either form, sensors too."""
    rows = [Indicator("domain", normalise_indicator("domain", "bücher.test"))]
    assert hits(rows, query_hostname="www.bücher.test") == hits(rows, query_hostname="www.xn--bcher-kva.test") == [
        "domain:xn--bcher-kva.test"
    ]  # fmt: skip


@pytest.mark.parametrize("column", ["src_endpoint_ip", "dst_endpoint_ip", "device_ip", "tls_sni"])
def test_address_matches_itself_and_its_networks(column: str) -> None:
    """Nested networks all hit; the neighbour does not; a mapped spelling does."""
    rows = [Indicator("ip", "192.0.2.1"), Indicator("cidr", "192.0.2.0/24"), Indicator("cidr", "192.0.0.0/16")]
    everything = ["cidr:192.0.0.0/16", "cidr:192.0.2.0/24", "ip:192.0.2.1"]
    assert hits(rows, **{column: "192.0.2.1"}) == everything
    assert hits(rows, **{column: "::ffff:192.0.2.1"}) == everything
    assert hits(rows, **{column: "192.0.2.2"}) == everything[:2]
    assert hits(rows, **{column: "192.1.0.0"}) == []


def test_addresses_in_a_list_column_and_ipv6_match() -> None:
    """DNS answers are a list; each element counts, each id once."""
    rows = [Indicator("cidr", "2001:db8::/32"), Indicator("ip", "192.0.2.1")]
    assert hits(rows, answers=["2001:db8::9", "192.0.2.1", "2001:db8::8"]) == ["cidr:2001:db8::/32", "ip:192.0.2.1"]


def test_hash_email_and_url_match_whole_and_in_parts() -> None:
    """Hashes and e-mail ignore case; a URL matches as one text or as host and path."""
    url = "http://bad.test/x?y=1"
    rows = [Indicator("sha256", HASH), Indicator("email", "eve@bad.test"), Indicator("url", url)]
    assert hits(rows, file_hashes_sha256=HASH.upper()) == [f"sha256:{HASH}"]
    assert hits(rows, actor_user_name="Eve@Bad.test") == ["email:eve@bad.test"]
    assert hits(rows, http_request_url_url_string=url) == [f"url:{url}"]
    parts = {"http_request_url_hostname": "BAD.test", "http_request_url_path": "/x"}
    assert hits(rows, **parts, http_request_url_query_string="y=1") == [f"url:{url}"]
    assert hits(rows, **parts) == []
    assert hits(rows, http_request_url_hostname="bad.test", http_request_url_url_string="/x?y=1") == [f"url:{url}"]


@pytest.mark.parametrize(("time", "hit"), [(9, False), (10, True), (19, True), (20, False), (30, True), (40, False)])
def test_indicator_counts_only_while_in_force(time: int, hit: bool) -> None:
    """Two feeds list one address for two periods: the id matches in both and in neither gap."""
    rows = [Indicator("ip", "192.0.2.1", valid_from=a, valid_until=b) for a, b in ((10, 20), (30, 40))]
    assert (hits(rows, time=time, src_endpoint_ip="192.0.2.1") == ["ip:192.0.2.1"]) is hit


def test_event_without_time_matches_whatever_the_validity() -> None:
    """An unknown time rules nothing out."""
    rows = [Indicator("ip", "192.0.2.1", valid_from=10, valid_until=20)]
    assert hits(rows, time=0, src_endpoint_ip="192.0.2.1", time_quality="missing") == ["ip:192.0.2.1"]


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("domain", "*.Evil[.]Test", "evil.test"),
        ("url", "hxxp://Evil[.]test/A#frag", "http://evil.test/A"),
        ("ip", "192.0.2[.]1", "192.0.2.1"),
        ("cidr", "192.0.2.9/24", "192.0.2.0/24"),
        ("md5", "AB" * 16, "ab" * 16),
    ],
)
def test_feed_spellings_are_normalised(kind: IndicatorKind, given: str, expected: str) -> None:
    """Defanged, wildcard and sloppy spellings are read as what they mean."""
    assert normalise_indicator(kind, given) == expected


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("domain", "com"),
        ("domain", "192.0.2.1"),
        ("ip", "127.0.0.1"),
        ("cidr", "0.0.0.0/0"),
        ("sha1", "zz"),
        ("url", "http://"),
        ("email", "x"),
    ],
)
def test_value_that_would_match_everything_or_nothing_is_refused(kind: IndicatorKind, value: str) -> None:
    """A slip in a feed must not flag half the internet."""
    with pytest.raises(ValueError, match=r"\w"):
        normalise_indicator(kind, value)


_V4 = st.tuples(st.integers(0, 2**32 - 1), st.integers(4, 32)).map(lambda t: ipaddress.ip_network(t, strict=False))
_V6 = st.tuples(st.integers(0, 2**128 - 1), st.integers(4, 128)).map(lambda t: ipaddress.IPv6Network(t, strict=False))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(_V4, _V6), max_size=12), st.data())
def test_ranges_agree_with_asking_every_network(
    networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network], data: st.DataObject
) -> None:
    """The sorted segments find exactly the networks that contain an address, at edges too."""
    edges = [str(side) for net in networks for side in (net.network_address, net.broadcast_address)]
    addresses = [*edges, *data.draw(st.lists(st.ip_addresses().map(str), max_size=5)), "junk", ""]
    found = build_ranges((net, number) for number, net in enumerate(networks)).find(addresses)
    for position, text in enumerate(addresses[:-2]):
        address = ipaddress.ip_address(text)
        mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
        expected = {n for n, net in enumerate(networks) if (mapped or address) in net}
        assert set(found.get(position, ())) == expected
    assert len(addresses) - 1 not in found
