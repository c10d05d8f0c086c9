"""Suricata's EVE records by type, and ECS documents as they are."""

import json

from tests.support.normalised_rows import Row, ecs, rows

BASE = {
    "timestamp": "2024-05-30T10:00:00.250000+0200",
    "flow_id": 7,
    "src_ip": "10.0.0.5",
    "src_port": 50000,
    "dest_ip": "192.0.2.9",
    "dest_port": 80,
    "proto": "TCP",
}


def one(**fields: object) -> Row:
    return rows("suricata", json.dumps({**BASE, **fields}))[0]


def test_an_alert_is_a_finding_with_its_request() -> None:
    """Suricata's severity 1 is the highest."""
    alert = {"signature": "TEST rule", "signature_id": 1000001, "severity": 1, "category": "Test", "action": "allowed"}
    row = one(
        event_type="alert",
        app_proto="http",
        alert=alert,
        http={"hostname": "acme.example", "url": "/x?y", "status": 200},
    )
    assert (row["class_uid"], row["severity_id"], row["finding_info_title"], row["finding_info_uid"]) == (
        2004,
        4,
        "TEST rule",
        "1000001",
    )
    assert (row["http_request_url_path"], row["finding_info_types"], row["timezone_offset"]) == ("/x", ["Test"], 120)


def test_the_types_have_their_classes() -> None:
    """Query and answer of the name system, flow, file, unknown protocol, statistics."""
    query = one(event_type="dns", dns={"type": "query", "rrname": "acme.example", "rrtype": "A", "id": 3})
    answer = one(
        event_type="dns",
        dns={
            "type": "answer",
            "rrname": "acme.example",
            "rcode": "NOERROR",
            "answers": [{"rdata": "192.0.2.1"}, {"rdata": "192.0.2.2"}],
        },
    )
    assert (query["class_uid"], query["activity_id"], answer["activity_id"], answer["status_id"]) == (4003, 1, 2, 1)
    assert answer["answers"] == ["192.0.2.1", "192.0.2.2"]
    flow = one(
        event_type="flow", flow={"bytes_toserver": 10, "bytes_toclient": 20, "start": "2024-05-30T09:59:00.000000+0200"}
    )
    assert (flow["class_uid"], flow["activity_id"], flow["traffic_bytes_out"], flow["traffic_bytes_in"]) == (
        4001,
        2,
        10,
        20,
    )
    assert (one(event_type="mqtt")["app_name"], one(event_type="ssh")["class_uid"]) == ("mqtt", 4007)
    assert one(event_type="stats", stats={"uptime": 1}).get("class_uid", 0) == 0


def test_an_ecs_document_comes_out_as_it_went_in() -> None:
    """Authentication: ECS names the account ``user``, OCSF too; dotted keys are the same document."""
    document = {
        "@timestamp": "2024-05-30T10:00:00.000Z",
        "ecs": {"version": "8.0"},
        "host": {"name": "web1"},
        "user": {"name": "bob", "id": "1000"},
        "event": {"category": ["authentication"], "type": ["start"], "outcome": "failure", "action": "ssh_login"},
        "source": {"ip": "192.0.2.7"},
        "process": {"executable": "/usr/sbin/sshd", "pid": 7},
    }
    row = rows("ecs_json", json.dumps(document))[0]
    assert (row["class_uid"], row["activity_id"], row["status_id"], row["user_name"]) == (3002, 1, 2, "bob")
    given = ecs("ecs_json", json.dumps(document))
    assert (given["user"], given["source"], given["host"]) == (document["user"], document["source"], document["host"])
    dotted = {
        "@timestamp": document["@timestamp"],
        "ecs.version": "8.0",
        "host.name": "web1",
        "user.name": "bob",
        "user.id": "1000",
        "event.category": ["authentication"],
        "event.type": ["start"],
        "event.outcome": "failure",
        "event.action": "ssh_login",
        "source.ip": "192.0.2.7",
        "process.executable": "/usr/sbin/sshd",
        "process.pid": 7,
    }
    assert rows("ecs_json", json.dumps(dotted))[0] | {"event_id": b""} == row | {"event_id": b""}


def test_a_created_process_keeps_its_parent_apart() -> None:
    """``process.args`` become the command line when there is none."""
    document = {
        "@timestamp": "2024-05-30T10:00:00.000Z",
        "event": {"category": ["process"], "type": ["start"]},
        "user": {"name": "bob"},
        "process": {"pid": 7, "args": ["ls", "-l"], "executable": "/bin/ls", "parent": {"pid": 1, "name": "init"}},
    }
    row = rows("ecs_json", json.dumps(document))[0]
    assert (row["class_uid"], row["activity_id"], row["process_cmd_line"], row["process_name"]) == (
        1007,
        1,
        "ls -l",
        "ls",
    )
    assert (row["actor_process_pid"], row["actor_process_name"], row["actor_user_name"]) == (1, "init", "bob")
