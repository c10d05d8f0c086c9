"""Indicator matches as findings."""

from tests.soc.detectors.streams import every, found

from hodoscope.soc.detectors.indicators import Indicators
from hodoscope.soc.finding import Severity

CALL = {"class_uid": 4001, "src_endpoint_ip": "10.1.0.5", "dst_endpoint_ip": "192.0.2.66"}


def test_one_finding_per_indicator_entity_and_day() -> None:
    """Many events of one match are one finding with their count; another machine is another."""
    rows = [{**CALL, "indicator_ids": ["ip:192.0.2.66"]}] * 5
    rows += [{**CALL, "src_endpoint_ip": "10.1.0.6", "indicator_ids": ["ip:192.0.2.66"]}]
    findings = found(Indicators(), every(60, rows))
    assert {finding.entity: finding.event_count for finding in findings} == {"ip:10.1.0.5": 5, "ip:10.1.0.6": 1}


def test_a_knock_at_the_door_ranks_below_a_call_out() -> None:
    """A listed address that only comes in is low; one that is called is medium."""
    knock = {
        "class_uid": 4001,
        "src_endpoint_ip": "192.0.2.66",
        "dst_endpoint_ip": "10.1.0.5",
        "indicator_ids": ["ip:192.0.2.66"],
    }
    (inbound,) = found(Indicators(), every(1, [knock]))
    (outbound,) = found(Indicators(), every(1, [{**CALL, "indicator_ids": ["ip:192.0.2.66"]}]))
    assert (inbound.severity, outbound.severity) == (Severity.LOW, Severity.MEDIUM)
    assert inbound.entity == outbound.entity == "ip:10.1.0.5"


def test_an_enriched_host_is_the_entity() -> None:
    """The canonical id from enrich replaces the one built from columns."""
    row = {
        "device_hostname": "ws-1",
        "entity_ids": ["host:ws-1.acme.example"],
        "indicator_ids": ["domain:evil.example"],
    }
    (finding,) = found(Indicators(), every(1, [row]))
    assert finding.entity == "host:ws-1.acme.example"
