"""JSON shapes of published Windows events, turned into the event mapping that `write_evtx` takes.

Shapes: a reader's {"Event": {"System", "EventData"}} objects, winlogbeat documents (`event_data`), and flat records as
log shippers and WMI exports write them. What a shape lacks (Execution, Keywords of winlogbeat) takes a neutral value:
the files built from it are realistic in size and structure, not evidence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

_SHIPPER_FIELDS = frozenset(
    (
        "_dataset", "_path", "_file", "_label", "_tactic", "_technique", "@timestamp", "@version", "@metadata",
        "host", "port", "tags", "type", "Message", "Category", "Opcode", "SourceModuleName", "SourceModuleType",
        "SeverityValue", "Severity", "EventTime", "EventReceivedTime", "Domain", "AccountName", "AccountType",
        "ERROR_EVT_UNRESOLVED", "EventTypeOrignal", "RecordNumber", "ExecutionProcessID", "ThreadID", "UserID",
        "OpcodeValue", "Keywords", "Version", "Level", "Task", "EventID", "Channel", "Hostname", "SourceName",
        "ProviderGuid", "ActivityID", "TimeCreated",
    )
)  # fmt: skip
_BINARY = re.compile(r"(?:[0-9A-F]{2})+")
_SHIPPER_EVENT_TYPES = frozenset(("INFO", "AUDIT_SUCCESS", "AUDIT_FAILURE", "WARNING", "ERROR", "VERBOSE", "CRITICAL"))
_LEVEL_OF_SEVERITY = {"1": 5, "2": 4, "3": 3, "4": 2, "5": 1}
_LEVEL_OF_NAME = {"critical": 1, "error": 2, "warning": 3, "information": 4, "verbose": 5}


def events_from_json_line(obj: Mapping[str, object]) -> Mapping[str, object]:
    """The `write_evtx` event of one parsed JSON line; KeyError when the object is none of the known shapes."""
    if isinstance(obj.get("Event"), Mapping):
        return _from_reader(_mapping(obj["Event"]))
    if "event_data" in obj or "log_name" in obj:
        return _from_winlogbeat(obj)
    return _from_flat(obj)


def _from_reader(event: Mapping[str, object]) -> dict[str, object]:
    system = _mapping(event["System"])
    provider, execution = _attributes(system.get("Provider")), _attributes(system.get("Execution"))
    event_id = system["EventID"]
    out: dict[str, object] = {
        "Provider": provider.get("Name"),
        "ProviderGuid": provider.get("Guid"),
        "EventSourceName": provider.get("EventSourceName"),
        "EventID": _mapping(event_id)["#text"] if isinstance(event_id, Mapping) else event_id,
        "Qualifiers": None if (qualifiers := _attributes(event_id).get("Qualifiers")) == "" else qualifiers,
        "TimeCreated": _attributes(system["TimeCreated"])["SystemTime"],
        "ActivityID": _attributes(system.get("Correlation")).get("ActivityID") or None,
        "ProcessID": execution.get("ProcessID"),
        "ThreadID": execution.get("ThreadID"),
        "UserID": _attributes(system.get("Security")).get("UserID") or None,
    }
    for key in ("Version", "Level", "Task", "Opcode", "Keywords", "EventRecordID", "Channel", "Computer"):
        out[key] = system.get(key)
    for name, body in event.items():
        if name == "EventData":
            out["EventData"] = _event_data(body)
        elif name == "UserData":
            out["UserData"] = body
        elif name not in ("System", "#attributes"):
            out["UserData"] = {name: body}
    return out


def _event_data(body: object) -> dict[str, object]:
    fields = _plain_fields(body)
    unnamed = body.get("Data") if isinstance(body, Mapping) else None
    if isinstance(unnamed, Mapping):
        text = unnamed.get("#text")
        fields["Data"] = [_plain(one) for one in text] if isinstance(text, list) else [_plain(text)]
    for name, value in fields.items():
        # A reader prints binary data as hexadecimal digits; as text it would take four times the space.
        if isinstance(value, str) and _BINARY.fullmatch(value) and (name == "Binary" or len(value) > 64):
            fields[name] = bytes.fromhex(value)
    return fields


def _from_winlogbeat(obj: Mapping[str, object]) -> dict[str, object]:
    user = obj.get("user")
    return {
        "Provider": obj["source_name"],
        "ProviderGuid": obj.get("provider_guid"),
        "EventID": obj["event_id"],
        "Version": obj.get("version"),
        "Level": _LEVEL_OF_NAME.get(str(obj.get("level")).lower(), 0),
        "TimeCreated": obj["@timestamp"],
        "EventRecordID": obj.get("record_number"),
        "ActivityID": obj.get("activity_id"),
        "ProcessID": obj.get("process_id"),
        "ThreadID": obj.get("thread_id"),
        "Channel": obj["log_name"],
        "Computer": obj["computer_name"],
        "UserID": user.get("identifier") if isinstance(user, Mapping) else None,
        "EventData": _plain_fields(obj.get("event_data")),
    }


def _from_flat(obj: Mapping[str, object]) -> dict[str, object]:
    fields = {str(name): _plain(value) for name, value in obj.items() if name not in _SHIPPER_FIELDS}
    if fields.get("EventType") in _SHIPPER_EVENT_TYPES:
        del fields["EventType"]
    severity = str(obj.get("SeverityValue"))
    # A shipper's EventTime is local time without a zone; @timestamp, where present, is UTC.
    return {
        "Provider": obj["SourceName"],
        "ProviderGuid": obj.get("ProviderGuid"),
        "EventID": obj["EventID"],
        "Version": obj.get("Version"),
        "Level": obj.get("Level", _LEVEL_OF_SEVERITY.get(severity)),
        "Task": obj.get("Task"),
        "Opcode": obj.get("OpcodeValue"),
        "Keywords": obj.get("Keywords"),
        "TimeCreated": next(obj[key] for key in ("TimeCreated", "@timestamp", "EventTime") if key in obj),
        "EventRecordID": obj.get("RecordNumber"),
        "ActivityID": obj.get("ActivityID"),
        "ProcessID": obj.get("ExecutionProcessID"),
        "ThreadID": obj.get("ThreadID"),
        "Channel": obj["Channel"],
        "Computer": obj["Hostname"],
        "UserID": obj.get("UserID"),
        "EventData": fields,
    }


def _plain_fields(body: object) -> dict[str, object]:
    if not isinstance(body, Mapping):
        return {} if body is None else {"Value": _plain(body)}
    return {str(name): dict(value) if name == "#attributes" else _plain(value) for name, value in body.items()}


def _plain(value: object) -> object:
    """A value `write_evtx` can type; what is nested or fractional becomes its JSON text."""
    return value if value is None or isinstance(value, str | int) else json.dumps(value, ensure_ascii=False)


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise KeyError(f"event shape: expected an object, got {type(value).__name__}")
    return value


def _attributes(value: object) -> Mapping[str, object]:
    found = value.get("#attributes") if isinstance(value, Mapping) else None
    return found if isinstance(found, Mapping) else {}
