"""Windows events in JSON, whatever the shipper: every shape becomes one flat record.

The flat record holds the System part under fixed names (``Provider EventID Version Level Task Opcode Keywords
TimeCreated EventRecordID Computer Channel ExecutionProcessID ThreadID UserID AccountName Domain``), the event's own
data verbatim by vendor name, and whatever else the shipper wrote under its own name. Records are changed in place: they
were parsed for this purpose, and shapes that are flat already only have a few keys renamed.

What one would get wrong: event data may carry a System name (5156 has a ``ProcessID``, 104 a ``Channel``). The System
part wins and such data moves to ``EventData.<name>``; the writing process is ``ExecutionProcessID`` so that the
frequent clash does not arise. ``TimeCreated`` is only set when the time is known to be UTC; a zone-less ``EventTime``
stays where it is.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache

import orjson

from hodoscope.soc.normalise.interface import Parsed
from hodoscope.soc.normalise.json_cells import Record
from hodoscope.soc.normalise.json_parser import JsonParser
from hodoscope.soc.normalise.windows_xml import event_data_of_xml, event_of_xml
from hodoscope.soc.record import RawBatch

_FLAT = (
    ("SourceName", "Provider"), ("Hostname", "Computer"), ("RecordNumber", "EventRecordID"),
    ("ProviderName", "Provider"), ("EventSourceName", "Provider"), ("HOSTNAME", "Computer"),
    ("Provider_Name", "Provider"), ("HostName", "Computer"), ("ComputerName", "Computer"),
    ("EventRecordId", "EventRecordID"), ("RecordId", "EventRecordID"), ("LogName", "Channel"),
    ("MachineName", "Computer"), ("EventCode", "EventID"), ("EventId", "EventID"),
)  # fmt: skip
_WINLOG = (
    ("event_id", "EventID"), ("channel", "Channel"), ("computer_name", "Computer"), ("provider_name", "Provider"),
    ("record_id", "EventRecordID"), ("task", "Task"), ("opcode", "Opcode"), ("keywords", "Keywords"),
    ("version", "Version"), ("level", "Level"),
)  # fmt: skip
_BEAT6 = (
    ("event_id", "EventID"), ("log_name", "Channel"), ("computer_name", "Computer"), ("source_name", "Provider"),
    ("record_number", "EventRecordID"), ("task", "Task"), ("opcode", "Opcode"), ("keywords", "Keywords"),
    ("version", "Version"), ("level", "Level"), ("process_id", "ExecutionProcessID"), ("thread_id", "ThreadID"),
)  # fmt: skip
_CHANNEL_OF_PROVIDER = {
    "Microsoft-Windows-Sysmon": "Microsoft-Windows-Sysmon/Operational",
    "Microsoft-Windows-Security-Auditing": "Security",
    "Microsoft-Windows-PowerShell": "Microsoft-Windows-PowerShell/Operational",
    "PowerShell": "Windows PowerShell",
    "Service Control Manager": "System",
    "Microsoft-Windows-Windows Defender": "Microsoft-Windows-Windows Defender/Operational",
    "Microsoft-Windows-TaskScheduler": "Microsoft-Windows-TaskScheduler/Operational",
    "Microsoft-Windows-WMI-Activity": "Microsoft-Windows-WMI-Activity/Operational",
}


class WindowsParser:
    """Parser of Windows events as JSON objects, one per record; shapes may be mixed within a batch."""

    def parse(self, batch: RawBatch, options: Mapping[str, str]) -> Parsed:
        return JsonParser(change=make_flat).parse(batch, options)


def make_flat(record: Record) -> None:
    """Turn one record of any known shape into the flat form, in place; an unknown shape is left as it is."""
    change, renames = _plan(tuple(record))
    for old, new in renames:
        record[new] = record.pop(old)
    if change is not None:
        change(record)
    if "Channel" not in record and "Provider" in record:
        channel = _CHANNEL_OF_PROVIDER.get(str(record["Provider"]))
        if channel:
            record["Channel"] = channel


@lru_cache(maxsize=4096)
def _plan(keys: tuple[str, ...]) -> tuple[Callable[[Record], None] | None, tuple[tuple[str, str], ...]]:
    """How to read records with these keys: the shape, and the keys to rename first. Shippers use few layouts."""
    shape = next((key for key in _SHAPES if key in keys), None)
    if shape is None:
        return None, ()
    table = _FLAT if _SHAPES[shape] is _flat else _BEAT6 if _SHAPES[shape] is _beat6 else ()
    renames: dict[str, str] = {}
    for old, new in table:
        if old in keys and new not in keys and new not in renames.values():
            renames[old] = new
    return _SHAPES[shape], tuple(renames.items())


def _flat(record: Record) -> None:
    """NXLog, logstash, Log Analytics: System and event data side by side already."""
    data = record.get("EventData")
    if type(data) is str and data[:1] == "{":  # Log Analytics' WindowsEvent table: the data as JSON text
        data = record["EventData"] = _opened(data)
    if data:
        _merge(record, event_data_of_xml(data) if type(data) is str else _named(record.pop("EventData")), "EventData")
    if "ProcessID" in record and "ExecutionProcessID" not in record and not _has_own_process_id(record):
        record["ExecutionProcessID"] = record.pop("ProcessID")
    time = record.get("EventTime") or record.get("TimeCreated") or record.get("TimeGenerated")
    if type(time) is str:
        _place_time(record, time)


def _opened(text: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _place_time(record: Record, time: str) -> None:
    """UTC or with an offset: ``TimeCreated``; zone-less: ``EventTime``, ``EventTimeZoned`` if it can be inferred."""
    record.pop("EventTime", None)
    if len(time) > 19 and (time[-1] == "Z" or time[-6] in "+-"):
        record["TimeCreated"] = time
        return
    record.pop("TimeCreated", None)
    record["EventTime"] = time
    arrival = record.get("@timestamp")
    zone = _zone_between(time[:16], arrival[:16]) if type(arrival) is str else ""
    if zone:
        record["EventTimeZoned"] = time + zone


def _has_own_process_id(record: Record) -> bool:
    """Windows Filtering Platform events (5150-5159, 5031) carry the application's process id under the System name."""
    return str(record["EventID"]) in _FILTERING


