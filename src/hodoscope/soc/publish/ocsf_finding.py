"""A finding as an OCSF 1.8.0 Detection Finding (class 2004), ready for ``json.dumps``."""

import re
from collections.abc import Mapping
from datetime import datetime

from hodoscope.soc.finding import Evidence, Finding

OCSF_VERSION = "1.8.0"
PRODUCT: Mapping[str, str] = {"name": "Hodoscope", "vendor_name": "Hodoscope"}
CLASS_UID, CATEGORY_UID = 2004, 2
_TOLD: Mapping[str, int | str] = {"activity_id": 1, "activity_name": "Create", "status_id": 1, "status": "New"}
_WITHDRAWN: Mapping[str, int | str] = {
    "activity_id": 3,
    "activity_name": "Close",
    "status_id": 99,
    "status": "Withdrawn",
}

_OBSERVABLE_TYPES: Mapping[str, tuple[int, str]] = {
    "host": (1, "Hostname"),
    "ip": (2, "IP Address"),
    "user": (4, "User Name"),
    "key": (19, "User Credential ID"),
}
_BEHAVIORAL_ANALYTIC = 2
_SEVERITIES = {1: "Informational", 2: "Low", 3: "Medium", 4: "High", 5: "Critical"}
_CONFIDENCES = ((0.75, 3, "High"), (0.4, 2, "Medium"), (float("-inf"), 1, "Low"))


def to_ocsf(finding: Finding, technique_names: Mapping[str, str] | None = None) -> dict[str, object]:
    """The finding as a JSON object. Times are epoch milliseconds; ``technique_names`` maps ATT&CK ids to names.

    ``time`` and ``created_time`` are the last event's: a finding's export must not depend on when it is exported. What
    OCSF has no attribute for (contributions, features, the WHERE clause) is in ``unmapped``.
    """
    names = technique_names or {}
    state = _WITHDRAWN if finding.withdrawn else _TOLD
    confidence_id, confidence = next((uid, word) for least, uid, word in _CONFIDENCES if finding.confidence >= least)
    first, last = _milliseconds(finding.first_time), _milliseconds(finding.last_time)
    document: dict[str, object] = {
        **state,
        "category_uid": CATEGORY_UID,
        "category_name": "Findings",
        "class_uid": CLASS_UID,
        "class_name": "Detection Finding",
        "type_uid": CLASS_UID * 100 + int(state["activity_id"]),
        "time": last,
        "start_time": first,
        "end_time": last,
        "count": finding.event_count,
        "message": finding.title,
        "severity_id": int(finding.severity),
        "severity": _SEVERITIES[int(finding.severity)],
        "is_alert": True,
        "confidence_id": confidence_id,
        "confidence": confidence,
        "confidence_score": max(0, min(100, round(finding.confidence * 100))),
        "metadata": {
            "version": OCSF_VERSION,
            "product": dict(PRODUCT),
            "uid": finding.finding_id,
            "tenant_uid": finding.tenant_id,
        },
        "finding_info": _info(finding, names, first, last),
        "evidences": _evidences(finding.evidence),
        "observables": [
            _observable(entity) for entity in dict.fromkeys((finding.entity, *finding.entity_ids)) if entity
        ],
        "remediation": {"desc": finding.how_to_check},
        "unmapped": _unmapped(finding),
    }
    return {name: value for name, value in document.items() if value != []}


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _info(finding: Finding, names: Mapping[str, str], first: int, last: int) -> dict[str, object]:
    info: dict[str, object] = {
        "uid": finding.finding_id,
        "title": finding.title,
        "desc": finding.explanation,
        "analytic": {
            "name": finding.detector,
            "uid": finding.rule_hash,
            "version": finding.detector_version,
            "type_id": _BEHAVIORAL_ANALYTIC,
            "type": "Behavioral",
        },
        "created_time": last,
        "first_seen_time": first,
        "last_seen_time": last,
    }
    attacks = [_attack(technique, names) for technique in finding.attack]
    return info | ({"attacks": attacks} if attacks else {})


def _attack(identifier: str, names: Mapping[str, str]) -> dict[str, object]:
    """A tactic (``TA0006``), a technique (``T1110``) or, with its parent, a sub-technique (``T1110.003``)."""

    def named(uid: str) -> dict[str, object]:
        return {"uid": uid, "name": names[uid]} if uid in names else {"uid": uid}

    if re.fullmatch(r"TA\d+", identifier):
        return {"tactic": named(identifier)}
    parent, dot, _ = identifier.partition(".")
    found: dict[str, object] = {"technique": named(parent)}
    return found | {"sub_technique": named(identifier)} if dot else found


def _evidences(rows: tuple[Evidence, ...]) -> list[dict[str, object]]:
    """One evidence per event: its id, its time and the fields the finding rests on."""
    events: dict[str, dict[str, object]] = {}
    for row in rows:
        entry = events.setdefault(
            row.event_id, {"event_uid": row.event_id, "time": _milliseconds(row.time), "fields": []}
        )
        fields = entry["fields"]
        if isinstance(fields, list):
            fields.append({"name": row.field, "value": row.value})
    return [{"uid": event_id, "data": entry} for event_id, entry in events.items()]


def _observable(entity: str) -> dict[str, object]:
    kind, _, value = entity.partition(":")
    type_id, type_name = _OBSERVABLE_TYPES.get(kind, (99, kind or "Other"))
    return {"name": entity, "value": value, "type_id": type_id, "type": type_name}


def _unmapped(finding: Finding) -> dict[str, object]:
    return {
        "entity": finding.entity,
        "entity_ids": list(finding.entity_ids),
        "where": finding.where,
        "contributions": [{"text": part.text, "weight": part.weight} for part in finding.contributions],
        "features": dict(finding.features),
    }
