"""Events as OCSF: valid against the released schema, nothing lost, exceptions as documented."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from tests.support.ocsf_schema import OcsfSchema
from tests.support.ocsf_validator import validate

from hodoscope.soc.columns import ALL, BY_NAME
from hodoscope.soc.publish.ocsf_classes import CLASS_ROOTS, EVERYWHERE, PROFILES
from hodoscope.soc.publish.ocsf_event import EXCEPTIONS, ocsf_event, ocsf_events

TIME = datetime(2024, 5, 1, 8, 30, 0, 250_000, tzinfo=UTC)
DEVICE: dict[str, object] = {"device_hostname": "ws01", "device_ip": "10.0.0.5", "device_os_name": "Windows 11"}
ACTOR: dict[str, object] = {
    "actor_user_name": "bob",
    "actor_process_pid": 7,
    "actor_process_file_path": "C:\\a\\cmd.exe",
}
ENDS: dict[str, object] = {"src_endpoint_ip": "10.0.0.5", "src_endpoint_port": 50000, "dst_endpoint_ip": "192.0.2.1"}
HASHES: dict[str, object] = {
    "file_hashes_md5": "ab" * 16,
    "file_hashes_sha256": "cd" * 32,
    "file_hashes_imphash": "ef" * 16,
}

CASES: Mapping[str, tuple[int, int, dict[str, object]]] = {
    "process": (
        1007,
        1,
        {**DEVICE, **ACTOR, **HASHES, "process_pid": 9, "process_file_path": "C:\\a\\b.exe", "user_name": "eve"},
    ),
    "file": (1001, 1, {**DEVICE, **ACTOR, **HASHES, "file_path": "/tmp/x", "file_signature_status": "Valid"}),
    "module": (1005, 1, {**DEVICE, **ACTOR, **HASHES, "file_path": "C:\\a.dll", "file_signature_signer": "Acme"}),
    "driver": (1002, 1, {**DEVICE, **ACTOR, **HASHES, "file_path": "C:\\a.sys"}),
    "script": (1009, 1, {**DEVICE, **ACTOR, "script_content": "Get-Date", "file_path": "C:\\a.ps1"}),
    "job": (1006, 1, {**DEVICE, "job_name": "\\backup", "job_cmd_line": "b.cmd"}),
    "registry key": (201001, 1, {**DEVICE, **ACTOR, "reg_key_path": "HKLM\\A"}),
    "registry value": (
        201002,
        1,
        {**DEVICE, **ACTOR, "reg_key_path": "HKLM\\A", "reg_value_name": "v", "reg_value_data": "1"},
    ),
    "service": (201004, 1, {**DEVICE, **ACTOR, "win_service_name": "svc", "win_service_cmd_line": "s.exe"}),
    "logon": (
        3002,
        1,
        {**DEVICE, "user_name": "bob", "src_endpoint_ip": "10.0.0.9", "logon_type_id": 3, "logon_process_name": "x"},
    ),
    "group": (3006, 3, {**DEVICE, **ACTOR, "group_name": "Administrators", "user_name": "eve"}),
    "connection": (
        4001,
        6,
        {**ENDS, **DEVICE, "traffic_bytes_out": 5, "tls_ja3_hash": "ab" * 16, "connection_info_state": "SF"},
    ),
    "http": (
        4002,
        3,
        {**ENDS, "http_request_http_method": "get", "http_request_url_hostname": "a.test", "http_response_code": 200},
    ),
    "odd http": (
        4002,
        3,
        {**ENDS, "http_request_http_method": "BREW", "http_request_url_path": "/", "http_response_body_length": 3},
    ),
    "dns": (
        4003,
        6,
        {**ENDS, "query_hostname": "a.test", "query_type": "A", "answers": ["192.0.2.7", "b.test"], "rcode": "NOERROR"},
    ),
    "api": (
        6003,
        1,
        {**ENDS, "actor_user_uid": "u", "api_operation": "ListKeys", "cloud_provider": "AWS", "resource_uid": "arn:x"},
    ),
    "alert": (2004, 1, {**ENDS, **HASHES, "finding_info_title": "Scan", "malware_name": "Emotet", "file_name": "x"}),
    "unclassified": (
        0,
        0,
        {**DEVICE, **ENDS, "api_operation": "x", "malware_name": "Emotet", "device_mac": "nonsense"},
    ),
    "sparse": (
        0,
        0,
        {"actor_user_domain": "ACME", "src_endpoint_port": 9, "process_name": "sshd", "device_ip": "not an address"},
    ),
}


def row(class_uid: int, activity: int, columns: Mapping[str, object]) -> dict[str, object]:
    """A row as ``to_pylist`` gives it."""
    identity = {
        "event_id": b"\1" * 16,
        "tenant_id": "default",
        "time": TIME,
        "time_quality": "exact",
        "raw": b"raw \xff",
    }
    return {**identity, "class_uid": class_uid, "activity_id": activity, "severity_id": 1, **columns}


@pytest.fixture(scope="module")
def schema(shared_data: Path) -> OcsfSchema:
    """The released schema."""
    return OcsfSchema.load(shared_data / "soc/ocsf_schema/schema_1_8_0.zip")


@pytest.mark.parametrize("name", CASES)
def test_event_is_valid_ocsf(name: str, schema: OcsfSchema) -> None:
    """Each class is valid offline, whatever the vendor left out or misspelt."""
    assert validate(schema, ocsf_event(row(*CASES[name]))) == []


@pytest.mark.parametrize("name", CASES)
def test_no_value_is_lost(name: str) -> None:
    """Every value of the row is in the object, in its place or in ``unmapped``."""
    event = ocsf_event(row(*CASES[name]))
    leaves = {str(leaf).lower() for leaf in _leaves(event)}
    for column, value in CASES[name][2].items():
        for item in value if isinstance(value, list) else [value]:
            assert any(str(item).lower() in leaf for leaf in leaves), column


def _leaves(node: object) -> list[object]:
    if isinstance(node, dict):
        return [leaf for value in node.values() for leaf in _leaves(value)]
    if isinstance(node, list):
        return [leaf for value in node for leaf in _leaves(value)]
    return [node]


def test_class_table_agrees_with_the_schema(schema: OcsfSchema) -> None:
    """The shipped table says of each class which of our attributes it has of its own."""
    ours = frozenset().union(*CLASS_ROOTS.values())
    found = {
        uid: frozenset(name for name in ours if name in shape.attributes and shape.attributes[name].profile is None)
        for uid, shape in schema.classes.items()
    }
    assert {uid: roots for uid, roots in found.items() if roots} == dict(CLASS_ROOTS)
    assert all(schema.classes[0].attributes[name].profile is None for name in EVERYWHERE)
    assert all(schema.classes[0].attributes[name].profile == profile for name, profile in PROFILES.items())


def test_times_uids_and_metadata() -> None:
    """Milliseconds, derived uids, our id where the vendor gave none."""
    event = ocsf_event(row(4001, 6, ENDS))
    assert event["time"] == 1_714_552_200_250
    assert (event["category_uid"], event["type_uid"]) == (4, 400106)
    assert event["metadata"] == {
        "version": "1.8.0",
        "product": {"name": "unknown"},
        "uid": "01" * 16,
        "tenant_uid": "default",
    }
    assert event["raw_data"] == "raw \ufffd"


def test_windows_extension_classes_are_in_the_system_category() -> None:
    """``201004`` is class 1004 of extension 2: category 1."""
    assert ocsf_event(row(201004, 1, {}))["category_uid"] == 1


def test_unknown_time_is_said() -> None:
    """OCSF requires a time; that it is unknown stands beside it."""
    event = ocsf_event({**row(0, 0, {}), "time": datetime(1970, 1, 1, tzinfo=UTC), "time_quality": "missing"})
    assert event["time"] == 0
    assert event["unmapped"] == {"time_quality": "missing"}


def test_process_columns_mean_the_actor_where_the_class_has_no_process() -> None:
    """A file event with only ``process.*`` names who acted; beside a known actor they stay apart."""
    alone = ocsf_event(row(1001, 1, {"process_pid": 9, "file_path": "/x"}))
    assert alone["actor"] == {"process": {"pid": 9}}
    both = ocsf_event(row(1001, 1, {"process_pid": 9, "actor_process_pid": 7, "file_path": "/x"}))
    assert both["actor"] == {"process": {"pid": 7}}
    assert both["unmapped"] == {"process.pid": 9}


def test_table_gives_one_object_per_row_with_vendor_fields() -> None:
    """Arrow rows, their unmapped map and dictionary columns."""
    unmapped = pa.array([[("vendor.x", "1")], None], pa.map_(pa.string(), pa.string()))
    table = pa.table(
        {
            "class_uid": pa.array([4001, 0], pa.uint16()),
            "src_endpoint_ip": pa.array(["10.0.0.1", ""]),
            "unmapped": unmapped,
        }
    )
    first, second = ocsf_events(table)
    assert first["src_endpoint"] == {"ip": "10.0.0.1"}
    assert first["unmapped"] == {"vendor.x": "1"}
    assert "unmapped" not in second


def test_exceptions_name_columns_that_exist() -> None:
    """A renamed column must not silently lose its handler."""
    assert EXCEPTIONS.keys() <= BY_NAME.keys()
    assert all(column.ocsf or column.ecs for column in ALL)
