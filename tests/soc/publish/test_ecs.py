"""The ECS export: generated from the column table, typed, with documented precedence."""

from collections import Counter
from datetime import UTC, datetime

import pyarrow as pa

from hodoscope.soc.columns import ALL
from hodoscope.soc.event import LC, TIME, UNMAPPED
from hodoscope.soc.publish.ecs import ecs_documents

MOMENT = datetime(2024, 5, 1, 8, 30, 0, 250_000, tzinfo=UTC)


def table(**columns: object) -> pa.Table:
    """One event."""
    arrays = {name: pa.array([value]) for name, value in columns.items()}
    return pa.table({"time": pa.array([MOMENT], TIME), "event_id": pa.array([b"\2" * 16], pa.binary(16)), **arrays})


def test_columns_become_nested_typed_fields() -> None:
    """Paths nest, numbers stay numbers, empty values are left out."""
    columns: dict[str, object] = {
        "src_endpoint_ip": "10.0.0.1",
        "src_endpoint_port": 22,
        "user_name": "",
        "http_response_code": None,
    }
    (document,) = ecs_documents(table(**columns, ecs_event_category=["network"], class_uid=4001))
    assert document["source"] == {"ip": "10.0.0.1", "port": 22}
    assert document["@timestamp"] == "2024-05-01T08:30:00.250000Z"
    assert document["event"] == {"category": ["network"], "kind": "event", "hash": "02" * 16}
    assert "user" not in document
    assert "http" not in document


def test_rule_overrides_redirect_or_omit() -> None:
    """In a failed logon ECS means the account tried; ``format/rule`` is more exact than ``rule``."""
    events = table(actor_user_name="svc", user_name="bob", format="win", mapping_rule="logon")
    overrides: dict[str, dict[str, tuple[str, ...]]] = {"logon": {"user.name": ("user_name",), "user.target.name": ()}}
    assert ecs_documents(events, overrides)[0]["user"] == {"name": "bob"}
    exact: dict[str, dict[str, tuple[str, ...]]] = {**overrides, "win/logon": {"user.target.name": ()}}
    assert ecs_documents(events, exact)[0]["user"] == {"name": "svc"}
    assert ecs_documents(events)[0]["user"] == {"name": "svc", "target": {"name": "bob"}}


def test_original_created_and_unknown_time() -> None:
    """The raw record only when asked; ingestion time as ``event.created``; no invented time stamp."""
    events = table(raw=b"line \xff", ingested_at=MOMENT, time_quality="missing", class_uid=2004)
    (document,) = ecs_documents(events, original=True)
    assert "@timestamp" not in document
    assert document["event"] == {
        "kind": "alert",
        "hash": "02" * 16,
        "created": "2024-05-01T08:30:00.250000Z",
        "original": "line \ufffd",
    }
    assert "original" not in str(ecs_documents(events)[0])


def test_only_addresses_are_resolved_ips() -> None:
    """A name among DNS answers would make a strict index refuse the document."""
    assert ecs_documents(table(answers=["192.0.2.1", "a.test"]))[0]["dns"] == {
        "resolved_ip": ["192.0.2.1"],
        "answers": [{"data": "192.0.2.1"}, {"data": "a.test"}],
    }
    assert ecs_documents(table(answers=["a.test"]))[0]["dns"] == {"answers": [{"data": "a.test"}]}
    assert "source" not in ecs_documents(table(src_endpoint_ip="gateway"))[0]


def test_the_first_source_with_a_value_counts() -> None:
    """A vendor field no column holds, a column, what is worked out; a dash is no value."""
    leaves = pa.array([[("host.name", "web1"), ("process.args", '["a","b"]')]], UNMAPPED)
    events = table(device_hostname="web1.acme.test", user_name="-", actor_user_name="bob").append_column(
        "unmapped", leaves
    )
    overrides: dict[str, dict[str, tuple[str, ...]]] = {
        "": {
            "host.name": ("unmapped.host.name", "device_hostname"),
            "process.args": ("unmapped.process.args",),
            "user.name": ("user_name", "unmapped.nothing", "actor_user_name"),
        }
    }
    (document,) = ecs_documents(events, overrides)
    assert document["host"] == {"name": "web1"}
    assert document["process"] == {"args": ["a", "b"]}
    assert document["user"] == {"name": "bob"}
    assert ecs_documents(events)[0]["host"] == {"name": "web1.acme.test"}


def test_dictionary_columns_and_empty_tables_export() -> None:
    """Encodings do not show."""
    events = table().append_column("device_hostname", pa.array(["ws01"]).cast(LC))
    assert ecs_documents(events)[0]["host"] == {"name": "ws01"}
    assert ecs_documents(events.slice(0, 0)) == []


def test_no_ecs_path_of_the_table_is_the_parent_of_another() -> None:
    """``a.b`` and ``a.b.c`` cannot both hold values; one path has one column."""
    paths = [column.ecs for column in ALL if column.ecs]
    assert [path for path, count in Counter(paths).items() if count > 1] == []
    assert [(a, b) for a in paths for b in paths if b.startswith(f"{a}.")] == []
