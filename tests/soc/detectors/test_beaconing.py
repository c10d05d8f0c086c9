"""Beacons in event streams: direction, popularity, memory and repeated windows."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.beaconing import measure_scenario
from benchmarks.zeek_connections import scenarios
from tests.soc.detectors.streams import found

from hodoscope.soc.detectors.beaconing import PARAMETERS, Beaconing
from hodoscope.soc.detectors.examples import Row
from hodoscope.soc.finding import Severity

START = datetime(2024, 3, 4, tzinfo=UTC)


def calls(hours: float, every: float = 600, source: str = "10.1.0.5", **values: object) -> list[Row]:
    """Regular connections to an outside address for some hours."""
    base = {"class_uid": 4001, "src_endpoint_ip": source, "dst_endpoint_ip": "198.51.100.7", "dst_endpoint_port": 443}
    count = int(hours * 3600 / every)
    return [
        {**base, "traffic_bytes_out": 700, **values, "time": START + timedelta(seconds=i * every)} for i in range(count)
    ]


def features(row: Mapping[str, float | int | str], *names: str) -> list[object]:
    return [row[name] for name in names]


def test_a_steady_beacon_is_told_once_a_week() -> None:
    """Nine days of beats give two findings, not one per window."""
    findings = found(Beaconing(), calls(9 * 24))
    assert [finding.first_time for finding in findings] == [START + timedelta(days=day) for day in (0, 7)]


def test_records_without_a_port_are_no_calls() -> None:
    """Zeek's files log names the sender as the source: read as calls, each beacon would be told backwards too."""
    assert found(Beaconing(), calls(24, dst_endpoint_port=None)) == []


def test_bursts_and_addresses_of_the_cloud_platform_are_no_beacons() -> None:
    """Sub-second calls, and what every machine of a cloud calls by design."""
    assert found(Beaconing(), calls(0.02, every=0.5)) == []
    assert found(Beaconing(), calls(24, dst_endpoint_ip="168.63.129.16")) == []


def test_the_name_replaces_the_addresses_behind_it() -> None:
    """A host behind changing addresses is one beacon, and the bare address is not told beside it."""
    named = [
        {**row, "tls_sni": "cdn.evil.example", "dst_endpoint_ip": f"198.51.100.{i % 3}"}
        for i, row in enumerate(calls(20))
    ]
    bare = [{**row, "tls_sni": ""} for row in named]
    (finding,) = found(Beaconing(), [*named, *bare])
    assert finding.features["destination"] == "cdn.evil.example"


def test_a_name_reached_through_the_company_proxy_is_judged() -> None:
    """The proxy is internal, the name it is asked for is not."""
    rows = calls(
        20, dst_endpoint_ip="10.1.0.1", dst_endpoint_port=3128, http_request_url_hostname="evil.example", class_uid=4002
    )
    assert found(Beaconing(), rows)
    assert not found(Beaconing(), [{**row, "http_request_url_hostname": "intranet"} for row in rows])


def test_inbound_scans_are_left_out() -> None:
    """A clockwork scanner on the internet is no beacon of ours."""
    assert not found(Beaconing(), calls(20, source="203.0.113.5", dst_endpoint_ip="10.1.0.5"))
    assert not found(Beaconing(), calls(20, source="203.0.113.5", connection_info_direction_id=1))


def test_what_everybody_calls_ranks_lower() -> None:
    """The same rhythm towards a destination all machines know has less confidence and low severity."""
    crowd = [row for host in range(20) for row in calls(20, source=f"10.1.0.{host + 1}")]
    (alone,) = found(Beaconing(), calls(20))
    assert alone.severity is Severity.MEDIUM
    assert all(finding.confidence < alone.confidence / 2 + 0.1 for finding in found(Beaconing(), crowd))


def test_busy_pairs_keep_their_rhythm_in_bounded_memory() -> None:
    """A ten-second beacon exceeds what is kept per hour; it is found, and counted in full."""
    detector = Beaconing({**PARAMETERS, "kept_per_hour": PARAMETERS["kept_per_hour"]})
    (finding,) = found(detector, calls(12, every=10))
    assert finding.event_count == 12 * 360
    assert features(finding.features, "period_seconds") == [10.0]
    state = detector.initial()
    assert len(detector.dump(state)) < 1000


def test_the_operators_own_networks_count_as_inside() -> None:
    """Public addresses of the company are inside when it says so."""
    rows = calls(20, dst_endpoint_ip="192.0.2.10")
    assert not found(Beaconing(networks=("10.0.0.0/8", "192.0.2.0/24")), rows)


def test_planted_beacons_of_real_captures_are_found(shared_data: Path) -> None:
    """Every pair that a capture's labels or README call a beacon is found."""
    planted = 0
    for archive in sorted((shared_data / "soc" / "net_zeek_stratosphere").glob("*.zip")):
        for scenario in scenarios(archive):
            metrics, _ = measure_scenario(scenario)
            planted += len(scenario.planted)
            assert metrics.get(f"{scenario.name}/recall", {"value": 1})["value"] == 1
    assert planted
