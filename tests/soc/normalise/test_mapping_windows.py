"""Windows events mean the same whatever shipper wrote them."""

import json
from collections.abc import Mapping
from pathlib import Path

import orjson
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st
from tests.support.normalised_rows import ecs, rows

from hodoscope.soc.data_files import data_dir
from hodoscope.soc.entity import parse_user
from hodoscope.soc.normalise.engine import Normaliser
from hodoscope.soc.normalise.mapping import load_mapping
from hodoscope.soc.normalise.windows_parser import make_flat
from hodoscope.soc.publish.ecs import ecs_documents
from hodoscope.soc.record import RawBatch

Json = dict[str, object]
MAPPING = load_mapping(data_dir("mappings") / "windows_json.yaml")

SYSTEM = {
    "Provider": {"#attributes": {"Name": "Microsoft-Windows-Security-Auditing", "Guid": "{0}"}},
    "Version": 2,
    "Level": 0,
    "Keywords": "0x8020000000000000",
    "TimeCreated": {"#attributes": {"SystemTime": "2024-05-01T10:00:00.1234567Z"}},
    "EventRecordID": 77,
    "Execution": {"#attributes": {"ProcessID": 700, "ThreadID": 710}},
    "Channel": "Security",
    "Computer": "pc1.acme.example",
    "Security": None,
}
LOGON = {
    "SubjectUserName": "PC1$",
    "SubjectDomainName": "ACME",
    "SubjectUserSid": "S-1-5-18",
    "TargetUserName": "bob",
    "TargetDomainName": "ACME",
    "TargetUserSid": "S-1-5-21-1-2-3-1104",
    "LogonType": "3",
    "IpAddress": "::ffff:192.0.2.7",
    "IpPort": "50000",
    "LogonProcessName": "Kerberos ",
    "AuthenticationPackageName": "Kerberos",
    "ProcessId": "0x0",
    "ProcessName": "-",
}


def normalised(*records: Json) -> list[Json]:
    """Rows of records in the order given."""
    lines = [orjson.dumps(record) for record in records]
    batch = RawBatch("0" * 32, "test", "windows_json", lines, list(range(len(lines))), len(lines))
    result = Normaliser(MAPPING, "default").normalise(batch)
    assert not result.skipped
    rows: list[Json] = result.events.to_pylist(maps_as_pydicts="lossy")
    return sorted(rows, key=lambda row: int(str(row["source_position"])))


def nested(event_id: int, data: Mapping[str, object], **system: object) -> Json:
    """An event as an EVTX reader renders it."""
    return {"Event": {"System": {**SYSTEM, "EventID": event_id, **system}, "EventData": dict(data)}}


def sysmon(event_id: int, data: Mapping[str, object]) -> Json:
    """A Sysmon event, nested."""
    return nested(event_id, data, Channel="Microsoft-Windows-Sysmon/Operational", Keywords="0x8000000000000000")


def nxlog(event_id: int, data: Mapping[str, object], **header: object) -> Json:
    """An event as NXLog ships it."""
    return {
        "EventTime": "2024-05-01T10:00:00.123456Z", "Hostname": "pc1.acme.example", "Keywords": -9214364837600034816,
        "EventType": "AUDIT_SUCCESS", "EventID": event_id, "SourceName": "Microsoft-Windows-Security-Auditing",
        "RecordNumber": 77, "ExecutionProcessID": 700, "ThreadID": 710, "Channel": "Security", **data, **header,
    }  # fmt: skip


def winlogbeat(event_id: int, data: Mapping[str, object]) -> Json:
    """An event as Winlogbeat 7 ships it."""
    return {
        "@timestamp": "2024-05-01T10:00:00.123456Z",
        "agent": {"version": "7.17.0"},
        "winlog": {
            "event_id": event_id, "channel": "Security", "computer_name": "pc1.acme.example", "record_id": 77,
            "provider_name": "Microsoft-Windows-Security-Auditing", "keywords": ["Audit Success"],
            "process": {"pid": 700, "thread": {"id": 710}}, "event_data": dict(data),
        },
    }  # fmt: skip


