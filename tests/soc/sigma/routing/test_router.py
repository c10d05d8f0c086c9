"""Event kinds find their rules, fields their place: invented events of every product through the real mappings."""

import orjson
import pytest
from tests.support.normalised_rows import normalised

from hodoscope.soc.sigma.interface import KIND_COLUMNS, FieldSource, KindKey
from hodoscope.soc.sigma.routing.router import LogSourceRouter, shipped_router
from hodoscope.soc.sigma.routing.values import distinct
from hodoscope.soc.sigma.rule import LogSource

SYSMON = "Microsoft-Windows-Sysmon/Operational"
PROCESS: KindKey = ("windows_json", "sysmon_process_create", "Microsoft-Windows-Sysmon", SYSMON, "1")


def read(mapping: str, record: object, field: str) -> list[str]:
    """A field's values in one record that went through the shipped mapping."""
    text = record if isinstance(record, str) else orjson.dumps(record).decode()
    table = normalised(mapping, [text]).events
    row = table.to_pylist()[0]
    kind = tuple(str(row.get(name) or "") for name in KIND_COLUMNS)
    found = distinct(table, shipped_router().sources(kind, field))  # type: ignore[arg-type]  # five columns, five texts
    words = found.texts.to_pylist()
    if found.codes[0] < 0:
        return []
    code = int(found.codes[0])
    return [words[code]] if found.offsets is None else words[found.offsets[code] : found.offsets[code + 1]]


def test_sysmon_event_1_is_process_creation_of_windows_and_nothing_else() -> None:
    wanted = [
        LogSource("windows", "process_creation"),
        LogSource("windows", service="sysmon"),
        LogSource("windows"),
        LogSource(category="process_creation"),
        LogSource("windows", "file_event"),
        LogSource("windows", service="security"),
        LogSource("linux", "process_creation"),
        LogSource("macos"),
    ]
    assert shipped_router().logsources(PROCESS, wanted) == frozenset(wanted[:4])


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        (("evtx", "", "", "Security", "4688"), LogSource("windows", "process_creation")),
        (("evtx", "", "", "security", "4624"), LogSource("windows", service="security")),
        (
            ("evtx", "", "", "Microsoft-Windows-AppLocker/EXE", "8004"),
            LogSource("windows", service="applocker"),
        ),
        (("evtx", "", "", "Linux-Sysmon/Operational", "1"), LogSource("linux", "process_creation")),
        (("evtx", "", "", "Microsoft-Windows-Windows Defender/Operational", "1116"), LogSource("", "antivirus")),
        (("evtx", "", "RPCFW", "RPCFW", "3"), LogSource("rpc_firewall", "application")),
        (("auditd", "execve", "", "EXECVE", "EXECVE"), LogSource("linux", "process_creation")),
        (("syslog", "ssh_failed", "sshd", "", ""), LogSource("linux", service="sshd")),
        (("zeek_json", "http", "", "http", ""), LogSource("", "proxy")),
        (("zeek_tsv", "dns", "", "dns", ""), LogSource("", "dns")),
        (("suricata", "dns", "", "dns", ""), LogSource("", "dns")),
        (("access_log", "request", "", "access", ""), LogSource("", "webserver")),
        (("web_error", "apache", "", "error", ""), LogSource(service="apache")),
        (("cloudtrail", "", "s3.amazonaws.com", "Management", "GetObject"), LogSource("aws", service="cloudtrail")),
        (("entra", "sign_in", "", "SignInLogs", ""), LogSource("azure", service="signinlogs")),
        (("entra", "risk_detection", "", "UserRiskEvents", ""), LogSource("azure", service="riskdetection")),
        (("entra", "role_assignment", "", "AuditLogs", ""), LogSource("azure", service="auditlogs")),
        (("kubernetes_audit", "", "", "Metadata", "create"), LogSource("kubernetes", "application", "audit")),
        (("gworkspace", "admin", "", "admin", "X"), LogSource("gcp", service="google_workspace.admin")),
        (("ecs_json", "process_macos", "", "endpoint.events.process", ""), LogSource("macos", "process_creation")),
    ],
)
def test_kinds_find_their_log_source(kind: KindKey, source: LogSource) -> None:
    assert shipped_router().logsources(kind, [source]) == {source}


def test_sign_ins_are_no_audit_records() -> None:
    kind: KindKey = ("entra", "sign_in_graph", "", "", "")
    assert not shipped_router().logsources(kind, [LogSource("azure", service="auditlogs")])


