"""Every JSON shape of the published data sets becomes an event that the EVTX writer takes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from evtx import PyEvtxParser  # noqa: TID251 -- the reader under src/ is not what is tested here; the files are

from tests.support.evtx_event_shapes import events_from_json_line
from tests.support.evtx_writer import write_evtx

READER_SHAPE = {
    "Event": {
        "#attributes": {"xmlns": "http://schemas.microsoft.com/win/2004/08/events/event"},
        "System": {
            "Provider": {"#attributes": {"Name": "Invented-Provider", "Guid": "05F02597-FE85-4E67-8542-000000000001"}},
            "EventID": {"#attributes": {"Qualifiers": 0}, "#text": 9},
            "Version": 1,
            "Level": 4,
            "Task": 2,
            "Opcode": 0,
            "Keywords": "0x4000000000000001",
            "TimeCreated": {"#attributes": {"SystemTime": "2023-02-03T04:05:06.789000Z"}},
            "EventRecordID": 55,
            "Correlation": {"#attributes": {"ActivityID": "05F02597-FE85-4E67-8542-000000000002"}},
            "Execution": {"#attributes": {"ProcessID": 12, "ThreadID": 34}},
            "Channel": "Invented/Operational",
            "Computer": "host.example.test",
            "Security": {"#attributes": {"UserID": "S-1-5-20"}},
        },
        "EventData": {"#attributes": {"Name": "INVENTED"}, "Path": "C:\\a b", "Flag": True, "Blob": "0A" * 40},
    }
}


def round_trip(tmp_path: Path, line: dict[str, object]) -> dict[str, dict[str, object]]:
    """`line` through `events_from_json_line`, a file and the reader."""
    write_evtx(tmp_path / "a.evtx", [events_from_json_line(line)])
    (record,) = PyEvtxParser(str(tmp_path / "a.evtx"), number_of_threads=1).records_json()
    assert record is not None
    event: dict[str, dict[str, object]] = json.loads(record["data"])["Event"]
    return event


def test_the_shape_of_a_reader_comes_back_unchanged(tmp_path: Path) -> None:
    """JSON of a reader, written and read again, is the same JSON."""
    assert round_trip(tmp_path, READER_SHAPE | {"_file": "x.evtx"}) == READER_SHAPE["Event"]


@pytest.mark.parametrize(
    "body",
    [
        {"EventData": {"Data": {"#text": ["a", ""]}, "Binary": "01FF"}},
        {"EventData": None},
        {"UserData": {"Root": {"#attributes": {"xmlns": "urn:x"}, "URL": {"#attributes": {"s": "h"}, "#text": "h:"}}}},
    ],
)
def test_other_bodies_of_a_reader_come_back_unchanged(tmp_path: Path, body: dict[str, object]) -> None:
    """Unnamed data, empty data and nested UserData are the same JSON again."""
    event = {name: part for name, part in READER_SHAPE["Event"].items() if name != "EventData"} | body
    assert round_trip(tmp_path, {"Event": event}) == event


def test_a_flat_shipper_record_keeps_event_fields_and_drops_shipper_fields(tmp_path: Path) -> None:
    """System values leave the flat level, fields of the event stay, a signed Keywords is made unsigned."""
    flat: dict[str, object] = {
        "_dataset": "d", "@timestamp": "2020-08-05T06:09:29.628Z", "EventTime": "2020-08-05 02:09:29", "port": 1,
        "SourceName": "Invented-Sysmon", "ProviderGuid": "{05F02597-FE85-4E67-8542-000000000001}", "EventID": 13,
        "Version": 2, "Task": 13, "OpcodeValue": 0, "Keywords": -9223372036854775808, "SeverityValue": 2,
        "RecordNumber": 479932, "ExecutionProcessID": 3172, "ThreadID": 4456, "UserID": "S-1-5-18",
        "Channel": "Invented/Operational", "Hostname": "ws5.example.test", "Message": "long", "EventType": "INFO",
        "ProcessId": "1072", "Image": "C:\\x.exe",
    }  # fmt: skip
    found = round_trip(tmp_path, flat)
    assert found["EventData"] == {"ProcessId": "1072", "Image": "C:\\x.exe"}
    system = found["System"]
    assert (system["EventID"], system["Level"], system["EventRecordID"]) == (13, 4, 479932)
    assert system["Keywords"] == "0x8000000000000000"
    assert system["TimeCreated"] == {"#attributes": {"SystemTime": "2020-08-05T06:09:29.628000Z"}}
    assert events_from_json_line(flat | {"EventType": "SetValue"})["EventData"] == {
        "EventType": "SetValue",
        "ProcessId": "1072",
        "Image": "C:\\x.exe",
    }


def test_a_winlogbeat_document_keeps_its_event_data(tmp_path: Path) -> None:
    """`event_data` becomes EventData, names become numbers."""
    beat: dict[str, object] = {
        "@timestamp": "2019-03-19T17:14:25.913Z", "source_name": "Invented-PowerShell", "event_id": 4103,
        "log_name": "Invented/Operational", "computer_name": "dc1.example.test", "record_number": "77",
        "level": "Warning", "process_id": 5, "thread_id": 6, "user": {"identifier": "S-1-5-18"},
        "event_data": {"Payload": "p"},
    }  # fmt: skip
    found = round_trip(tmp_path, beat)
    assert found["EventData"] == {"Payload": "p"}
    assert (found["System"]["Level"], found["System"]["EventRecordID"]) == (3, 77)


def test_an_unknown_shape_is_refused() -> None:
    """An object without provider is no event."""
    with pytest.raises(KeyError):
        events_from_json_line({"hello": 1})