def old_winlogbeat(event_id: int, data: Mapping[str, object]) -> Json:
    """An event as Winlogbeat 6 ships it."""
    return {
        "@timestamp": "2024-05-01T10:00:00.123456Z", "event_id": event_id, "log_name": "Security",
        "computer_name": "pc1.acme.example", "record_number": "77", "keywords": ["Audit Success"],
        "source_name": "Microsoft-Windows-Security-Auditing", "process_id": 700, "thread_id": 710,
        "event_data": dict(data),
    }  # fmt: skip


def log_analytics(event_id: int, data: Mapping[str, object]) -> Json:
    """An event as the SecurityEvent table of Log Analytics holds it."""
    xml = "".join(f'<Data Name="{name}">{value}</Data>' for name, value in data.items())
    return {
        "TimeGenerated": "2024-05-01T10:00:00.123456Z", "Computer": "pc1.acme.example", "Channel": "Security",
        "EventSourceName": "Microsoft-Windows-Security-Auditing", "EventID": event_id, "EventData": xml,
        "EventRecordId": "77", "Keywords": "0x8020000000000000",
    }  # fmt: skip


def azure(event_id: int, data: Mapping[str, object]) -> Json:
    """An event in Azure diagnostics: XML in ``properties.RawXml``."""
    items = "".join(f"<Data Name='{name}'>{value}</Data>" for name, value in data.items())
    xml = (
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
        "<Provider Name='Microsoft-Windows-Security-Auditing' Guid='{0}'/>"
        f"<EventID>{event_id}</EventID><Version>2</Version><Keywords>0x8020000000000000</Keywords>"
        "<TimeCreated SystemTime='2024-05-01T10:00:00.1234567Z'/><EventRecordID>77</EventRecordID><Correlation/>"
        "<Execution ProcessID='700' ThreadID='710'/><Channel>Security</Channel>"
        f"<Computer>pc1.acme.example</Computer><Security/></System><EventData>{items}</EventData></Event>"
    )
    return {"time": "x", "category": "WindowsEventLogsTable", "properties": {"RawXml": xml, "Role": "IaaS"}}


@pytest.mark.parametrize("shape", [nested, nxlog, winlogbeat, old_winlogbeat, log_analytics, azure])
def test_a_logon_is_the_same_event_in_every_shape(shape: object) -> None:
    """Class, accounts, address, session, result, host and time agree over all shippers."""
    assert callable(shape)
    (row,) = normalised(shape(4624, LOGON))
    assert row["mapping_rule"] == "security_logon"
    assert (row["class_uid"], row["activity_id"], row["status_id"]) == (3002, 1, 1)
    assert (row["user_name"], row["user_domain"], row["user_uid"]) == ("bob", "ACME", "S-1-5-21-1-2-3-1104")
    assert (row["actor_user_name"], row["actor_user_uid"]) == ("PC1$", "S-1-5-18")
    assert (row["src_endpoint_ip"], row["src_endpoint_port"]) == ("192.0.2.7", 50000)
    assert (row["logon_type"], row["logon_type_id"], row["auth_protocol"]) == ("3", 3, "Kerberos")
    assert (row["device_hostname"], row["metadata_uid"]) == ("pc1.acme.example", "77")
    assert row["metadata_event_code"] == "4624"
    assert (str(row["time"]), row["time_quality"]) == ("2024-05-01 10:00:00.123456+00:00", "exact")


def test_a_logon_that_no_process_asked_for_has_the_writer_of_the_event() -> None:
    """Process 0x0 is no process; any other number is taken as it stands."""
    asked = normalised(nested(4624, {**LOGON, "ProcessId": "0x2f0"}, Channel="Security"))
    assert asked[0]["actor_process_pid"] == 0x2F0
    none = normalised(nested(4624, LOGON, Channel="Security", Execution={"#attributes": {"ProcessID": 700}}))
    assert none[0]["actor_process_pid"] == 700


