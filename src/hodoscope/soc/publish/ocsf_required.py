"""What a class requires and a record does not tell: filled with OCSF's "Unknown", so that the event stays valid.

Nothing is invented: the filled object says ``Unknown`` and nothing else, and the rest of the event keeps its class. The
alternative, exporting such an event as Base Event, would hide an API call without a caller from every search by class.
"""

from collections.abc import Mapping

Json = dict[str, object]

_UNKNOWN_USER: Json = {"name": "Unknown", "type_id": 0}
_UNKNOWN: Mapping[str, Json] = {
    "actor": {"user": _UNKNOWN_USER},
    "user": _UNKNOWN_USER,
    "group": {"name": "Unknown"},
    "entity": {"name": "Unknown"},
    "src_endpoint": {"name": "Unknown"},
    "api": {"operation": "Unknown"},
    "file": {"name": "Unknown", "type_id": 0},
    "process": {"name": "Unknown", "uid": "Unknown"},
    "module": {"load_type_id": 0},
    "script": {"type_id": 0, "script_content": {"value": "Unknown"}},
    "reg_key": {"path": "Unknown"},
    "reg_value": {"name": "Unknown", "path": "Unknown"},
}
_API: tuple[str, ...] = ("actor", "api", "src_endpoint")

REQUIRED: Mapping[int, tuple[str, ...]] = {
    1001: ("actor", "file"),
    1005: ("actor", "module"),
    1007: ("actor", "process"),
    1009: ("script",),
    3001: ("user",),
    3002: ("user",),
    3003: ("user",),
    3004: ("entity",),
    3005: ("user",),
    3006: ("group",),
    6003: _API,
    6006: ("actor", "file", "src_endpoint"),
    201001: ("actor", "reg_key"),
    201002: ("actor", "reg_value"),
}
"""Class uid → objects it requires (OCSF 1.8.0) of those in the table above."""


def fill_required(event: Json, class_uid: int) -> None:
    """Put "Unknown" where the class requires an object that the event lacks."""
    for name in REQUIRED.get(class_uid, ()):
        if name not in event:
            event[name] = _copy(_UNKNOWN[name])
    if class_uid == 3002 and "service" not in event and "dst_endpoint" not in event:
        event["service"] = {"name": "Unknown"}
    if class_uid == 3005 and not event.get("privileges"):
        event["privileges"] = ["Unknown"]


def _copy(node: Json) -> Json:
    return {name: _copy(value) if isinstance(value, dict) else value for name, value in node.items()}
