"""Formats without a vendor: any JSON, CSV, text, and events that are OCSF already."""

import json

import pytest
from tests.support.normalised_rows import ecs, rows, unmapped

from hodoscope.soc.columns import COLUMNS
from hodoscope.soc.normalise.mapping import shipped_mappings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("@timestamp", "2024-05-01T10:00:00Z"),
        ("time", 1714557600),
        ("ts", 1714557600.0),
        ("timestamp", 1714557600000),
        ("eventTime", "2024-05-01 10:00:00"),
        ("created_at", "2024-05-01T12:00:00+02:00"),
        ("date", "01/May/2024:10:00:00 +0000"),
    ],
)
def test_the_usual_names_of_time_are_read(name: str, value: object) -> None:
    """Text and numbers, the unit by magnitude."""
    row = rows("json", json.dumps({name: value}))[0]
    assert str(row["time"]) == "2024-05-01 10:00:00+00:00"


@pytest.mark.parametrize(
    "record",
    [
        {"host": "web1", "user": "bob", "src_ip": "192.0.2.7", "msg": "hello"},
        {"host": {"name": "web1"}, "user": {"name": "bob"}, "source": {"ip": "192.0.2.7"}, "message": "hello"},
        {"hostname": "web1", "username": "bob", "client_ip": "192.0.2.7", "log": "hello"},
    ],
)
def test_host_user_address_and_message_are_found_by_their_usual_names(record: dict[str, object]) -> None:
    """A word or an object under the same name."""
    row = rows("json", json.dumps(record))[0]
    assert (row["device_hostname"], row["actor_user_name"], row["src_endpoint_ip"], row["message"]) == (
        "web1",
        "bob",
        "192.0.2.7",
        "hello",
    )


def test_what_has_no_known_name_is_unmapped_and_an_object_is_no_name() -> None:
    """``user`` may hold an object without a name; it is kept leaf by leaf, never as JSON in a name column."""
    row = rows("json", '{"user": {"id": 7, "shoe": 42}, "colour": "red"}')[0]
    assert row["actor_user_uid"] == "7"
    assert "actor_user_name" not in row
    assert unmapped(row) == {"user.shoe": "42", "colour": "red"}


def test_csv_columns_are_read_by_the_same_names() -> None:
    """The header row names them; a dot in a name is only a dot."""
    header = {"columns": '["time", "user.name", "source.ip", "colour"]', "delimiter": ",", "quote": '"'}
    row = rows("csv", '2024-05-01T10:00:00Z,"bob, jr",192.0.2.7,red', header=header)[0]
    assert (row["actor_user_name"], row["src_endpoint_ip"], unmapped(row)) == (
        "bob, jr",
        "192.0.2.7",
        {"colour": "red"},
    )


@pytest.mark.parametrize(
    ("line", "quality"),
    [
        ("2024-05-01T10:00:00Z started", "exact"),
        ("[2024-05-01 10:00:00,123] ERROR x", "assumed_zone"),
        ("1714557600 x", "exact"),
        ("May  1 10:00:00 x", "assumed_year_zone"),
        ("started", "missing"),
        ("", "missing"),
    ],
)
def test_a_line_of_text_is_kept_with_the_time_it_begins_with(line: str, quality: str) -> None:
    """The whole line is the message, whatever stands in it."""
    row = rows("text", line)[0]
    assert (row.get("message", ""), row["time_quality"]) == (line, quality)


def test_ocsf_events_are_read_at_every_path_of_the_column_table() -> None:
    """The base part of the mapping covers each column that has an OCSF path."""
    base = shipped_mappings()["ocsf"].rules[-1].columns
    assert {column.name for column in COLUMNS if column.ocsf} <= base.keys()


def test_an_ocsf_process_event_keeps_class_process_and_creator() -> None:
    """Class, activity and numbers as they are; time in milliseconds."""
    event = {
        "class_uid": 1007,
        "category_uid": 1,
        "activity_id": 1,
        "severity_id": 1,
        "time": 1714557600123,
        "metadata": {"version": "1.3.0", "product": {"name": "EDR"}},
        "process": {
            "name": "cmd.exe",
            "pid": 7,
            "file": {"path": "C:\\cmd.exe", "hashes": [{"algorithm": "SHA-256", "value": "ab"}]},
        },
        "actor": {"process": {"name": "winword.exe", "pid": 6}, "user": {"name": "bob"}},
        "device": {"hostname": "pc1"},
    }
    row = rows("ocsf", json.dumps(event))[0]
    assert (row["class_uid"], row["activity_id"], str(row["time"])) == (1007, 1, "2024-05-01 10:00:00.123000+00:00")
    assert (row["process_name"], row["actor_process_name"], row["file_hashes_sha256"]) == (
        "cmd.exe",
        "winword.exe",
        "ab",
    )
    assert (row["device_hostname"], row["actor_user_name"], row["ecs_event_type"]) == ("pc1", "bob", ["start", "info"])


def test_who_ends_a_process_is_not_its_parent_in_ecs() -> None:
    """Who launches one is, unless the producer names a parent of its own."""
    process: dict[str, object] = {"name": "cmd.exe", "pid": 7, "user": {"name": "eve"}}
    event = {"class_uid": 1007, "time": 1714557600123, "actor": {"process": {"name": "explorer.exe", "pid": 6}}}
    launched = ecs("ocsf", json.dumps({**event, "activity_id": 1, "process": process}))
    assert launched["process"] == {
        "name": "cmd.exe",
        "pid": 7,
        "user": {"name": "eve"},
        "parent": {"name": "explorer.exe", "pid": 6},
    }
    process["parent_process"] = {"name": "svchost.exe", "pid": 5}
    spoofed = ecs("ocsf", json.dumps({**event, "activity_id": 1, "process": process}))["process"]
    assert isinstance(spoofed, dict)
    assert spoofed["parent"] == {"name": "svchost.exe", "pid": 5}
    del process["parent_process"]
    ended = ecs("ocsf", json.dumps({**event, "activity_id": 2, "process": process, "exit_code": 1}))["process"]
    assert ended == {"name": "cmd.exe", "pid": 7, "user": {"name": "eve"}, "exit_code": 1}


def test_an_ocsf_event_without_known_numbers_is_kept() -> None:
    """Some producers write -1 or nothing."""
    row = rows("ocsf", '{"class_uid": 3002, "activity_id": -1, "status_id": null, "time": "never"}')[0]
    assert (row["class_uid"], row["activity_id"], row["time_quality"]) == (3002, 0, "missing")