def test_what_no_column_holds_stays_in_unmapped_under_its_own_name() -> None:
    """Pipeline fields and event data without a column are kept verbatim."""
    record = {**nxlog(4624, {**LOGON, "KeyLength": "0"}), "@version": "1", "port": 514, "tags": ["a"]}
    (row,) = normalised(record)
    unmapped = row["unmapped"]
    assert isinstance(unmapped, dict)
    assert {key: unmapped[key] for key in ("KeyLength", "@version", "port", "tags")} == {
        "KeyLength": "0", "@version": "1", "port": "514", "tags": '["a"]',
    }  # fmt: skip


def test_event_data_with_a_system_name_does_not_replace_the_system_part() -> None:
    """The cleared log's name (104) and the application's process id (5156) are not the event's channel and process."""
    system = {**SYSTEM, "EventID": 104, "Channel": "System"}
    data = {"LogFileCleared": {"SubjectUserName": "eve", "Channel": "Application"}}
    cleared: Json = {"Event": {"System": system, "UserData": data}}
    connection = {"ProcessID": "4321", "Application": r"\device\harddiskvolume1\a.exe", "Direction": "%%14593",
                  "SourceAddress": "192.0.2.1", "SourcePort": "1", "DestAddress": "192.0.2.2", "DestPort": "443",
                  "Protocol": "6"}  # fmt: skip
    first, second = normalised(cleared, nested(5156, connection))
    assert (first["metadata_log_name"], first["resource_name"]) == ("System", "Application")
    assert first["actor_user_name"] == "eve"
    assert (second["actor_process_pid"], second["process_tid"]) == (4321, 710)
    assert (second["connection_info_protocol_name"], second["connection_info_direction_id"]) == ("tcp", 2)


def test_a_created_process_and_its_creator_are_told_apart() -> None:
    """Sysmon 1 and 4688: ``process_*`` is the new process, ``actor_process_*`` the one that started it."""
    created = sysmon(1, {
        "UtcTime": "2024-05-01 10:00:00.100", "ProcessGuid": "{a}", "ProcessId": "42", "Image": r"C:\Windows\cmd.exe",
        "CommandLine": "cmd /c dir", "User": r"ACME\bob", "ParentProcessId": "41", "ParentImage": r"C:\x\word.exe",
        "ParentCommandLine": "word", "Hashes": "MD5=AB12,SHA256=CD34,IMPHASH=00", "IntegrityLevel": "High",
    })  # fmt: skip
    audited = nested(4688, {
        "SubjectUserName": "bob", "NewProcessId": "0x2a", "NewProcessName": r"C:\Windows\cmd.exe", "ProcessId": "0x29",
        "CommandLine": "cmd /c dir", "ParentProcessName": r"C:\x\word.exe",
    })  # fmt: skip
    for row in normalised(created, audited):
        assert (row["class_uid"], row["activity_id"]) == (1007, 1)
        assert (row["process_name"], row["process_pid"], row["process_cmd_line"]) == ("cmd.exe", 42, "cmd /c dir")
        assert (row["actor_process_name"], row["actor_process_pid"], row["actor_user_name"]) == ("word.exe", 41, "bob")
    assert normalised(created)[0]["file_hashes_sha256"] == "cd34"


