"""Outbound volume against the machine's own past and its peers."""

from tests.soc.detectors.streams import found

from hodoscope.soc.detectors.examples import Row
from hodoscope.soc.detectors.outbound_volume import OutboundVolume


def sent(day: int, megabytes: float, source: str = "10.1.0.5", receiver: str = "203.0.113.9") -> Row:
    """One connection at noon of a day in March 2024."""
    return {
        "time": f"2024-03-{day:02d}T12:00:00+00:00",
        "class_uid": 4001,
        "src_endpoint_ip": source,
        "dst_endpoint_ip": receiver,
        "traffic_bytes_out": int(megabytes * 1e6),
    }


def test_a_machine_is_judged_by_its_own_past() -> None:
    """The same day is unusual for one machine and ordinary for another."""
    quiet = [sent(day, 50) for day in range(1, 7)]
    busy = [sent(day, 4000, "10.1.0.6") for day in range(1, 7)]
    findings = found(OutboundVolume(), [*quiet, *busy, sent(7, 5000), sent(7, 5000, "10.1.0.6")])
    assert [finding.entity for finding in findings] == ["ip:10.1.0.5"]
    assert findings[0].features["against"] == "own"


def test_below_the_floor_nothing_is_said() -> None:
    """A hundred times almost nothing is still almost nothing."""
    assert not found(OutboundVolume(), [*(sent(day, 1) for day in range(1, 7)), sent(7, 100)])


def test_without_past_and_peers_nothing_is_said() -> None:
    """One machine on its first day has nothing to be compared with."""
    assert not found(OutboundVolume(), [sent(1, 90_000)])


def test_traffic_between_our_own_machines_does_not_count() -> None:
    """Only bytes that leave the internal networks are added up."""
    past = [sent(day, 50) for day in range(1, 7)]
    assert not found(OutboundVolume(), [*past, sent(7, 90_000, receiver="192.168.3.3")])


def test_the_receivers_are_named_largest_first() -> None:
    """The explanation says where most of it went."""
    past = [sent(day, 50) for day in range(1, 7)]
    (finding,) = found(OutboundVolume(), [*past, sent(7, 900, receiver="198.51.100.1"), sent(7, 7000)])
    assert finding.explanation.index("203.0.113.9") < finding.explanation.index("198.51.100.1")
