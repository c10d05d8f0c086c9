"""Windows event XML → the nested form of :mod:`hodoscope.soc.normalise.windows_parser`.

Read with patterns instead of an XML parser: the format is flat and fixed, and patterns neither expand entities nor stop
at the control characters that event data may hold. Text that was cut off (some relays do at 2 KiB) keeps what is there.
"""

import re
from html import unescape

from hodoscope.soc.normalise.json_cells import Record

_DATA = re.compile(r"<Data(?:\s+Name\s*=\s*(['\"])(.*?)\1)?[^>]*?(?:/>|>(.*?)(?:</Data>|\Z))", re.DOTALL)
_ELEMENT = re.compile(r"<(\w[\w.-]*)((?:\s[^<>]*?)?)(?:/>|>([^<]*)</\1>)", re.DOTALL)
_ATTRIBUTE = re.compile(r"(\w+)\s*=\s*(['\"])(.*?)\2", re.DOTALL)
_PART = re.compile(r"<(System|EventData|UserData)(?:\s[^<>]*)?>(.*?)(?:</\1>|\Z)", re.DOTALL)


def event_data_of_xml(text: str) -> Record:
    """``<EventData>`` or ``<UserData>`` text as name → value; unnamed ``Data`` elements become ``param1`` …"""
    result: Record = {}
    unnamed = 0
    for _, name, value in _DATA.findall(text):
        if not name:
            unnamed += 1
            name = f"param{unnamed}"
        result[unescape(name)] = unescape(value)
    return result or {name: unescape(value) for name, _, value in _ELEMENT.findall(text) if value}


def event_of_xml(text: str) -> Record:
    """``<Event>`` text as ``{"System": …, "EventData": …}``."""
    event: Record = {}
    for name, body in _PART.findall(text):
        event[name] = _system(body) if name == "System" else event_data_of_xml(body)
    return event


def _system(text: str) -> Record:
    system: Record = {}
    for name, attributes, value in _ELEMENT.findall(text):
        inner: Record = {key: unescape(content) for key, _, content in _ATTRIBUTE.findall(attributes)}
        system[name] = {"#attributes": inner, "#text": unescape(value)} if inner else unescape(value)
    return system