@pytest.mark.parametrize(
    ("record", "class_uid", "activity", "expected"),
    [
        (sysmon(3, {"Image": "a.exe", "SourceIp": "192.0.2.1", "DestinationIp": "198.51.100.2", "Protocol": "tcp",
                    "DestinationPort": "443", "Initiated": "true"}), 4001, 1,
         {"dst_endpoint_ip": "198.51.100.2", "dst_endpoint_port": 443, "connection_info_direction_id": 2}),
        (sysmon(11, {"Image": "a.exe", "TargetFilename": r"C:\tmp\x.Scr"}), 1001, 1,
         {"file_path": r"C:\tmp\x.Scr", "file_name": "x.Scr", "file_ext": "scr", "actor_process_name": "a.exe"}),
        (sysmon(13, {"Image": "a.exe", "EventType": "SetValue", "TargetObject": r"HKLM\S\Run\evil", "Details": "x.exe"}
                ),
         201002, 2, {"reg_key_path": r"HKLM\S\Run\evil", "reg_value_name": "evil", "reg_value_data": "x.exe"}),
        (sysmon(22, {"Image": "a.exe", "QueryName": "c2.example", "QueryResults": "192.0.2.9;::ffff:192.0.2.8;"}),
         4003, 2, {"query_hostname": "c2.example", "answers": ["192.0.2.9", "::ffff:192.0.2.8"]}),
        (sysmon(10, {"SourceImage": "a.exe", "TargetImage": r"C:\Windows\lsass.exe", "GrantedAccess": "0x1410"}),
         1007, 3, {"process_name": "lsass.exe", "process_granted_access": "0x1410", "actor_process_name": "a.exe"}),
        (nested(4720, {"TargetUserName": "new", "TargetSid": "S-1-9", "SubjectUserName": "adm"}), 3001, 1,
         {"user_name": "new", "user_uid": "S-1-9", "actor_user_name": "adm"}),
        (nested(4732, {"TargetUserName": "Administrators", "MemberName": "CN=Bob,OU=x", "MemberSid": "S-1-7",
                       "SubjectUserName": "adm"}), 3006, 3,
         {"group_name": "Administrators", "user_name": "Bob", "user_uid": "S-1-7"}),
        (nested(4698, {"TaskName": r"\evil", "TaskContent": "<Exec><Command>a.exe</Command><Arguments>-x</Arguments>"}),
         1006, 1, {"job_name": r"\evil", "job_cmd_line": "a.exe -x"}),
        (nested(7045, {"ServiceName": "svc", "ImagePath": r"C:\s.exe", "AccountName": "LocalSystem"}, Channel="System"),
         201004, 1, {"win_service_name": "svc", "win_service_cmd_line": r"C:\s.exe"}),
        (nested(4104, {"ScriptBlockText": "iex 1"}, Channel="Microsoft-Windows-PowerShell/Operational"), 1009, 1,
         {"script_content": "iex 1"}),
        (nested(4103, {"Payload": "p", "ContextInfo": "  Host Application = C:\\p.exe -x\r\n  User = ACME\\bob\r\n"},
                Channel="Microsoft-Windows-PowerShell/Operational"), 1009, 1,
         {"actor_user_name": "bob", "actor_user_domain": "ACME", "actor_process_name": "p.exe"}),
        (nested(4, {"process": "sshd", "payload": "Failed password for invalid user eve from 192.0.2.7 port 9 ssh2"},
                Channel="OpenSSH/Operational"), 3002, 1,
         {"user_name": "eve", "src_endpoint_ip": "192.0.2.7", "src_endpoint_port": 9, "status_id": 2}),
        (nested(5829, {"IpAddress": "::ffff:192.0.2.7", "SubjectUserName": "adm"}, Channel="Security"), 0, 99,
         {"src_endpoint_ip": "192.0.2.7", "actor_user_name": "adm"}),
        (nested(1116, {"Threat Name": "EICAR", "Path": r"file:_C:\x.com", "Severity ID": "5", "Detection ID": "{d}"},
                Channel="Microsoft-Windows-Windows Defender/Operational"), 2004, 1,
         {"malware_name": "EICAR", "file_path": r"C:\x.com", "severity_id": 5}),
        (nested(1102, {}), 1008, 1, {}),
        (nested(9999, {"a": "b"}, Channel="Some/Other"), 0, 99, {"device_hostname": "pc1.acme.example"}),
    ],
)  # fmt: skip
def test_events_get_their_class_and_columns(record: Json, class_uid: int, activity: int, expected: Json) -> None:
    """One representative of each kind of event."""
    (row,) = normalised(record)
    assert (row["class_uid"], row["activity_id"]) == (class_uid, activity)
    assert {name: row[name] for name in expected} == expected


