"""One event as an OCSF 1.8.0 JSON object, from the column table and one table of exceptions."""

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

import pyarrow as pa

from hodoscope.soc.columns import ALL
from hodoscope.soc.publish.ocsf_classes import CLASS_ROOTS, PROFILES, place
from hodoscope.soc.publish.ocsf_objects import Json, make_whole
from hodoscope.soc.publish.ocsf_required import fill_required

OCSF_VERSION = "1.8.0"
_METHODS = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})
_MAC = re.compile(r"([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\Z")
_EMAIL = re.compile(r"[a-zA-Z0-9!#$%&'*+\-/=?^_`{|}~.]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9.-]+\Z")
_FINGERPRINTS: Mapping[str, tuple[int, str]] = {
    "md5": (1, "MD5"),
    "sha1": (2, "SHA-1"),
    "sha256": (3, "SHA-256"),
    "imphash": (18, "Imphash"),
}


_ACTING = tuple(column.name for column in ALL if column.ocsf.startswith("actor.process."))


def ocsf_events(events: pa.Table, *, raw: bool = True) -> Iterator[Json]:
    """One object per event, in row order."""
    for batch in events.to_batches(max_chunksize=4096):
        for row in batch.to_pylist(maps_as_pydicts="lossy"):
            yield ocsf_event(row, raw=raw)


def ocsf_event(row: Mapping[str, object], *, raw: bool = True) -> Json:
    """The event of a row (column → value, as ``to_pylist`` gives it) as a JSON object; ``raw`` adds ``raw_data``.

    Nothing is lost: what the class has no attribute for, or what OCSF's types refuse, is in ``unmapped`` by its OCSF
    path beside the vendor's own unmapped fields. ``time`` is 0 and ``unmapped.time_quality`` is ``missing`` when
    unknown.
    """
    class_uid, activity_id = _number(row.get("class_uid")), _number(row.get("activity_id"))
    event: Json = {}
    unmapped: Json = _vendor_fields(row.get("unmapped"))
    actor_known = any(row.get(name) for name in _ACTING)
    for column in ALL:
        value = row.get(column.name)
        unknown = value is None or value in ("", []) or (column.kind == "enum" and value == 0)
        if unknown or not column.ocsf:
            continue
        path = place(column.ocsf, class_uid, actor_known)
        if path is None or not EXCEPTIONS.get(column.name, _as_is)(event, path, value):
            unmapped[column.ocsf] = _json(value)
    event |= {
        "class_uid": class_uid,
        "category_uid": class_uid // 1000 % 100,
        "activity_id": activity_id,
        "type_uid": class_uid * 100 + activity_id,
        "severity_id": _number(row.get("severity_id")),
        "time": _milliseconds(row.get("time")),
    }
    _complete(event, row, class_uid)
    if class_uid == 3003 and "privileges" in event and "group" in event:  # the class allows one of the two
        _flatten(event.pop("group"), "group", unmapped)
    make_whole(event, "", unmapped)
    fill_required(event, class_uid)
    _profiles(event, unmapped, class_uid)
    quality = row.get("time_quality")
    if quality and quality != "exact":
        unmapped["time_quality"] = quality
    if raw and isinstance(record := row.get("raw"), bytes):
        event["raw_data"] = record.decode("utf-8", "replace")
    if unmapped:
        event["unmapped"] = unmapped
    return event


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _milliseconds(value: object) -> int:
    return int(value.timestamp() * 1000) if isinstance(value, datetime) else 0


def _vendor_fields(value: object) -> Json:
    pairs = value.items() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return {str(name): item for name, item in pairs}


def _json(value: object) -> object:
    return _milliseconds(value) if isinstance(value, datetime) else value


def _as_is(event: Json, path: str, value: object) -> bool:
    return put(event, path, _json(value))


def put(event: Json, path: str, value: object) -> bool:
    """Set a nested value unless one stands there; ``name[]`` in a path is the first object of an array."""
    parent, _, last = path.rpartition(".")
    node = _object_at(event, parent)
    return node is not None and node.setdefault(last, value) is value


def _object_at(event: Json, path: str) -> Json | None:
    """The object at a path, made when absent; None when something else stands in the way."""
    node = event
    for step in path.split(".") if path else ():
        inner = node.setdefault(step.removesuffix("[]"), [{}] if step.endswith("[]") else {})
        inner = inner[0] if isinstance(inner, list) else inner
        if not isinstance(inner, dict):
            return None
        node = inner
    return node


