"""The EVTX writer is checked against an independent reader (pyevtx-rs)."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from evtx import PyEvtxParser  # noqa: TID251 -- the reader under src/ is not what is tested here; the files are
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.evtx_binxml import CHUNK_SIZE, name_hash
from tests.support.evtx_values import filetime, sid_bytes
from tests.support.evtx_writer import FILE_HEADER_SIZE, corrupt_chunk, truncate, write_evtx

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)
NAME = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,20}", fullmatch=True).filter(lambda name: name not in ("Data", "Binary"))
VALUE = st.one_of(TEXT, st.integers(-(2**63), 2**64 - 1), st.booleans(), st.integers(0, 2**64 - 1).map(hex))


def event(number: int = 1, **changes: object) -> dict[str, object]:
    """A process creation event of an invented host; `changes` replace or add keys."""
    base: dict[str, object] = {
        "Provider": "Microsoft-Windows-Security-Auditing",
        "ProviderGuid": "{54849625-5478-4994-A5BA-3E3B0328C30D}",
        "EventID": 4688,
        "Version": 2,
        "Level": 0,
        "Task": 13312,
        "Opcode": 0,
        "Keywords": "0x8020000000000000",
        "TimeCreated": "2024-05-01T10:00:00.123456Z",
        "EventRecordID": number,
        "Computer": "ws1.example.test",
        "Channel": "Security",
        "ProcessID": 4,
        "ThreadID": 88,
        "UserID": "S-1-5-18",
        "EventData": {"SubjectLogonId": "0x3e7", "NewProcessName": rf"C:\Temp\tool{number}.exe", "TokenCount": number},
    }
    return base | changes


def read(path: Path) -> list[Mapping[str, Mapping[str, object]]]:
    """The "Event" objects a checking reader gives; any error it finds fails the test."""
    records = PyEvtxParser(str(path), number_of_threads=1, validate_checksums=True).records_json()
    return [json.loads(record["data"])["Event"] for record in records if record is not None]


def record_ids(path: Path) -> tuple[list[int], list[str]]:
    """(record identifiers, errors) of a reader that goes on after an error."""
    ids: list[int] = []
    errors: list[str] = []
    records = iter(PyEvtxParser(str(path), number_of_threads=1, validate_checksums=True).records_json())
    while True:
        try:
            record = next(records)
        except StopIteration:
            return ids, errors
        except RuntimeError as error:
            errors.append(str(error))
        else:
            assert record is not None
            ids.append(record["event_record_id"])


def chunk_numbers(path: Path) -> list[tuple[int, int]]:
    """(first, last) record number of each chunk, from the chunk headers."""
    data = path.read_bytes()
    return [struct.unpack_from("<qq", data, at + 8) for at in range(FILE_HEADER_SIZE, len(data), CHUNK_SIZE)]


def test_all_fields_come_back_in_the_shape_of_real_files(tmp_path: Path) -> None:
    """System and EventData equal what was given, with types."""
    assert write_evtx(tmp_path / "a.evtx", [event(7)]) == 1
    (found,) = read(tmp_path / "a.evtx")
    assert found["System"] == {
        "Provider": {
            "#attributes": {
                "Name": "Microsoft-Windows-Security-Auditing",
                "Guid": "{54849625-5478-4994-A5BA-3E3B0328C30D}",
            }
        },
        "EventID": 4688,
        "Version": 2,
        "Level": 0,
        "Task": 13312,
        "Opcode": 0,
        "Keywords": "0x8020000000000000",
        "TimeCreated": {"#attributes": {"SystemTime": "2024-05-01T10:00:00.123456Z"}},
        "EventRecordID": 7,
        "Correlation": None,
        "Execution": {"#attributes": {"ProcessID": 4, "ThreadID": 88}},
        "Channel": "Security",
        "Computer": "ws1.example.test",
        "Security": {"#attributes": {"UserID": "S-1-5-18"}},
    }
    assert found["EventData"] == {"SubjectLogonId": "0x3e7", "NewProcessName": r"C:\Temp\tool7.exe", "TokenCount": 7}


def test_user_data_and_unnamed_data_and_old_events_keep_their_shape(tmp_path: Path) -> None:
    """UserData trees, unnamed Data lists, binary data and Qualifiers are read as in real files."""
    cleared = {"LogFileCleared": {"#attributes": {"xmlns": "urn:test"}, "SubjectUserName": "ann", "N": [1, 2]}}
    old = dict.fromkeys(("Version", "Opcode", "ProcessID", "ThreadID", "UserID"))
    events = [event(1, EventData=None, UserData=cleared), event(2, Qualifiers=16384, **old, EventData=["a", "", "b"])]
    events.append(event(3, EventData={"Binary": b"\x01\xab"}))
    write_evtx(tmp_path / "a.evtx", events)
    first, second, third = read(tmp_path / "a.evtx")
    assert "EventData" not in first
    assert first["UserData"]["LogFileCleared"] == {
        "#attributes": {"xmlns": "urn:test"},
        "SubjectUserName": "ann",
        "N": 1,
        "N_1": 2,
    }
    assert second["System"]["EventID"] == {"#attributes": {"Qualifiers": 16384}, "#text": 4688}
    assert not {"Version", "Opcode", "Execution", "Correlation"} & set(second["System"])
    assert second["EventData"] == {"Data": {"#text": ["a", "", "b"]}}
    assert third["EventData"] == {"Binary": "01AB"}


@given(st.lists(st.dictionaries(NAME, VALUE, max_size=6), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_any_text_and_number_survives(
    tmp_path_factory: pytest.TempPathFactory, bodies: list[dict[str, object]]
) -> None:
    """EventData of any names and values reads back equal, whatever templates the chunk already holds."""
    path = tmp_path_factory.mktemp("any") / "a.evtx"
    write_evtx(path, (event(number, EventData=body) for number, body in enumerate(bodies, 1)))
    assert [found["EventData"] or {} for found in read(path)] == bodies


def test_many_chunks_keep_every_event_and_number_them_without_gaps(tmp_path: Path) -> None:
    """20 000 events fill many chunks; each chunk header continues where the one before ended."""
    path = tmp_path / "many.evtx"
    assert write_evtx(path, (event(number) for number in range(1, 20_001))) == 20_000
    assert record_ids(path) == (list(range(1, 20_001)), [])
    numbers = chunk_numbers(path)
    assert len(numbers) > 50
    assert [first for first, _ in numbers[1:]] == [last + 1 for _, last in numbers[:-1]]


def test_a_template_is_stored_once_per_chunk(tmp_path: Path) -> None:
    """The provider name and a field name, literal in a template, occur once in a chunk of many records."""
    path = tmp_path / "a.evtx"
    write_evtx(path, (event(number) for number in range(1, 101)))
    data = path.read_bytes()
    assert len(data) == FILE_HEADER_SIZE + CHUNK_SIZE
    for literal in ("Microsoft-Windows-Security-Auditing", "SubjectLogonId", "ProcessID"):
        assert data.count(literal.encode("utf-16-le")) == 1


def test_string_table_chains_reach_every_name(tmp_path: Path) -> None:
    """Every name is found through its hash bucket, as tools that walk the table expect."""
    path = tmp_path / "a.evtx"
    fields = {f"Field{number}": "x" for number in range(200)}
    write_evtx(path, [event(1, EventData={}, UserData={"Root": fields})])
    chunk = path.read_bytes()[FILE_HEADER_SIZE:]
    reached = set()
    for bucket in range(64):
        (offset,) = struct.unpack_from("<I", chunk, 128 + 4 * bucket)
        while offset:
            offset_next, hashed, count = struct.unpack_from("<IHH", chunk, offset)
            name = chunk[offset + 8 : offset + 8 + 2 * count].decode("utf-16-le")
            assert hashed == name_hash(name)
            assert hashed % 64 == bucket
            reached.add(name)
            offset = offset_next
    assert set(fields) | {"Event", "System", "Provider"} <= reached


def test_dirty_file_has_a_stale_header_but_all_events(tmp_path: Path) -> None:
    """A dirty header carries the flag, a valid checksum and one chunk too few; the chunks are complete."""
    path = tmp_path / "dirty.evtx"
    write_evtx(path, (event(number) for number in range(1, 1001)), dirty=True)
    head = path.read_bytes()[:FILE_HEADER_SIZE]
    assert struct.unpack_from("<H", head, 42)[0] == len(chunk_numbers(path)) - 1
    assert struct.unpack_from("<II", head, 120) == (1, zlib.crc32(head[:120]))
    assert len(record_ids(path)[0]) == 1000


def test_empty_file_has_one_empty_chunk(tmp_path: Path) -> None:
    """No events still give a file that a reader opens."""
    assert write_evtx(tmp_path / "empty.evtx", []) == 0
    assert read(tmp_path / "empty.evtx") == []
    assert chunk_numbers(tmp_path / "empty.evtx") == [(1, -1)]


@pytest.mark.parametrize("part", ["records", "magic", "checksum", "middle", "names"])
def test_a_corrupt_chunk_loses_only_its_own_events(tmp_path: Path, part: str) -> None:
    """A checking reader reports exactly one error and reads all other chunks; the returned offset is the damage."""
    path = tmp_path / "a.evtx"
    write_evtx(path, (event(number) for number in range(1, 1001)))
    before, (first, last) = path.read_bytes(), chunk_numbers(path)[1]
    offset = corrupt_chunk(path, 1, part=part)
    after = path.read_bytes()
    assert offset == next(at for at, (old, new) in enumerate(zip(before, after, strict=True)) if old != new)
    ids, errors = record_ids(path)
    assert ids == [number for number in range(1, 1001) if not first <= number <= last]
    assert len(errors) == 1


def test_a_truncated_file_keeps_its_whole_chunks(tmp_path: Path) -> None:
    """Events of the chunks before the cut are read."""
    path = tmp_path / "a.evtx"
    write_evtx(path, (event(number) for number in range(1, 1001)))
    last_whole = chunk_numbers(path)[1][1]
    truncate(path, FILE_HEADER_SIZE + 2 * CHUNK_SIZE + 30_000)
    assert record_ids(path)[0] == list(range(1, last_whole + 1))
    with pytest.raises(ValueError, match="already shorter"):
        truncate(path, 10_000_000)
    with pytest.raises(IndexError, match="no chunk 99"):
        corrupt_chunk(path, 99)


def test_what_cannot_be_written_is_refused_with_a_reason(tmp_path: Path) -> None:
    """Too long values, records beyond a chunk, foreign types and broken SIDs name the problem."""
    path = tmp_path / "a.evtx"
    with pytest.raises(ValueError, match="65535"):
        write_evtx(path, [event(EventData={"a": "x" * 40_000})])
    with pytest.raises(ValueError, match="64 KiB"):
        write_evtx(path, [event(EventData={"a": "x" * 20_000, "b": "y" * 12_500})])
    with pytest.raises(TypeError, match="float"):
        write_evtx(path, [event(EventData={"a": 0.5})])
    with pytest.raises(ValueError, match="not a SID"):
        write_evtx(path, [event(UserID="root")])


def test_filetime_counts_from_1601_in_100_ns_steps() -> None:
    """Known points of the scale; naive times are UTC and the seventh digit of a text is kept."""
    assert filetime("1601-01-01T00:00:00Z") == 0
    assert filetime(datetime(1970, 1, 1, tzinfo=UTC)) == 116_444_736_000_000_000
    assert filetime("1970-01-01 00:00:00.0000003") == 116_444_736_000_000_003


def test_sid_bytes_follow_the_published_layout() -> None:
    """Revision, count, big-endian authority, little-endian sub-authorities."""
    assert sid_bytes("S-1-5-21-1-2") == bytes.fromhex("0103 000000000005 15000000 01000000 02000000")
