"""Normalised events of every format, exported as OCSF, are valid against the released 1.8.0 schema."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pytest
from tests.support.ocsf_schema import OcsfSchema
from tests.support.ocsf_validator import validate
from tests.support.real_events import PANTHER_VENDORS, events_of_files, normalised, panther_events, sekoia_messages

from hodoscope.soc.publish.ocsf_event import ocsf_events

PER_RULE = 12
"""Events of one mapping rule looked at per source: more of the same kind tell nothing new."""

KNOWN: Mapping[tuple[str, int], frozenset[str]] = {
    # Objects of OCSF input that no column holds stay in `unmapped` (docs/ocsf_differences.md).
    ("ocsf", 1010): frozenset({"peripheral_device"}),
    ("ocsf", 2001): frozenset({"finding", "state_id"}),
    ("ocsf", 2002): frozenset({"vulnerabilities"}),
    ("ocsf", 2003): frozenset({"compliance"}),
    ("ocsf", 4009): frozenset({"direction_id", "email"}),
    ("ocsf", 7002): frozenset({"command_uid"}),
    ("ocsf", 201003): frozenset({"win_resource"}),
}
"""Format and class → required attributes that may be missing; no other problem is allowed."""

FORMATS = frozenset(
    {
        "cloudtrail",
        "entra",
        "azure_activity",
        "okta",
        "gworkspace",
        "gcp_audit",
        "kubernetes_audit",
        "m365",
        "ocsf",
        "json",
        "csv",
        "text",
        "windows_json",
        "evtx",
        "syslog",
        "zeek_json",
        "access_log",
        "suricata",
        "nginx_json",
        "ecs_json",
    }
)
"""Formats that the data sets hold: a format that disappears from the sample fails the test."""


def tables(shared_data: Path) -> Iterator[tuple[str, pa.Table]]:
    """Format and events of every source of real records."""
    for kind, records in panther_events(shared_data).items():
        yield PANTHER_VENDORS[kind], normalised(PANTHER_VENDORS[kind], records).events
    for name, records in sekoia_messages(shared_data).items():
        yield name, normalised(name, records).events
    yield from events_of_files(shared_data, 150)


@pytest.fixture(scope="module")
def schema(shared_data: Path) -> OcsfSchema:
    """The released schema."""
    return OcsfSchema.load(shared_data / "soc/ocsf_schema/schema_1_8_0.zip")


def test_exported_events_are_valid_or_lack_what_is_listed(shared_data: Path, schema: OcsfSchema) -> None:
    """Unknown attributes, wrong types, profiles, enums and uids: none; required attributes: only the listed ones."""
    wrong: Counter[str] = Counter()
    seen_formats = set()
    for name, events in tables(shared_data):
        if not events.num_rows:
            continue
        seen_formats.add(name)
        for event in ocsf_events(_sample(events)):
            allowed = KNOWN.get((name, int(str(event["class_uid"]))), frozenset())
            for problem in validate(schema, event):
                if problem.kind == "missing" and problem.path.removeprefix("$.") in allowed:
                    continue
                wrong[re.sub(r"\[\d+\]", "[]", f"{name} {event['class_uid']} {problem.path}: {problem.message}")] += 1
    assert not wrong, "\n".join(f"{count} x {text}" for text, count in wrong.most_common(20))
    assert seen_formats >= FORMATS


def _sample(events: pa.Table) -> pa.Table:
    """The first events of each mapping rule."""
    taken: Counter[str] = Counter()
    rows = []
    for row, rule in enumerate(events.column("mapping_rule").to_pylist()):
        taken[rule] += 1
        if taken[rule] <= PER_RULE:
            rows.append(row)
    return events.take(pa.array(rows))
