"""One or more invented records of each format, with the keys that tell it."""

RECORDS: dict[str, list[dict[str, object]]] = {
    "windows_json": [
        {"Event": {"System": {"EventID": 1, "Channel": "Security"}, "EventData": {}}},
        {"EventID": 4624, "Channel": "Security", "Hostname": "h", "SourceName": "x", "EventReceivedTime": "t"},
        {"@timestamp": "t", "winlog": {"event_id": 1}, "ecs": {"version": "8"}, "agent": {}, "event": {}},
        {"@timestamp": "t", "event_id": 1, "log_name": "Security", "computer_name": "h"},
        {"TimeGenerated": "t", "Computer": "h", "EventID": 1, "EventData": "<EventData/>", "Channel": "Security"},
        {"time": "t", "category": "WindowsEventLogsTable", "properties": {"EventId": 1, "RawXml": "<Event/>"}},
        {"Computer": "h", "Facility": "user", "SyslogMessage": "<Event><System/></Event>"},
    ],
    "log_analytics_syslog": [{"Computer": "h", "Facility": "auth", "SeverityLevel": "info", "SyslogMessage": "m"}],
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
        "2023 Jan 15 00:31:52 CET: %ETHPORT-5-IF_UP: text",
        " Accepted password for bob from 192.0.2.7 port 51826 ssh2",
        "pam_unix(sshd:session): session opened for user bob",
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
