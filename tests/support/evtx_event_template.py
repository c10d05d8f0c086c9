"""An event mapping as Binary XML templates and values (element order as in the published event schema).

The System part is one template per provider, channel and computer (literal text, as Windows writes it); EventData or
UserData is a nested template per list of field names and types.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from .evtx_binxml import Element, Instance, Slot
from .evtx_values import NULL, Typed, ValueType, guid_bytes, sid_bytes, sized_int, typed_value

EVENT_NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event"
_NUMBERS = (
    ("EventID", ValueType.UINT16),
    ("Qualifiers", ValueType.UINT16),
    ("Version", ValueType.UINT8),
    ("Level", ValueType.UINT8),
    ("Task", ValueType.UINT16),
    ("Opcode", ValueType.UINT8),
)
_LEFT_OUT_WHEN_MISSING = ("Version", "Level", "Task", "Opcode", "ProcessID")


def event_instance(event: Mapping[str, object], record_id: int, written: int) -> Instance:
    """Template instance of one event; the keys are those of `write_evtx`, `written` is a FILETIME."""
    provider = tuple(_text(event, key) for key in ("Provider", "ProviderGuid", "EventSourceName"))
    place = (_text(event, "Channel") or "", _text(event, "Computer") or "")
    user, activity, keywords = _text(event, "UserID"), _text(event, "ActivityID"), event.get("Keywords") or 0
    number = int(keywords, 0) if isinstance(keywords, str) else cast("int", keywords)
    present = tuple(name for name in _LEFT_OUT_WHEN_MISSING if event.get(name) is not None)
    values: list[Typed | Instance] = [_sized(event, key, kind) for key, kind in _NUMBERS]
    values += [
        sized_int(ValueType.HEX64, number & 0xFFFFFFFFFFFFFFFF),  # shippers print it as a signed number
        sized_int(ValueType.FILETIME, written),
        sized_int(ValueType.UINT64, record_id),
        (ValueType.GUID, guid_bytes(activity)) if activity else NULL,
        _sized(event, "ProcessID", ValueType.UINT32),
        _sized(event, "ThreadID", ValueType.UINT32),
        (ValueType.SID, sid_bytes(user)) if user else NULL,
        _body(event),
    ]
    return Instance(("System", provider, place, present), lambda: _system(provider, place, present), values)


def _system(provider: tuple[str | None, ...], place: tuple[str, str], present: tuple[str, ...]) -> Element:
    """Event template with the elements `present`: events of the old API have no Version, Opcode or Execution."""
    named = zip(("Name", "Guid", "EventSourceName"), provider, strict=True)
    parts = [
        Element("Provider", tuple((name, text) for name, text in named if text is not None)),
        Element("EventID", (_optional("Qualifiers", 1, ValueType.UINT16),), (Slot(0, ValueType.UINT16),)),
    ]
    parts += [
        Element(name, content=(Slot(index, kind, optional=True),))
        for index, (name, kind) in enumerate(_NUMBERS)
        if name in present
    ]
    parts += [
        Element("Keywords", content=(Slot(6, ValueType.HEX64),)),
        Element("TimeCreated", (("SystemTime", Slot(7, ValueType.FILETIME)),)),
        Element("EventRecordID", content=(Slot(8, ValueType.UINT64),)),
    ]
    if "ProcessID" in present:
        execution = (_optional("ProcessID", 10, ValueType.UINT32), _optional("ThreadID", 11, ValueType.UINT32))
        parts += [
            Element("Correlation", (_optional("ActivityID", 9, ValueType.GUID),)),
            Element("Execution", execution),
        ]
    parts += [
        Element("Channel", content=(place[0],)),
        Element("Computer", content=(place[1],)),
        Element("Security", (_optional("UserID", 12, ValueType.SID),)),
    ]
    content = (Element("System", content=tuple(parts)), Slot(13, ValueType.BINXML, optional=True))
    return Element("Event", (("xmlns", EVENT_NAMESPACE),), content)


def _body(event: Mapping[str, object]) -> Typed | Instance:
    """EventData or UserData as a template of its own; null when the event has neither."""
    user_data, data = event.get("UserData"), event.get("EventData")
    if user_data is not None:
        values: list[Typed] = []
        tree = _tree("UserData", user_data, values)
        return Instance(tree, lambda: tree, values)
    return NULL if data is None else _event_data(data)


def _event_data(data: object) -> Instance:
    fields = dict(data) if isinstance(data, Mapping) else {"Data": data}
    attributes = fields.pop("#attributes", None)
    shown = tuple((str(k), str(v)) for k, v in attributes.items()) if isinstance(attributes, Mapping) else ()
    names: list[tuple[str | None, ValueType]] = []  # None: a Data element without name
    values: list[Typed] = []
    for name, value in fields.items():
        for one in value if isinstance(value, list | tuple) else (value,):
            values.append(typed_value(one))
            names.append((None if isinstance(value, list | tuple) else str(name), values[-1][0]))

    def build() -> Element:
        return Element("EventData", shown, tuple(_data(name, i, kind) for i, (name, kind) in enumerate(names)))

    return Instance(("EventData", shown, tuple(names)), build, values)


def _data(name: str | None, index: int, kind: ValueType) -> Element:
    if name == "Binary" and kind in (ValueType.BINARY, ValueType.NULL):
        return Element("Binary", content=(Slot(index, kind),))
    return Element("Data", () if name is None else (("Name", name),), (Slot(index, kind),))


def _tree(name: str, value: object, values: list[Typed]) -> Element:
    """Element for a JSON-like value: "#attributes", "#text", child elements; a list repeats its element."""

    def slot(leaf: object) -> Slot:
        values.append(typed_value(leaf))
        return Slot(len(values) - 1, values[-1][0])

    if not isinstance(value, Mapping):
        return Element(name, content=() if value is None else (slot(value),))
    attributes: list[tuple[str, str | Slot]] = []
    content: list[Element | Slot | str] = []
    for key, inner in value.items():
        if key == "#attributes" and isinstance(inner, Mapping):
            attributes += [(str(k), str(v) if k == "xmlns" else slot(v)) for k, v in inner.items()]
        elif key == "#text":
            content.append(slot(inner))
        else:
            content += [_tree(str(key), one, values) for one in (inner if isinstance(inner, list) else [inner])]
    return Element(name, tuple(attributes), tuple(content))


def _optional(name: str, index: int, kind: ValueType) -> tuple[str, Slot]:
    return name, Slot(index, kind, optional=True)


def _text(event: Mapping[str, object], key: str) -> str | None:
    value = event.get(key)
    return None if value is None else str(value)


def _sized(event: Mapping[str, object], key: str, kind: ValueType) -> Typed:
    value = event["EventID"] if key == "EventID" else event.get(key)
    return NULL if value is None else sized_int(kind, int(cast("int | str", value)))