def test_the_zone_of_a_local_time_is_inferred_from_the_collector_and_said_to_be_assumed() -> None:
    """Four hours behind the collector's UTC clock means UTC-4; without a collector's stamp UTC is assumed."""
    local = nxlog(4624, LOGON, EventTime="2024-05-01 06:00:00")
    first, second = normalised({**local, "@timestamp": "2024-05-01T10:01:30.000Z"}, local)
    assert (str(first["time"]), first["time_quality"]) == ("2024-05-01 10:00:00+00:00", "assumed_zone")
    assert (str(second["time"]), second["time_quality"]) == ("2024-05-01 06:00:00+00:00", "assumed_zone")


def test_the_process_id_that_nxlog_overwrites_is_taken_from_the_message() -> None:
    """NXLog's own ProcessID hides Sysmon's ProcessId; the rendered message still has it."""
    data = {"Image": "a.exe", "ProcessID": 3000, "Message": "File created:\r\nProcessId: 55\r\nImage: a.exe"}
    record = nxlog(11, data, Channel="Microsoft-Windows-Sysmon/Operational")
    del record["ExecutionProcessID"]
    assert normalised(record)[0]["actor_process_pid"] == 55


def test_ecs_names_the_acting_process_outside_process_events() -> None:
    """ECS ``process`` is the acting process of a file event and the created one of a process event."""
    batch = RawBatch("0" * 32, "t", "windows_json", [
        orjson.dumps(sysmon(11, {"Image": r"C:\a.exe", "TargetFilename": r"C:\b"})),
        orjson.dumps(sysmon(1, {"Image": r"C:\a.exe", "ParentImage": r"C:\p.exe"})),
    ], [0, 1], 2)  # fmt: skip
    events = Normaliser(MAPPING, "default").normalise(batch).events
    overrides = {f"{MAPPING.format}/{rule.name}": rule.ecs for rule in MAPPING.rules}
    for document in ecs_documents(events, overrides):
        process = document["process"]
        assert isinstance(process, dict)
        assert process["name"] == "a.exe"


def test_a_beat_keeps_its_own_words_in_ecs() -> None:
    """``host.name`` and ``process.args`` of the Beat go out as they came; the column keeps Windows' computer name."""
    record = orjson.dumps({
        "@timestamp": "2024-05-01T08:30:00Z",
        "host": {"name": "pc1"},
        "process": {"args": ["a.exe", "-x"], "title": "Console"},
        "winlog": {"event_id": 1, "channel": "Microsoft-Windows-Sysmon/Operational", "computer_name": "pc1.acme.test"},
    }).decode()  # fmt: skip
    document = ecs("windows_json", record)
    assert document["host"] == {"name": "pc1", "os": {"name": "Windows"}}
    assert document["process"] == {"args": ["a.exe", "-x"], "title": "Console"}
    assert rows("windows_json", record)[0]["device_hostname"] == "pc1.acme.test"


@pytest.mark.parametrize(
    ("channel", "event_id", "data"),
    [
        ("Microsoft-Windows-Sysmon/Operational", 1, {"Image": "a.exe", "User": "ACME\\bob"}),
        ("Microsoft-Windows-TaskScheduler/Operational", 106, {"TaskName": "t", "UserContext": "ACME\\bob"}),
        ("Microsoft-Windows-WMI-Activity/Operational", 5857, {"User": "ACME\\bob"}),
        ("Microsoft-Windows-Bits-Client/Operational", 3, {"jobOwner": "ACME\\bob"}),
    ],
)
def test_the_account_of_the_reporting_service_is_not_that_of_the_user(
    channel: str, event_id: int, data: Mapping[str, object]
) -> None:
    """SYSTEM's number beside a user's name would make every one of them SYSTEM; ECS gets it as Beats give it."""
    record = nested(event_id, data, Channel=channel, Security={"#attributes": {"UserID": "S-1-5-18"}})
    (row,) = normalised(record)
    assert (row["actor_user_name"], row["actor_user_domain"], row.get("actor_user_uid")) == ("bob", "ACME", None)
    assert parse_user("bob", "ACME", str(row.get("actor_user_uid") or "")).name == "bob"
    assert ecs("windows_json", orjson.dumps(record).decode())["user"] == {
        "name": "bob",
        "domain": "ACME",
        "id": "S-1-5-18",
    }


