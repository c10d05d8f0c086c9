"""Formats found by content."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.sources.detect import FORMATS, binary_kind, detect, detect_record

RECORDS: dict[str, list[dict[str, object]]] = {
    "windows_json": [
        {"Event": {"System": {"EventID": 1, "Channel": "Security"}, "EventData": {}}},
        {"EventID": 4624, "Channel": "Security", "Hostname": "h", "SourceName": "x", "EventReceivedTime": "t"},
        {"@timestamp": "t", "winlog": {"event_id": 1}, "ecs": {"version": "8"}, "agent": {}, "event": {}},
        {"@timestamp": "t", "event_id": 1, "log_name": "Security", "computer_name": "h"},
        {"TimeGenerated": "t", "Computer": "h", "EventID": 1, "EventData": "<EventData/>", "Channel": "Security"},
    ],
    "cloudtrail": [
        {"eventVersion": "1.08", "eventSource": "s", "eventName": "n", "awsRegion": "r", "userIdentity": {}}
    ],
    "kubernetes_audit": [{"kind": "Event", "auditID": "1", "verb": "get", "requestURI": "/", "stage": "s"}],
    "suricata": [{"timestamp": "t", "event_type": "dns", "flow_id": 1, "src_ip": "a", "dest_ip": "b"}],
    "zeek_json": [
        {"ts": 1.5, "uid": "C1", "id.orig_h": "a", "id.resp_h": "b"},
        {"_path": "dns", "ts": 1.5, "query": "q"},
        {"ts": 1.5, "fuid": "F1", "mime_type": "text/plain"},
    ],
    "journald": [{"__REALTIME_TIMESTAMP": "1", "MESSAGE": "m", "_BOOT_ID": "b"}],
    "okta": [{"uuid": "u", "published": "t", "eventType": "user.session.start", "actor": {}, "outcome": {}}],
    "m365": [{"CreationTime": "t", "Operation": "UserLoggedIn", "RecordType": 15, "Workload": "AzureActiveDirectory"}],
    "entra": [
        {"time": "t", "category": "SignInLogs", "operationName": "Sign-in activity", "properties": {}},
        {"activityDateTime": "t", "activityDisplayName": "Add user", "initiatedBy": {}},
        {"createdDateTime": "t", "appDisplayName": "a", "userPrincipalName": "u"},
    ],
    "gworkspace": [{"kind": "admin#reports#activity", "id": {"applicationName": "login"}, "events": []}],
    "gcp_audit": [{"logName": "l", "insertId": "i", "protoPayload": {}, "resource": {}}],
    "ocsf": [{"class_uid": 3002, "metadata": {"version": "1.8.0"}, "time": 1}],
    "ecs_json": [{"@timestamp": "t", "ecs": {"version": "8"}, "event": {}, "process": {}}],
    "nginx_json": [{"remote_addr": "a", "request": "GET /", "status": 200, "http_user_agent": "u"}],
    "json": [{"some": "thing"}, {}],
}
LINES: dict[str, list[str]] = {
    "syslog": [
        "Mar 27 13:06:56 host sshd[1]: Server listening",
        "<34>1 2026-01-01T00:00:00Z host app - - - text",
        "<13>Mar  7 13:06:56 host su: text",
        "2026-01-01T00:00:00.123+01:00 host sudo[3]: text",
    ],
    "auditd": [
        "type=SYSCALL msg=audit(1.2:3): arch=1",
        "Mar  1 00:00:00 h audispd: type=USER_LOGIN msg=audit(1.2:3): x",
    ],
    "access_log": [
        '1.2.3.4 - - [14/Dec/2023:14:19:32 +0100] "GET / HTTP/1.1" 404 7363 "-" "x"',
        'www.example.org:80 1.2.3.4 - bob [14/Dec/2023:14:19:32 +0100] "GET / HTTP/1.1" 200 -',
    ],
    "web_error": [
        "[Wed Oct 11 14:32:52 2000] [error] [client 1.2.3.4] text",
        "2026/08/25 23:59:53 [error] 9841#9841: *1 connect() failed",
    ],
    "text": ["hello world", '[{"not": "json"', ""],
}


@pytest.mark.parametrize("name", RECORDS)
def test_json_formats_are_told_by_their_keys(name: str) -> None:
    """Alone, as lines, as an array."""
    assert name in FORMATS
    for record in RECORDS[name]:
        line = json.dumps(record).encode()
        assert detect_record(line) == name
        assert detect(line + b"\n" + line).format == name
        assert detect(line + b"\n" + line).framing == "json_lines"
        found = detect(b"[" + line + b"," + line + b"]")
        assert (found.format, found.framing) == (name, "json_values")


@pytest.mark.parametrize("name", LINES)
def test_text_formats_are_told_by_their_lines(name: str) -> None:
    """One line each."""
    assert [detect_record(line.encode()) for line in LINES[name]] == [name] * len(LINES[name])


def test_majority_of_the_records_decides() -> None:
    """A stray first line and noise between do not change the format; broken lines neither."""
    zeek = json.dumps(RECORDS["zeek_json"][0]) + "\n"
    assert detect(("starting up\n{broken\n" + zeek * 5 + '{"other": 1}\n').encode()).format == "zeek_json"
    assert detect(b"# comment\n" + LINES["syslog"][0].encode() + b"\n").format == "syslog"


def test_pretty_printed_records_and_long_wrapped_files_are_recognised() -> None:
    """Neither line ends nor a first line longer than the head get in the way."""
    record = RECORDS["cloudtrail"][0]
    assert detect(json.dumps(record, indent=2).encode()).framing == "json_values"
    wrapped = json.dumps({"Records": [record] * 2000}).encode()[:65536]
    assert (detect(wrapped).format, detect(wrapped).framing) == ("cloudtrail", "json_values")
    assert detect(json.dumps({"Records": [record]}, indent=1).encode()).format == "cloudtrail"


def test_forced_format_keeps_the_framing_of_the_content() -> None:
    """The name is the operator's; whether it is an array is the file's."""
    line = json.dumps({"x": 1}).encode()
    assert detect(b"[" + line + b"]", "okta").framing == "json_values"
    assert (detect(line, "mine").format, detect(line, "mine").framing) == ("mine", "json_lines")
    assert detect(b"a,b\n1,2\n", "csv").framing == "csv_rows"
    assert detect(b"Mar 27 13:06:56 h a: b\n", "text").format == "text"


@given(st.binary(max_size=300), st.sampled_from([b"", b"{", b"[{", b"#", b"\xff\xfe", b'{"Records":[', b'a,"b']))
def test_nonsense_never_raises(data: bytes, lead: bytes) -> None:
    """Fuzz: any head has some format."""
    assert detect(lead + data).format in FORMATS
    assert detect_record(lead + data) in FORMATS
    binary_kind(lead + data)


def test_deep_nesting_is_no_trouble_for_detection() -> None:
    """A head full of brackets."""
    assert detect(b"[" * 60_000 + b"{").format in FORMATS
    assert detect_record(b'{"a":' * 10_000) == "text"