def test_process_creation_of_the_security_log_answers_to_sysmons_names() -> None:
    record = {
        "Channel": "Security", "EventID": 4688, "Provider": "Microsoft-Windows-Security-Auditing",
        "NewProcessName": "C:\\x\\a.exe", "ParentProcessName": "C:\\x\\p.exe", "CommandLine": "a -b",
        "SubjectUserName": "ada", "MandatoryLabel": "S-1-16-12288",
    }  # fmt: skip
    for field, value in {
        "Image": "C:\\x\\a.exe", "NewProcessName": "C:\\x\\a.exe", "ParentImage": "C:\\x\\p.exe", "CommandLine": "a -b",
        "User": "ada", "IntegrityLevel": "S-1-16-12288", "EventID": "4688",
    }.items():  # fmt: skip
        assert read("windows_json", record, field) == [value], field
    assert read("windows_json", record, "OriginalFileName") == []


def test_the_channel_of_a_cleared_log_is_the_log_that_was_cleared() -> None:
    """System event 104 stands in the channel System whatever was cleared; rules about clearing ask for the latter."""
    system = {"Provider": {"#attributes": {"Name": "Microsoft-Windows-Eventlog"}}, "EventID": 104, "Channel": "System"}
    record = {"Event": {"System": system, "UserData": {"LogFileCleared": {"Channel": "Windows PowerShell"}}}}
    assert read("windows_json", record, "Channel") == ["Windows PowerShell"]
    assert read("windows_json", {"Event": {"System": system}}, "Channel") == ["System"]


def test_names_that_differ_in_case_alone_are_the_same_field() -> None:
    record = {"Channel": SYSMON, "EventID": 1, "Image": "C:\\a.exe"}
    assert read("windows_json", record, "image") == ["C:\\a.exe"]


def test_unnamed_data_is_one_field_of_several_values() -> None:
    record = {"Event": {"System": {"Channel": "Application", "EventID": 1}, "EventData": {"Data": ["a", "b"]}}}
    assert read("windows_json", record, "Data") == ["a", "b"]


def test_names_with_blanks_answer_to_the_rules_spelling() -> None:
    record = {
        "Channel": "Microsoft-Windows-Windows Defender/Operational", "EventID": 1116, "Threat Name": "EICAR",
        "Path": "file:_C:\\a.txt; file:_C:\\b.txt",
    }  # fmt: skip
    assert read("windows_json", record, "ThreatName") == ["EICAR"]
    assert read("windows_json", record, "Signature") == ["EICAR"]


def test_lists_of_cloud_records_fan_out() -> None:
    okta = {"uuid": "1", "eventType": "x", "target": [{"displayName": "A", "type": "User"}, {"displayName": "B"}]}
    assert read("okta", okta, "target.displayName") == ["A", "B"]
    assert read("okta", okta, "eventtype") == ["x"]
    gcp = {"protoPayload": {"methodName": "m", "authorizationInfo": [{"granted": True}, {"granted": False}]}}
    assert read("gcp_audit", gcp, "data.protoPayload.authorizationInfo.granted") == ["true", "false"]
    assert read("gcp_audit", gcp, "gcp.audit.method_name") == ["m"]


@pytest.mark.parametrize(
    "record",
    [
        {"category": "AuditLogs", "operationName": "Add user", "properties": {"result": "success", "category": "User"}},
        {"activityDisplayName": "Add user", "result": "success", "category": "User", "activityDateTime": "2024-01-01"},
        {"OperationName": "Add user", "Result": "success", "Category": "User", "Type": "AuditLogs"},
    ],
)  # fmt: skip
def test_the_three_shapes_of_entra_answer_to_one_name(record: dict[str, object]) -> None:
    for field, value in {
        "operationName": "Add user", "OperationName": "Add user", "properties.message": "Add user",
        "Category": "User", "Status": "success",
    }.items():  # fmt: skip
        assert read("entra", record, field) == [value], field


def test_workspace_events_answer_to_both_names_of_their_services() -> None:
    parameters = [{"name": "SETTING_NAME", "value": "s"}, {"name": "NEW_VALUE", "value": "n"}]
    nested = {"id": {"applicationName": "admin"}, "events": [{"name": "A", "parameters": parameters}, {"name": "B"}]}
    flat = {"id": {"applicationName": "admin"}, "name": "A", "parameters": {"SETTING_NAME": "s", "NEW_VALUE": "n"}}
    assert read("gworkspace", nested, "eventName") == ["A", "B"]
    assert read("gworkspace", flat, "eventName") == ["A"]
    for record in (nested, flat):
        assert read("gworkspace", record, "eventService") == ["admin.googleapis.com"]
        assert read("gworkspace", record, "setting_name") == ["s"]
        assert read("gworkspace", record, "new_value") == ["n"]


