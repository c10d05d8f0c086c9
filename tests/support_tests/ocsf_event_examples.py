"""Hand-written OCSF 1.8 events that are valid, for tests of whatever judges or makes OCSF events."""

from typing import Any

METADATA = {"product": {"name": "Sysmon", "vendor_name": "Microsoft"}, "version": "1.8.0", "profiles": ["host"]}


def logon() -> dict[str, Any]:
    """An authentication event (class 3002)."""
    return {
        "activity_id": 1,
        "category_uid": 3,
        "class_uid": 3002,
        "type_uid": 300201,
        "severity_id": 1,
        "time": 1_700_000_000_000,
        "metadata": dict(METADATA),
        "user": {"name": "ada", "domain": "LAB", "type_id": 1},
        "src_endpoint": {"ip": "198.51.100.7", "port": 50_123},
        "dst_endpoint": {"hostname": "ws1.lab.example", "ip": "198.51.100.20"},
        "device": {"hostname": "ws1.lab.example", "type_id": 2},
        "logon_type_id": 3,
        "status_id": 1,
    }


def service_created() -> dict[str, Any]:
    """A Windows service event (class 201004, from the Windows extension)."""
    return {
        "activity_id": 1,
        "category_uid": 1,
        "class_uid": 201004,
        "type_uid": 20100401,
        "severity_id": 1,
        "time": 1_700_000_000_000,
        "metadata": dict(METADATA),
        "actor": {"user": {"name": "ada"}},
        "device": {"hostname": "ws1", "type_id": 2},
        "win_service": {"name": "backup", "cmd_line": "C:\\backup.exe", "service_start_type_id": 2},
    }