def _hash(event: Json, path: str, value: object) -> bool:
    """``file.hashes.md5`` → a fingerprint object in ``file.hashes``."""
    prefix, _, algorithm = path.rpartition(".")
    parent, _, last = prefix.rpartition(".")
    node = _object_at(event, parent)
    items = node.setdefault(last, []) if node is not None else None
    if not isinstance(items, list):
        return False
    uid, name = _FINGERPRINTS[algorithm]
    items.append({"algorithm_id": uid, "algorithm": name, "value": value})
    return True


def _ja3(event: Json, path: str, value: object) -> bool:
    return put(event, path, {"algorithm_id": 1, "algorithm": "MD5", "value": value})


def _answers(event: Json, path: str, value: object) -> bool:
    return put(
        event, path.partition("[")[0], [{"rdata": item} for item in value if item] if isinstance(value, list) else []
    )


def _address(event: Json, path: str, value: object) -> bool:
    try:
        ipaddress.ip_address(str(value))
    except ValueError:
        return False
    return put(event, path, value)


def _shaped(pattern: re.Pattern[str]) -> Callable[[Json, str, object], bool]:
    return lambda event, path, value: bool(pattern.match(str(value))) and put(event, path, value)


def _method(event: Json, path: str, value: object) -> bool:
    return str(value).upper() in _METHODS and put(event, path, str(value).upper())


def _nowhere(event: Json, path: str, value: object) -> bool:
    """Ours: OCSF has no attribute for it."""
    return False


EXCEPTIONS: Mapping[str, Callable[[Json, str, object], bool]] = {
    **{f"file_hashes_{name}": _hash for name in _FINGERPRINTS},
    "tls_ja3_hash": _ja3,
    "tls_ja3s_hash": _ja3,
    "answers": _answers,
    **{f"{role}_ip": _address for role in ("device", "src_endpoint", "dst_endpoint")},
    **{f"{role}_mac": _shaped(_MAC) for role in ("device", "src_endpoint", "dst_endpoint")},
    **{name: _shaped(_EMAIL) for name in ("actor_user_email_addr", "user_email_addr")},
    "http_request_http_method": _method,
    **dict.fromkeys(("process_granted_access", "pipe_name", "connection_info_state"), _nowhere),
}
"""Columns whose value is not put at its OCSF path as it stands. A handler returns False when the value does not fit."""


def _complete(event: Json, row: Mapping[str, object], class_uid: int) -> None:
    """What every event has, and what a class requires and another column knows."""
    event_id = row.get("event_id")
    metadata = event.setdefault("metadata", {})
    if isinstance(metadata, dict):
        metadata["version"] = OCSF_VERSION
        metadata.setdefault("product", {"name": str(row.get("format") or "unknown")})
        if isinstance(event_id, bytes):
            metadata.setdefault("uid", event_id.hex())
        if row.get("tenant_id"):
            metadata["tenant_uid"] = row["tenant_id"]
        if isinstance(row.get("ingested_at"), datetime):
            metadata["logged_time"] = _milliseconds(row["ingested_at"])
    device = event.get("device")
    reports = {key: device[key] for key in ("hostname", "ip") if key in device} if isinstance(device, dict) else {}
    if class_uid == 3002 and "service" not in event and "dst_endpoint" not in event and reports:
        event["dst_endpoint"] = reports  # one logs on to the machine that reports it
    if class_uid == 1008 and isinstance(metadata, dict):
        event |= {name: metadata[name] for name in ("log_name", "log_provider") if name in metadata}
    if class_uid == 2004 and isinstance(event_id, bytes):
        put(event, "finding_info.uid", event_id.hex())


def _profiles(event: Json, unmapped: Json, class_uid: int) -> None:
    """Name the profiles whose attributes are used; ``api`` needs the cloud profile, and that needs ``cloud``."""
    if "api" in event and "cloud" not in event and "api" not in CLASS_ROOTS.get(class_uid, frozenset()):
        _flatten(event.pop("api"), "api", unmapped)
    own = CLASS_ROOTS.get(class_uid, frozenset())
    profiles = sorted({profile for name, profile in PROFILES.items() if name in event and name not in own})
    metadata = event["metadata"]
    if profiles and isinstance(metadata, dict):
        metadata["profiles"] = profiles


def _flatten(value: object, path: str, found: Json) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            _flatten(inner, f"{path}.{name}", found)
    else:
        found[path] = value