_FILTERING = frozenset(str(number) for number in (*range(5150, 5160), 5031, 4985))


@lru_cache(maxsize=65536)
def _zone_between(local: str, arrival: str) -> str:
    """UTC offset that makes a zone-less local minute agree with the UTC minute of arrival; empty when none does.

    A collector stamps an event seconds to minutes after it happened, so the difference of the two clocks is the offset
    (a multiple of 15 minutes within -12 h … +14 h) plus a short delay. Five minutes of delay at most are accepted.
    """
    try:
        behind = datetime.fromisoformat(arrival) - datetime.fromisoformat(local)
    except (ValueError, TypeError):
        return ""
    minutes = behind // timedelta(minutes=1)
    quarter = (minutes + 1) // 15 * 15  # clocks a minute apart still mean no delay
    if minutes - quarter > 5 or not -14 * 60 <= quarter <= 12 * 60:
        return ""
    sign = "-" if quarter > 0 else "+"
    return f"{sign}{abs(quarter) // 60:02}:{abs(quarter) % 60:02}"


def _nested(record: Record) -> None:
    """``{"Event": {"System": …, "EventData": …}}`` as EVTX readers write it; also System and EventData at the top."""
    found = record.pop("Event", None)
    event: Record = event_of_xml(found) if type(found) is str else found if type(found) is dict else {}
    if not event:
        event = {key: record.pop(key) for key in ("System", "EventData", "UserData") if key in record}
    event.pop("#attributes", None)
    system = event.pop("System", None)
    if type(system) is dict:
        _add_system(record, system)
    for part in ("EventData", "UserData"):
        data = event.pop(part, None)
        if data:
            _merge(record, _named(data), part)
    if event:
        _merge(record, event, "Event")


_NOTHING: Record = {}


def _add_system(record: Record, system: Record) -> None:
    get = system.get
    node = get("Provider")
    provider = _attributes(node) if node else _NOTHING
    node = get("Execution")
    execution = _attributes(node) if node else _NOTHING
    node = get("Security")
    security = _attributes(node) if node else _NOTHING
    event_id, record_id, correlation = get("EventID"), get("EventRecordID"), get("Correlation")
    record["Provider"] = provider.get("Name") or provider.get("EventSourceName")
    record["EventID"] = _content(event_id) if type(event_id) is dict else event_id
    record["Version"] = get("Version")
    record["Level"] = get("Level")
    record["Task"] = get("Task")
    record["Opcode"] = get("Opcode")
    record["Keywords"] = get("Keywords")
    record["TimeCreated"] = _attributes(get("TimeCreated")).get("SystemTime")
    record["EventRecordID"] = _content(record_id) if type(record_id) is dict else record_id
    record["Computer"] = get("Computer")
    record["Channel"] = get("Channel")
    record["ExecutionProcessID"] = execution.get("ProcessID")
    record["ThreadID"] = execution.get("ThreadID")
    record["UserID"] = security.get("UserID", security.get("UserId"))  # Sysmon for Linux: UserId
    activity = _attributes(correlation).get("ActivityID") if correlation else None
    if activity:
        record["ActivityID"] = activity


def _attributes(node: object) -> Record:
    if type(node) is dict and type(inner := node.get("#attributes")) is dict:
        return inner
    if type(node) is not dict:
        return {"Name": node, "SystemTime": node} if node else {}
    return {str(key).lstrip("@"): value for key, value in node.items()}


