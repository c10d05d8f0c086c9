"""Windows events as an NXLog agent ships them: one flat JSON object, EventData fields at the top level, verbatim.

Values inside EventData are strings (`"ProcessId": "1988"`), header values are numbers, as NXLog's im_msvistalog writes.
The rendered `Message` is left out, as agents are commonly configured to save volume. `RecordNumber` is set by the log
writer, because it must count up per host and channel in the order of the file.
"""

from functools import lru_cache
from hashlib import sha512
from typing import NamedTuple

from hodoscope.soc.simulate import clock

_SYSMON = "Microsoft-Windows-Sysmon"
_SYSMON_GUID = "{5770385F-C22A-43E0-BF4C-06F5698FFBD9}"
_AUDIT_GUID = "{54849625-5478-4994-A5BA-3E3B0328C30D}"
_SYSMON_VERSION = {1: 5, 3: 5, 5: 3, 10: 3, 11: 2, 13: 2, 22: 5}
_SYSMON_CATEGORY = {
    1: "Process Create (rule: ProcessCreate)",
    3: "Network connection detected (rule: NetworkConnect)",
    5: "Process terminated (rule: ProcessTerminate)",
    10: "Process accessed (rule: ProcessAccess)",
    11: "File created (rule: FileCreate)",
    13: "Registry value set (rule: RegistryEvent)",
    22: "Dns query (rule: DnsQuery)",
}
_AUDIT_TASK = {
    1102: (104, "Log clear"),
    4624: (12544, "Logon"),
    4625: (12544, "Logon"),
    4634: (12545, "Logoff"),
    4672: (12548, "Special Logon"),
    4697: (12289, "Security System Extension"),
    4698: (12804, "Other Object Access Events"),
    4720: (13824, "User Account Management"),
    4722: (13824, "User Account Management"),
    4728: (13826, "Security Group Management"),
    4732: (13826, "Security Group Management"),
    4768: (14339, "Kerberos Authentication Service"),
    4769: (14337, "Kerberos Service Ticket Operations"),
    4771: (14339, "Kerberos Authentication Service"),
    5140: (12808, "File Share"),
}


class Process(NamedTuple):
    """A running process that later events refer to."""

    guid: str
    pid: int
    image: str
    command: str


def _shipped(time_us: int) -> dict[str, object]:
    return {
        "EventReceivedTime": clock.iso(time_us + 2 * clock.SECOND, "+00:00"),
        "SourceModuleName": "eventlog",
        "SourceModuleType": "im_msvistalog",
    }


def sysmon(event_id: int, time_us: int, host: str, fields: dict[str, object]) -> dict[str, object]:
    """A Sysmon event on `host` (its full name); `fields` are EventData after RuleName and UtcTime."""
    record: dict[str, object] = {
        "EventTime": clock.iso(time_us, "+00:00"),
        "Hostname": host,
        "Keywords": -9223372036854775808,
        "EventType": "INFO",
        "SeverityValue": 2,
        "Severity": "INFO",
        "EventID": event_id,
        "SourceName": _SYSMON,
        "ProviderGuid": _SYSMON_GUID,
        "Version": _SYSMON_VERSION[event_id],
        "Task": event_id,
        "OpcodeValue": 0,
        "RecordNumber": 0,
        "ExecutionProcessID": 3172,
        "ThreadID": 4048,
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        "Domain": "NT AUTHORITY",
        "AccountName": "SYSTEM",
        "UserID": "S-1-5-18",
        "AccountType": "User",
        "Category": _SYSMON_CATEGORY[event_id],
        "Opcode": "Info",
        "RuleName": "-",
        "UtcTime": clock.sysmon(time_us),
    }
    record.update(fields)
    record.update(_shipped(time_us))
    return record


def security(event_id: int, time_us: int, host: str, fields: dict[str, object]) -> dict[str, object]:
    """A Security audit event on `host`; logon and pre-authentication failures become AUDIT_FAILURE."""
    task, category = _AUDIT_TASK[event_id]
    failed = event_id in (4625, 4771)
    cleared = event_id == 1102
    record: dict[str, object] = {
        "EventTime": clock.iso(time_us, "+00:00"),
        "Hostname": host,
        "Keywords": -9218868437227405312 if failed else -9214364837600034816,
        "EventType": "AUDIT_FAILURE" if failed else "AUDIT_SUCCESS",
        "SeverityValue": 4 if failed else 2,
        "Severity": "ERROR" if failed else "INFO",
        "EventID": event_id,
        "SourceName": "Microsoft-Windows-Eventlog" if cleared else "Microsoft-Windows-Security-Auditing",
        "ProviderGuid": "{FC65DDD8-D6EF-4962-83D5-6E5CFE9CE148}" if cleared else _AUDIT_GUID,
        "Version": 2 if event_id == 4624 else 0,
        "Task": task,
        "OpcodeValue": 0,
        "RecordNumber": 0,
        "ExecutionProcessID": 704,
        "ThreadID": 3976,
        "Channel": "Security",
        "Category": category,
        "Opcode": "Info",
    }
    record.update(fields)
    record.update(_shipped(time_us))
    return record


def operational(
    event_id: int, time_us: int, host: str, source: str, channel: str, fields: dict[str, object]
) -> dict[str, object]:
    """An event of the System channel or of a product's operational channel."""
    record: dict[str, object] = {
        "EventTime": clock.iso(time_us, "+00:00"),
        "Hostname": host,
        "Keywords": -9187343239835811840,
        "EventType": "INFO",
        "SeverityValue": 2,
        "Severity": "INFO",
        "EventID": event_id,
        "SourceName": source,
        "Version": 0,
        "Task": 0,
        "OpcodeValue": 0,
        "RecordNumber": 0,
        "ExecutionProcessID": 732,
        "ThreadID": 5156,
        "Channel": channel,
        "Domain": "NT AUTHORITY",
        "AccountName": "SYSTEM",
        "UserID": "S-1-5-18",
        "AccountType": "User",
    }
    record.update(fields)
    record.update(_shipped(time_us))
    return record


@lru_cache(maxsize=4096)
def hashes(image: str) -> str:
    """Sysmon's Hashes field, invented from the file's name: same name, same hashes."""
    digest = sha512(image.lower().encode()).hexdigest().upper()
    return f"SHA1={digest[:40]},MD5={digest[40:72]},SHA256={digest[64:128]},IMPHASH={digest[8:40]}"