def test_the_lines_of_one_audit_event_are_one_record() -> None:
    head = "msg=audit(1719791999.123:77):"
    call = "arch=c000003e syscall=59 success=yes exit=0 a0=55d0 a1=55d1 ppid=10 pid=11 uid=1000 euid=0 tty=pts0 ses=3"
    lines = [
        f'type=SYSCALL {head} {call} comm="cat" exe="/usr/bin/cat" key="k"\x1dSYSCALL=execve UID="ada"',
        f'type=EXECVE {head} argc=2 a0="cat" a1="/etc/shadow"',
        f'type=CWD {head} cwd="/root"',
        f'type=PATH {head} item=0 name="/usr/bin/cat" inode=1 nametype=NORMAL',
        f'type=PATH {head} item=1 name="/lib64/ld.so" inode=2 nametype=NORMAL',
    ]
    for field, values in {
        "type": ["SYSCALL", "EXECVE", "CWD", "PATH", "PATH"], "a0": ["cat"], "a1": ["/etc/shadow"], "a2": [],
        "name": ["/usr/bin/cat", "/lib64/ld.so"], "SYSCALL": ["execve"], "exe": ["/usr/bin/cat"], "key": ["k"],
        "comm": ["cat"], "euid": ["0"], "Image": ["/usr/bin/cat"], "CommandLine": ["cat /etc/shadow"],
        "CurrentDirectory": ["/root"], "User": ["ada"], "LogonId": ["3"],
    }.items():  # fmt: skip
        assert read("auditd", "\n".join(lines), field) == values, field


def test_outbound_connections_of_the_filtering_platform_are_initiated() -> None:
    record = {
        "Channel": "Security", "EventID": 5156, "Application": "\\device\\x\\a.exe", "DestAddress": "192.0.2.1",
        "DestPort": "443", "Direction": "%%14593", "Protocol": "6",
    }  # fmt: skip
    for field, value in {"Initiated": "true", "DestinationIp": "192.0.2.1", "DestinationPort": "443"}.items():
        assert read("windows_json", record, field) == [value], field


def test_zeek_names_with_dots_and_the_proxys_names_find_the_same_values() -> None:
    record = {"_path": "http", "id.resp_h": "192.0.2.1", "id.resp_p": 8080, "uri": "/a?b=c", "method": "GET"}
    assert read("zeek_json", record, "id.resp_h") == read("zeek_json", record, "dst_ip") == ["192.0.2.1"]
    assert read("zeek_json", record, "id.resp_p") == ["8080"]
    assert read("zeek_json", record, "c-uri") == ["/a?b=c"]
    assert read("zeek_json", record, "cs-uri-stem") == ["/a"]


def test_access_logs_answer_to_w3c_names() -> None:
    line = '192.0.2.9 - - [01/Jul/2024:00:00:00 +0000] "GET /x/y.php?q=1 HTTP/1.1" 200 5 "-" "curl/8"'
    assert read("access_log", line, "cs-uri-query") == ["/x/y.php?q=1"]
    assert read("access_log", line, "cs-uri-stem") == ["/x/y.php"]
    assert read("access_log", line, "sc-status") == ["200"]
    assert read("access_log", line, "cs-user-agent") == ["curl/8"]


def test_a_format_of_named_fields_only_has_no_place_for_others() -> None:
    kind: KindKey = ("access_log", "request", "", "access", "")
    assert shipped_router().sources(kind, "Image") == ()


def test_a_format_without_a_mapping_still_has_its_unmapped_fields() -> None:
    router = LogSourceRouter({}, ())
    assert router.sources(("own", "", "", "", ""), "F") == (FieldSource("unmapped", "F"),)
    assert router.logsources(("own", "", "", "", ""), [LogSource()]) == frozenset()


@pytest.mark.parametrize("field", ["C:\\Users\\", "a[", "a..b", "[", "a]b", " ", "x\0y"])
def test_a_field_name_that_no_event_can_have_is_nowhere_and_no_error(field: str) -> None:
    """Rules come from strangers: one odd name must not end a detection pass."""
    for name in ("windows_json", "cloudtrail", "zeek_json", "syslog", "made_up"):
        shipped_router().sources((name, "", "", "", ""), field)
    assert read("windows_json", {"Channel": "Security", "EventID": 4624, "User": "a"}, field) == []
