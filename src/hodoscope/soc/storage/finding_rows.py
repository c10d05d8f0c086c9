"""Findings as Arrow rows and back, without loss.

Times are UTC microseconds; features are a JSON object in Python's own spelling (``NaN`` and ``Infinity`` survive).
"""

import json
from collections.abc import Sequence
from datetime import UTC
from typing import Any

import pyarrow as pa

from hodoscope.soc.event import TIME
from hodoscope.soc.finding import Contribution, Evidence, Finding, Severity

_TEXTS = pa.list_(pa.string())

FINDING_SCHEMA: pa.Schema = pa.schema(
    [
        ("finding_id", pa.string()),
        ("tenant_id", pa.string()),
        ("detector", pa.string()),
        ("detector_version", pa.string()),
        ("title", pa.string()),
        ("severity", pa.uint8()),
        ("confidence", pa.float64()),
        ("entity", pa.string()),
        ("entity_ids", _TEXTS),
        ("first_time", TIME),
        ("last_time", TIME),
        ("attack", _TEXTS),
        ("explanation", pa.string()),
        ("how_to_check", pa.string()),
        ("contribution_text", _TEXTS),
        ("contribution_weight", pa.list_(pa.float64())),
        ("evidence_event_id", _TEXTS),
        ("evidence_time", pa.list_(TIME)),
        ("evidence_field", _TEXTS),
        ("evidence_value", _TEXTS),
        ("event_count", pa.uint64()),
        ("where", pa.string()),
        ("rule_hash", pa.string()),
        ("features", pa.string()),
        ("revision", pa.uint32()),
    ]
)


def to_rows(findings: Sequence[Finding]) -> pa.Table:
    """One row per finding, columns as :data:`FINDING_SCHEMA`."""
    return pa.Table.from_pylist([_row(finding) for finding in findings], schema=FINDING_SCHEMA)


def from_rows(rows: pa.Table) -> list[Finding]:
    """The findings of a table that has at least the columns of :data:`FINDING_SCHEMA`."""
    return [_finding(row) for row in rows.select(FINDING_SCHEMA.names).cast(FINDING_SCHEMA).to_pylist()]


def _row(finding: Finding) -> dict[str, object]:
    return {
        "finding_id": finding.finding_id,
        "tenant_id": finding.tenant_id,
        "detector": finding.detector,
        "detector_version": finding.detector_version,
        "title": finding.title,
        "severity": int(finding.severity),
        "confidence": finding.confidence,
        "entity": finding.entity,
        "entity_ids": list(finding.entity_ids),
        "first_time": finding.first_time,
        "last_time": finding.last_time,
        "attack": list(finding.attack),
        "explanation": finding.explanation,
        "how_to_check": finding.how_to_check,
        "contribution_text": [part.text for part in finding.contributions],
        "contribution_weight": [part.weight for part in finding.contributions],
        "evidence_event_id": [item.event_id for item in finding.evidence],
        "evidence_time": [item.time for item in finding.evidence],
        "evidence_field": [item.field for item in finding.evidence],
        "evidence_value": [item.value for item in finding.evidence],
        "event_count": finding.event_count,
        "where": finding.where,
        "rule_hash": finding.rule_hash,
        "features": json.dumps(dict(finding.features), ensure_ascii=False),
        "revision": finding.revision,
    }


def _finding(row: dict[str, Any]) -> Finding:
    texts, weights = row.pop("contribution_text"), row.pop("contribution_weight")
    evidence = zip(*(row.pop(f"evidence_{part}") for part in ("event_id", "time", "field", "value")), strict=True)
    return Finding(
        **{
            **row,
            "severity": Severity(row["severity"]),
            "entity_ids": tuple(row["entity_ids"]),
            "first_time": row["first_time"].astimezone(UTC),
            "last_time": row["last_time"].astimezone(UTC),
            "attack": tuple(row["attack"]),
            "contributions": tuple(Contribution(text, weight) for text, weight in zip(texts, weights, strict=True)),
            "evidence": tuple(Evidence(event, time.astimezone(UTC), *rest) for event, time, *rest in evidence),
            "features": json.loads(row["features"]),
        }
    )