def _content(node: object) -> object:
    """Text of an element that may carry attributes (``EventID`` with ``Qualifiers``)."""
    if type(node) is dict:
        return node.get("#text", node.get("Value", node.get("text")))
    return node


def _named(data: object) -> Record:
    """Event data as name → value, from a plain object, ``Data`` elements or one wrapped ``UserData`` element."""
    if type(data) is not dict:
        return {"Data": data} if data else {}
    data.pop("#attributes", None)
    data.pop("xmlns", None)
    if len(data) == 1:
        ((key, value),) = data.items()
        if key == "Data":
            return _data_elements(value)
        if type(value) is dict:
            return _named(value)
    return data


def _data_elements(value: object) -> Record:
    result: Record = {}
    unnamed: list[object] = []
    if type(value) is dict and "Name" not in _attributes(value) and "#text" in value:
        value = value["#text"]
    for item in value if type(value) is list else [value]:
        name = _attributes(item).get("Name") if type(item) is dict else None
        if type(name) is str and type(item) is dict:
            result[name] = item.get("#text", item.get("content", item.get("Value")))
        elif item is not None:
            unnamed.append(item)
    for number, item in enumerate(unnamed, 1):
        result[f"param{number}"] = item
    return result


def _merge(record: Record, data: Record, overflow: str) -> None:
    """Event data beside the System fields; what clashes goes below ``overflow``."""
    if record.keys().isdisjoint(data):
        record.update(data)
        return
    clash = {key: value for key, value in data.items() if record.get(key) is not None}
    for key, value in data.items():
        if key not in clash:
            record[key] = value
    clash = {key: value for key, value in clash.items() if record[key] != value}
    if clash:
        record[overflow] = clash


def _winlog(record: Record) -> None:
    """Winlogbeat 7 and 8, Elastic Agent; dotted keys are unfolded first."""
    winlog = record.get("winlog")
    if type(winlog) is not dict:
        return
    for old, new in _WINLOG:
        if old in winlog:
            record[new] = winlog.pop(old)
    process, user = winlog.pop("process", None), winlog.pop("user", None)
    if type(process) is dict:
        record["ExecutionProcessID"] = process.get("pid")
        thread = process.get("thread")
        record["ThreadID"] = thread.get("id") if type(thread) is dict else None
    if type(user) is dict:
        record["UserID"] = user.get("identifier")
        record["AccountName"], record["Domain"] = user.get("name"), user.get("domain")
    record["TimeCreated"] = record.pop("@timestamp", None)
    for part in ("event_data", "user_data"):
        data = winlog.pop(part, None)
        if type(data) is dict:
            _merge(record, _named(data), "EventData")


def _dotted(record: Record) -> None:
    winlog: Record = {}
    for key in [key for key in record if key.startswith("winlog.")]:
        node, names = winlog, key.split(".")[1:]
        for name in names[:-1]:
            child = node.setdefault(name, {})
            node = child if type(child) is dict else {}
        node[names[-1]] = record.pop(key)
    record["winlog"] = winlog
    _winlog(record)


def _beat6(record: Record) -> None:
    """Winlogbeat up to 6: snake-case header at the top, ``event_data`` below."""
    user = record.get("user")
    if type(user) is dict and "identifier" in user:
        record["UserID"], record["AccountName"], record["Domain"] = (
            user["identifier"],
            user.get("name"),
            user.get("domain"),
        )
        del record["user"]
    record["TimeCreated"] = record.pop("@timestamp", None)
    for part in ("event_data", "user_data"):
        data = record.pop(part, None)
        if type(data) is dict:
            _merge(record, _named(data), "EventData")


def _raw_xml(record: Record) -> None:
    """Azure diagnostics: the event as XML text in ``properties.RawXml``."""
    properties = record.get("properties")
    raw = properties.get("RawXml") if type(properties) is dict else None
    if type(properties) is dict and type(raw) is str:
        record["Event"] = event_of_xml(raw)
        del properties["RawXml"]
        _nested(record)


def _syslog_row(record: Record) -> None:
    """Log Analytics' Syslog table: Sysmon for Linux writes its event as XML into the message."""
    message = record.get("SyslogMessage")
    if type(message) is str and message.lstrip().startswith("<Event>"):
        record["Event"] = event_of_xml(message)
        del record["SyslogMessage"]
        _nested(record)


_SHAPES: dict[str, Callable[[Record], None]] = {
    "EventID": _flat,
    "Event": _nested,
    "winlog": _winlog,
    "winlog.event_id": _dotted,
    "event_id": _beat6,
    "System": _nested,
    "properties": _raw_xml,
    "EventCode": _flat,
    "EventId": _flat,
    "SyslogMessage": _syslog_row,
}
"""How to read a record, by the first of these keys it has."""
