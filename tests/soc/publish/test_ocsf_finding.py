"""Findings as OCSF Detection Findings."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from tests.support.ocsf_schema import OcsfSchema
from tests.support.ocsf_validator import validate

from hodoscope.soc.finding import Contribution, Evidence, Finding, Severity
from hodoscope.soc.publish.ocsf_finding import to_ocsf

START = datetime(2024, 5, 1, tzinfo=UTC)
FINDING = Finding(
    finding_id="0f" * 16,
    tenant_id="default",
    detector="brute_force",
    detector_version="1",
    title="Many failed logons",
    severity=Severity.HIGH,
    confidence=0.8,
    entity="ip:192.0.2.1",
    entity_ids=("ip:192.0.2.1", "host:ws01", "user:bob", "account:1"),
    first_time=START,
    last_time=START + timedelta(minutes=5),
    attack=("T1110.003", "T1078", "TA0006"),
    explanation="40 failures in five minutes.",
    how_to_check="Ask bob.",
    contributions=(Contribution("failures", 1.0),),
    evidence=tuple(Evidence(f"{n % 2:032x}", START, f"f{n}", "v") for n in range(3)),
    event_count=40,
    where="src_endpoint_ip = '192.0.2.1'",
    rule_hash="ab",
    features={"failures": 40},
)


@pytest.mark.parametrize(
    "finding",
    [FINDING, replace(FINDING, revision=1), replace(FINDING, attack=(), evidence=(), entity_ids=(), confidence=0.1)],
)
def test_finding_is_valid_ocsf(finding: Finding, shared_data: Path) -> None:
    """Full and sparse findings validate, observable types included."""
    schema = OcsfSchema.load(shared_data / "soc/ocsf_schema/schema_1_8_0.zip")
    assert validate(schema, to_ocsf(finding)) == []


def test_finding_keeps_what_an_analyst_needs() -> None:
    """Ids, times in milliseconds, techniques with names, evidence per event, how to check."""
    document = to_ocsf(FINDING, {"T1110.003": "Password Spraying"})
    info = document["finding_info"]
    assert isinstance(info, dict)
    assert (info["uid"], info["first_seen_time"], info["last_seen_time"]) == ("0f" * 16, 1714521600000, 1714521900000)
    assert info["attacks"] == [
        {"technique": {"uid": "T1110"}, "sub_technique": {"uid": "T1110.003", "name": "Password Spraying"}},
        {"technique": {"uid": "T1078"}},
        {"tactic": {"uid": "TA0006"}},
    ]
    evidences = document["evidences"]
    assert isinstance(evidences, list)
    assert [len(entry["data"]["fields"]) for entry in evidences] == [2, 1]
    assert document["remediation"] == {"desc": "Ask bob."}
    assert document["confidence_score"] == 80


def test_export_is_json_and_the_same_every_time() -> None:
    """No clock, no order of sets: replay gives the same bytes."""
    assert orjson.dumps(to_ocsf(FINDING)) == orjson.dumps(to_ocsf(FINDING))


def test_a_withdrawn_finding_is_closed() -> None:
    """OCSF has no status of that name: the activity is Close, the status is named."""
    document = to_ocsf(replace(FINDING, revision=1))
    assert (document["activity_id"], document["type_uid"], document["status"]) == (3, 200403, "Withdrawn")
