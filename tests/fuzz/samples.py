"""One rich invented record of each format: what mutations start from."""

import json

from tests.fuzz.sigma_rules import SEEDS
from tests.soc.sources.format_samples import LINES, RECORDS

_USER = {"type": "AssumedRole", "principalId": "AROA:ann", "arn": "arn:aws:sts::1:assumed-role/r/ann", "accountId": "1"}
_RICH: dict[str, list[object]] = {
    "cloudtrail": [
        {
            "eventVersion": "1.08",
            "eventTime": "2024-05-01T10:00:00Z",
            "eventSource": "iam.amazonaws.com",
            "eventID": "e1",
            "eventName": "CreateAccessKey",
            "awsRegion": "eu-west-1",
            "sourceIPAddress": "192.0.2.9",
            "errorCode": "Denied",
            "userIdentity": {**_USER, "sessionContext": {"attributes": {"mfaAuthenticated": "false"}}},
            "requestParameters": {"userName": "bob"},
            "responseElements": None,
            "resources": [{"ARN": "a", "type": "t"}],
        },
    ],
    "windows_json": [
        {
            "EventID": 1,
            "Channel": "Microsoft-Windows-Sysmon/Operational",
            "Hostname": "ws1",
            "EventTime": "2024-05-01 10:00:00",
            "Image": "C:\\a.exe",
            "CommandLine": "a -b",
            "Hashes": "SHA1=00,MD5=11",
            "ProcessId": "7",
            "User": "LAB\\ann",
        },
        {
            "Event": {
                "System": {
                    "EventID": {"#text": 4625},
                    "Provider": {"#attributes": {"Name": "P"}},
                    "Channel": "Security",
                    "TimeCreated": {"#attributes": {"SystemTime": "2024-05-01T10:00:00.1Z"}},
                    "Computer": "dc",
                },
                "EventData": {
                    "TargetUserName": "bob",
                    "IpAddress": "192.0.2.1",
                    "LogonType": 3,
                    "Status": "0xc000006d",
                },
            }
        },
        {
            "@timestamp": "2024-05-01T10:00:00Z",
            "winlog": {
                "event_id": 4688,
                "channel": "Security",
                "computer_name": "c",
                "event_data": {"NewProcessName": "x", "NewProcessId": "0x1f"},
            },
            "ecs": {"version": "8"},
            "agent": {"type": "winlogbeat"},
            "event": {"code": "4688"},
        },
        {
            "TimeGenerated": "2024-05-01T10:00:00Z",
            "Computer": "h",
            "EventID": 7045,
            "Channel": "System",
            "EventData": "<EventData><Data Name='ServiceName'>s</Data><Data>x</Data></EventData>",
        },
    ],
    "okta": [
        {
            "uuid": "u1",
            "published": "2024-05-01T10:00:00.123Z",
            "eventType": "user.session.start",
            "severity": "WARN",
            "actor": {"id": "a", "type": "User", "alternateId": "ann@example.org", "displayName": "Ann"},
            "client": {
                "ipAddress": "192.0.2.1",
                "userAgent": {"rawUserAgent": "x"},
                "geographicalContext": {"country": "AT"},
            },
            "outcome": {"result": "FAILURE", "reason": "INVALID_CREDENTIALS"},
            "target": [{"type": "User", "alternateId": "b"}],
            "debugContext": {"debugData": {"requestUri": "/x"}},
        },
    ],
    "m365": [
        {
            "Id": "1",
            "CreationTime": "2024-05-01T10:00:00",
            "Operation": "New-InboxRule",
            "RecordType": 1,
            "Workload": "Exchange",
            "UserId": "ann@example.org",
            "ClientIP": "[2001:db8::1]:1234",
            "Parameters": [{"Name": "ForwardTo", "Value": "x"}],
            "ExtendedProperties": [{"Name": "UserAgent", "Value": "u"}],
            "ResultStatus": "True",
        },
    ],
    "entra": [
        {
            "time": "2024-05-01T10:00:00Z",
            "category": "SignInLogs",
            "operationName": "Sign-in activity",
            "resultType": "50126",
            "callerIpAddress": "192.0.2.1",
            "properties": {
                "id": "1",
                "createdDateTime": "2024-05-01T10:00:00Z",
                "userPrincipalName": "ann@example.org",
                "status": {"errorCode": 50126},
                "deviceDetail": {"browser": "b"},
                "location": {"city": "c"},
                "authenticationDetails": [{"succeeded": False}],
            },
        },
        {
            "activityDateTime": "2024-05-01T10:00:00Z",
            "activityDisplayName": "Add user",
            "initiatedBy": {"user": {"id": "1"}},
            "targetResources": [
                {"userPrincipalName": "b", "modifiedProperties": [{"displayName": "x", "newValue": "[1]"}]}
            ],
        },
    ],
    "gworkspace": [
        {
            "kind": "admin#reports#activity",
            "id": {"applicationName": "login", "time": "2024-05-01T10:00:00Z", "uniqueQualifier": "1"},
            "actor": {"email": "ann@example.org"},
            "ipAddress": "192.0.2.1",
            "events": [
                {"type": "login", "name": "login_failure", "parameters": [{"name": "login_type", "value": "saml"}]}
            ],
        },
    ],
    "gcp_audit": [
        {
            "logName": "projects/p/logs/cloudaudit.googleapis.com%2Factivity",
            "insertId": "i",
            "timestamp": "2024-05-01T10:00:00Z",
            "protoPayload": {
                "methodName": "SetIamPolicy",
                "serviceName": "s",
                "authenticationInfo": {"principalEmail": "a@b"},
                "requestMetadata": {"callerIp": "192.0.2.1"},
                "status": {"code": 7},
            },
            "resource": {"type": "project"},
        },
    ],
    "kubernetes_audit": [
        {
            "kind": "Event",
            "auditID": "1",
            "verb": "create",
            "requestURI": "/api/v1/pods",
            "stage": "ResponseComplete",
            "requestReceivedTimestamp": "2024-05-01T10:00:00.000001Z",
            "user": {"username": "u", "groups": ["g"]},
            "sourceIPs": ["192.0.2.1"],
            "objectRef": {"resource": "pods", "name": "p"},
            "responseStatus": {"code": 403},
        },
    ],
    "suricata": [
        {
            "timestamp": "2024-05-01T10:00:00.000001+0200",
            "event_type": "alert",
            "flow_id": 1,
            "src_ip": "192.0.2.1",
            "src_port": 1,
            "dest_ip": "192.0.2.2",
            "dest_port": 80,
            "proto": "TCP",
            "alert": {"signature": "s", "severity": 1},
            "http": {"hostname": "h", "url": "/x", "status": 200},
            "dns": {"query": [{"rrname": "a"}]},
            "tls": {"sni": "s"},
        },
    ],
    "zeek_json": [
        {
            "_path": "conn",
            "ts": 1714557600.5,
            "uid": "C1",
            "id.orig_h": "192.0.2.1",
            "id.orig_p": 1,
            "id.resp_h": "192.0.2.2",
            "id.resp_p": 53,
            "proto": "udp",
            "duration": 0.1,
            "orig_bytes": 5,
            "resp_bytes": 7,
            "conn_state": "SF",
        },
        {
            "@stream": "dns",
            "ts": "2024-05-01T10:00:00Z",
            "id_orig_h": "a",
            "query": "q.example",
            "qclass": 1,
            "answers": ["1.2.3.4"],
        },
    ],
    "journald": [
        {
            "__REALTIME_TIMESTAMP": "1714557600000000",
            "MESSAGE": "Failed password for root from 192.0.2.1 port 1 ssh2",
            "SYSLOG_IDENTIFIER": "sshd",
            "_PID": "7",
            "_HOSTNAME": "h",
            "_BOOT_ID": "b",
        },
    ],
    "ocsf": [
        {
            "class_uid": 3002,
            "metadata": {"version": "1.8.0", "product": {"name": "p"}},
            "time": 1714557600000,
            "user": {"name": "ann"},
            "src_endpoint": {"ip": "192.0.2.1", "port": 1},
            "observables": [{"name": "x"}],
        },
    ],
    "ecs_json": [
        {
            "@timestamp": "2024-05-01T10:00:00Z",
            "ecs": {"version": "8"},
            "event": {"category": ["process"], "type": "start"},
            "process": {"pid": 1, "parent": {"pid": 2}},
            "host.name": "h",
            "source.ip": ["192.0.2.1"],
        },
    ],
    "nginx_json": [
        {
            "remote_addr": "192.0.2.1",
            "request": "GET /a?b=c HTTP/1.1",
            "status": "200",
            "http_user_agent": "u",
            "time_iso8601": "2024-05-01T10:00:00+00:00",
            "body_bytes_sent": "5",
        },
    ],
    "azure_activity": [
        {
            "time": "2024-05-01T10:00:00Z",
            "resourceId": "/SUBSCRIPTIONS/1",
            "operationName": "MICROSOFT.X/WRITE",
            "category": "Administrative",
            "resultType": "Success",
            "callerIpAddress": "192.0.2.1",
            "identity": {"claims": {"name": "a"}},
        },
    ],
}
_RICH["evtx"] = _RICH["windows_json"]
_TEXT: dict[str, list[str]] = {
    "auditd": [
        (
            'type=SYSCALL msg=audit(1714557600.123:7): arch=c000003e syscall=59 success=yes exit=0 pid=7 comm="sh" '
            'exe="/bin/sh" key="k"\x1dUID="root"\ntype=EXECVE msg=audit(1714557600.123:7): argc=2 a0="sh" a1=2D63\n'
            'type=PATH msg=audit(1714557600.123:7): item=0 name="/bin/sh" nametype=NORMAL\n'
            "type=SOCKADDR msg=audit(1714557600.123:7): saddr=020001BBC0000201"
        ),
        "type=USER_LOGIN msg=audit(1714557600.1:8): pid=1 msg='op=login acct=\"root\" addr=192.0.2.1 res=failed'",
    ],
    "zeek_tsv": ["ts\tuid\tid.orig_h\tid.orig_p\tquery\n1714557600.5\tC1\t192.0.2.1\t53\ta\\x2cb", "#separator \\x09"],
    "csv": ["time\tuser\tvalue\n2024-05-01T10:00:00Z\tann\t1\n\t\t", '"a"\t"b"\n"x\ty"\t"z"'],
}


def samples(name: str) -> list[bytes]:
    """Valid records of a format, as bytes; at least one."""
    documents = [*_RICH.get(name, []), *RECORDS.get(name, [])]
    texts = [*_TEXT.get(name, []), *LINES.get(name, [])]
    return [*(json.dumps(item).encode() for item in documents), *(text.encode() for text in texts)] or [b"{}", b"a\tb"]


def seeds(target: str) -> list[bytes]:
    """Valid inputs for a target of :data:`tests.fuzz.targets.FUZZ_TARGETS`."""
    kind, _, name = target.partition(":")
    if kind == "sigma":
        return SEEDS
    if kind == "mapping" or (kind == "stream" and name != "auto"):
        return samples(name)
    formats = {
        "json": ["okta", "gworkspace"],
        "regex": ["access_log", "text"],
        "windows": ["windows_json"],
        "ecs": ["ecs_json"],
        "auditd": ["auditd"],
        "journald": ["journald"],
        "syslog": ["syslog"],
        "zeek": ["zeek_json", "zeek_tsv"],
        "delimited": ["csv"],
        "auto": [*RECORDS, *LINES, "zeek_tsv", "csv"],
    }[name]
    return [record for found in formats for record in samples(found)]
