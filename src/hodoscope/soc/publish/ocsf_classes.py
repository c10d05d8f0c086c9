"""Which of our top-level OCSF attributes each event class has, and where those go that a class keeps elsewhere.

From the OCSF 1.8.0 schema source; ``tests/soc/publish/test_ocsf_classes.py`` compares the table with it.
"""

from collections.abc import Mapping

EVERYWHERE = frozenset(
    {"activity_id", "activity_name", "category_uid", "class_uid", "duration", "end_time", "message", "metadata"}
    | {"severity_id", "start_time", "status_code", "status_detail", "status_id", "timezone_offset"}
)
"""Attributes of every class."""

PROFILES: Mapping[str, str] = {"actor": "host", "device": "host", "cloud": "cloud", "malware": "security_control"}
"""Attributes that a class may lack, and the profile that brings them to any class."""

_NETWORK = "app_protocol_name connection_info dst_endpoint src_endpoint tls traffic"
_IDENTITY = "http_request http_response src_endpoint"

CLASS_ROOTS: Mapping[int, frozenset[str]] = {
    uid: frozenset(names.split())
    for uid, names in {
        1001: "file",
        1002: "driver",
        1004: "process",
        1005: "module",
        1006: "job",
        1007: "module process",
        1008: "dst_endpoint file src_endpoint",
        1009: "script",
        2001: "malware process resources",
        2002: "finding_info resource resources",
        2003: "evidences finding_info resource resources",
        2004: "evidences finding_info malware resources",
        2006: "dst_endpoint file finding_info resources src_endpoint",
        2007: "finding_info resources",
        2008: "finding_info resources user",
        3001: f"{_IDENTITY} user",
        3002: f"{_IDENTITY} auth_protocol certificate dst_endpoint is_mfa is_remote logon_process logon_type"
        " logon_type_id service user",
        3003: f"{_IDENTITY} dst_endpoint group privileges user",
        3004: f"{_IDENTITY} entity",
        3005: f"{_IDENTITY} privileges resource resources user",
        3006: f"{_IDENTITY} group privileges resource user",
        4001: _NETWORK,
        4002: f"{_NETWORK} file http_request http_response",
        4003: f"{_NETWORK} answers query rcode",
        4004: _NETWORK,
        4005: f"{_NETWORK} file user",
        4006: f"{_NETWORK} file",
        4007: f"{_NETWORK} file",
        4008: f"{_NETWORK} file",
        4009: "dst_endpoint src_endpoint",
        4010: f"{_NETWORK} file",
        4011: "file",
        4013: _NETWORK,
        4014: f"{_NETWORK} user",
        5003: "user",
        5007: "file",
        5009: "group",
        5010: "job",
        5011: "module process",
        5012: "connection_info process",
        5015: "process",
        5016: "service",
        5018: "user",
        5023: "resources",
        6001: f"{_IDENTITY} dst_endpoint tls",
        6003: f"{_IDENTITY} dst_endpoint resources api",
        6004: f"{_IDENTITY} tls",
        6005: f"{_IDENTITY} dst_endpoint",
        6006: f"{_IDENTITY} connection_info dst_endpoint file",
        7002: "file",
        7003: "process",
        7004: "connection_info",
        8001: "auth_protocol connection_info dst_endpoint src_endpoint tls traffic",
        8002: "connection_info dst_endpoint src_endpoint tls traffic",
        201001: "reg_key",
        201002: "reg_value",
        201003: "win_resource",
        201004: "win_service",
        205004: "reg_key",
        205005: "reg_value",
    }.items()
}
"""Class uid → our attributes it has of its own."""

_EVIDENCE = (
    *("src_endpoint", "dst_endpoint", "connection_info", "http_request", "http_response", "tls", "query"),
    *("process", "file", "user", "job", "script", "reg_key", "win_service"),
)

_DETOURS: tuple[tuple[str, str, str], ...] = (
    # path begins with, needs this attribute in the class, goes to
    ("file.", "process", "process.file."),  # the image of the created process
    ("file.", "module", "module.file."),
    ("file.", "script", "script.file."),
    ("file.", "driver", "driver.file."),
    ("reg_key.path", "reg_value", "reg_value.path"),
    ("certificate.", "tls", "tls.certificate."),
    ("user.", "process", "process.user."),  # whom the new process runs as
    ("user.", "entity", "entity.user."),
    ("group.", "entity", "entity.group."),
    ("resource.", "entity", "entity."),
    ("resource.", "resources", "resources[]."),
    *((f"{name}.", "evidences", f"evidences[].{name}.") for name in _EVIDENCE),  # what another tool's finding rests on
    ("resource.", "win_resource", "win_resource."),
)


def place(path: str, class_uid: int, actor_known: bool) -> str | None:
    """Where an OCSF path of the column table belongs in a class; None when the class has no place for it.

    ``actor_known`` says that the event names its acting process itself, so that ``process.*`` must be another one.
    """
    roots = CLASS_ROOTS.get(class_uid, frozenset())
    root = path.partition(".")[0].removesuffix("[]")
    if root in roots or root in EVERYWHERE or root in PROFILES or root == "api":  # api: see ``ocsf_event``
        return path
    for prefix, needed, target in _DETOURS:
        if path.startswith(prefix) and needed in roots:
            return target + path.removeprefix(prefix)
    if root == "process" and not actor_known:
        return f"actor.{path}"
    return None