def test_sysmon_for_linux_is_read_out_of_a_syslog_row() -> None:
    """Log Analytics keeps the event's XML as the message, and some relays cut it off: what is there counts."""
    system = (
        '<System><Provider Name="Linux-Sysmon"/><EventID>1</EventID><TimeCreated SystemTime="2024-05-01T08:30:00Z"/>'
        '<Channel>Linux-Sysmon/Operational</Channel><Computer>web1</Computer><Security UserId="0"/></System>'
    )
    data = '<Data Name="Image">/bin/sh</Data><Data Name="User">tomcat</Data><Data Name="ParentCommandLine">java -Dx'
    message = f"<Event>{system}<EventData>{data}"
    event = rows("windows_json", json.dumps({"Computer": "web1", "Facility": "user", "SyslogMessage": message}))[0]
    names = ("mapping_rule", "process_file_path", "actor_user_name", "actor_process_cmd_line", "device_os_name")
    assert [event[name] for name in names] == ["sysmon_process_create", "/bin/sh", "tomcat", "java -Dx", "Linux"]


def test_ecs_keeps_loaded_libraries_apart_from_files() -> None:
    """What Sysmon 6 and 7 load is ``dll`` in ECS, and still the file of the event in the columns."""
    record = orjson.dumps(sysmon(7, {"Image": r"C:\a.exe", "ImageLoaded": r"C:\b.dll", "Hashes": "MD5=" + "A" * 32}))
    document = ecs("windows_json", record.decode())
    assert document["dll"] == {"path": r"C:\b.dll", "name": "b.dll", "hash": {"md5": "a" * 32}}
    assert "file" not in document
    assert rows("windows_json", record.decode())[0]["file_path"] == r"C:\b.dll"


def test_the_account_of_a_ticket_request_acts_in_ecs() -> None:
    """4768 and 4769 name no subject; the realm is not part of the account's name."""
    data = {"TargetUserName": "bob@ACME.TEST", "TargetDomainName": "ACME.TEST", "IpAddress": "::ffff:192.0.2.7"}
    document = ecs("windows_json", orjson.dumps(nested(4769, data, Channel="Security")).decode())
    assert document["user"] == {
        "name": "bob",
        "domain": "ACME.TEST",
        "target": {"name": "bob@ACME.TEST", "domain": "ACME.TEST"},
    }


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(
        ["System", "EventData", "Data", "#attributes", "#text", "Name", "winlog", "event_data", "EventID", "Provider"]
    ), inner, max_size=4)),
    max_leaves=12,
)  # fmt: skip
SHAPES = st.dictionaries(st.sampled_from(
    ["Event", "System", "EventData", "UserData", "winlog", "winlog.event_id", "event_id", "EventID", "properties",
     "EventTime", "@timestamp", "TimeCreated", "Channel", "Provider", "user", "ProcessID"]
), VALUES, max_size=6)  # fmt: skip


@given(SHAPES)
def test_no_shape_of_json_stops_the_parser(record: Json) -> None:
    """Whatever stands where, the record becomes an event: nothing raises, nothing becomes a dead letter."""
    make_flat(orjson.loads(orjson.dumps(record)) if _fits(record) else {})
    if _fits(record):
        assert len(normalised(record)) == 1


def _fits(record: Json) -> bool:
    try:
        orjson.dumps(record)
    except TypeError:
        return False
    return True


def test_real_events_have_no_dead_letters_and_a_time(shared_data: Path) -> None:
    """Every event of the EVTX sets is kept with an exact time."""
    with zstd.open(shared_data / "soc/win_evtx_to_mitre/events.jsonl.zst", "rb") as lines:
        rows = normalised(*(json.loads(line) for _, line in zip(range(2000), lines, strict=False)))
    assert len(rows) == 2000
    assert {row["time_quality"] for row in rows} == {"exact"}
