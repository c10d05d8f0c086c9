"""Small event tables and findings with every kind of column, written for tests."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from hodoscope.soc.event import EVENT_ID, FULL_SCHEMA, event_ids
from hodoscope.soc.finding import Contribution, Evidence, Finding, Severity, finding_id

START = datetime(2024, 3, 1, 12, tzinfo=UTC)
SOURCE = "0" * 32


def event_table(
    count: int,
    *,
    first: int = 0,
    start: datetime = START,
    tenant: str = "default",
    entities: Sequence[str] = ("host:a",),
    quality: str = "exact",
) -> pa.Table:
    """Events number ``first`` to ``first + count - 1``, one second apart, ids by their number."""
    numbers = range(first, first + count)
    raw = [b"event %d \xff" % number for number in numbers]
    columns: dict[str, list[object] | pa.Array] = {
        "tenant_id": [tenant] * count,
        "event_id": event_ids(tenant, [b"%d" % number for number in numbers], raw),
        "time": [start + timedelta(seconds=number) for number in numbers],
        "time_quality": [quality] * count,
        "source_id": [SOURCE] * count,
        "source_position": list(numbers),
        "format": ["made_up"] * count,
        "entity_ids": [list(entities)] * count,
        "raw": list(raw),
        "class_uid": [3002] * count,
        "device_hostname": [f"host{number % 3}" for number in numbers],
    }
    return table(columns)


def table(columns: dict[str, list[object] | pa.Array]) -> pa.Table:
    """An event table from plain values, typed as the schema says."""
    arrays = []
    for name, values in columns.items():
        wanted = FULL_SCHEMA.field(name).type
        plain = wanted.value_type if pa.types.is_dictionary(wanted) else wanted
        arrays.append(values if isinstance(values, pa.Array) else pa.array(values, plain).cast(wanted))
    return pa.table(arrays, names=list(columns))


def ids(events: pa.Table) -> pa.Array:
    """The event ids of a table as one array."""
    return pa.concat_arrays(events.column("event_id").chunks) if len(events) else pa.array([], EVENT_ID)


def made_up_finding(anchor: str = "a", *, tenant: str = "default", entity: str = "host:a") -> Finding:
    """A finding with something in every field."""
    return Finding(
        finding_id=finding_id(tenant, "made_up", "1", entity, anchor),
        tenant_id=tenant,
        detector="made_up",
        detector_version="1",
        title="Something happened",
        severity=Severity.MEDIUM,
        confidence=0.25,
        entity=entity,
        entity_ids=(entity, "user:b"),
        first_time=START,
        last_time=START + timedelta(microseconds=1),
        attack=("T1110.003",),
        explanation="Because.",
        how_to_check="Look.",
        contributions=(Contribution("one", 0.1), Contribution("two", 0.9)),
        evidence=(Evidence("0" * 32, START, "user_name", "b"),),
        event_count=51,
        where="class_uid = 3002",
        rule_hash="f00",
        features={"rate": 1.5, "n": 3, "who": "b"},
    )
