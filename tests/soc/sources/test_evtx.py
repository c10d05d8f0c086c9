"""Windows event log files, whole and damaged."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.evtx_writer import corrupt_chunk, truncate, write_evtx

from hodoscope.soc.sources.discover import discover
from hodoscope.soc.sources.fingerprint import identify, window_of
from hodoscope.soc.sources.stream_source import StreamSource

from .memory_source import letters_of, placed, read, reasons, records_of, source_of

COUNT = 600


def events(count: int) -> Iterator[dict[str, object]]:
    """Process creations with rising record ids."""
    for number in range(count):
        yield {
            "Provider": "Microsoft-Windows-Sysmon", "EventID": 1, "TimeCreated": "2026-01-01T00:00:00.000Z",
            "Computer": "host", "Channel": "Microsoft-Windows-Sysmon/Operational", "EventRecordID": number + 1,
            "EventData": {"Image": f"C:\\Windows\\{number}.exe", "CommandLine": "c" * 300},
        }  # fmt: skip


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound file of several chunks."""
    path = tmp_path_factory.mktemp("evtx") / "a.evtx"
    write_evtx(path, events(COUNT))
    return path


def ids(records: list[bytes]) -> list[int]:
    """EventRecordIDs."""
    return [int(json.loads(record)["Event"]["System"]["EventRecordID"]) for record in records]


def test_every_event_is_json_in_the_plain_shape(sound: Path) -> None:
    """Found by content; positions are the byte offsets of the records."""
    whole = sound.read_bytes()
    source = source_of(whole)
    batches = read(source)
    assert source.format == "evtx"
    assert ids(records_of(batches)) == list(range(1, COUNT + 1))
    assert all(whole[at : at + 4] == b"\x2a\x2a\0\0" for at, _ in placed(batches))
    assert not letters_of(batches)


def test_reading_resumes_inside_a_chunk(sound: Path) -> None:
    """From any end, whatever the batch size."""
    source, done = source_of(sound.read_bytes()), 0
    wanted = placed(read(source))
    for batch in read(source, 0, 77):
        done += len(batch.records)
        assert placed(read(source, batch.end)) == wanted[done:]


@pytest.mark.parametrize(
    ("part", "lost"), [("records", True), ("magic", True), ("names", True), ("checksum", False), ("middle", False)]
)
def test_damaged_chunk_is_a_dead_letter_and_its_neighbours_are_read(tmp_path: Path, part: str, lost: bool) -> None:
    """What can be saved of it is; one dead letter with the chunk's offset says that it was damaged."""
    path = tmp_path / "a.evtx"
    write_evtx(path, events(COUNT))
    corrupt_chunk(path, 1, part=part)
    (source,) = discover([str(path)])
    assert isinstance(source, StreamSource)
    batches = read(source)
    assert "damaged chunk" in reasons(letters_of(batches))
    assert letters_of(batches)[0].position == 4096 + 65536
    assert (len(records_of(batches)) < COUNT) == lost
    assert ids(records_of(batches))[-1] == COUNT


def test_truncated_and_dirty_files_are_read_to_their_end(tmp_path: Path) -> None:
    """An interrupted copy, and the log of a host that crashed with a stale header."""
    path = tmp_path / "a.evtx"
    write_evtx(path, events(COUNT), dirty=True)
    assert len(records_of(read(source_of(path.read_bytes())))) == COUNT
    truncate(path, path.stat().st_size - 100_000)
    batches = read(source_of(path.read_bytes()))
    assert 0 < len(records_of(batches)) < COUNT
    assert reasons(letters_of(batches))[-1:] == ["damaged chunk"]
    assert reasons(letters_of(read(source_of(path.read_bytes()[:2000])))) == ["damaged chunk"]


def test_grown_log_keeps_its_identity(tmp_path: Path) -> None:
    """Headers change with every event; the first record does not."""
    first, second = tmp_path / "a.evtx", tmp_path / "b.evtx"
    write_evtx(first, events(5))
    write_evtx(second, events(COUNT))
    windows = [window_of(path.read_bytes()[:65536]) for path in (first, second)]
    assert identify(windows[0]) == identify(windows[1])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(4096, 4096 + 65536 * 2 - 1), st.integers(0, 255)), min_size=1, max_size=20))
def test_flipped_bytes_never_stop_the_reader(sound: Path, flips: list[tuple[int, int]]) -> None:
    """Fuzz: any bytes of the first two chunks changed."""
    data = io.BytesIO(sound.read_bytes())
    for at, value in flips:
        data.seek(at)
        data.write(bytes([value]))
    assert ids(records_of(read(source_of(data.getvalue(), "evtx")))[-1:]) == [COUNT]
