"""The outer layer of event log files."""

from pathlib import Path

import pytest
from tests.support.evtx_writer import corrupt_chunk, write_evtx

from hodoscope.soc.sources.evtx_chunks import CHUNK_BYTES, FILE_HEADER_BYTES, chunk_floor, examine, file_of

from .test_evtx import events


def first_chunk(path: Path) -> bytes:
    """The bytes of the first chunk."""
    return path.read_bytes()[FILE_HEADER_BYTES : FILE_HEADER_BYTES + CHUNK_BYTES]


@pytest.mark.parametrize(
    ("part", "state"), [("records", "damaged"), ("magic", "broken"), ("checksum", "damaged"), ("names", "broken")]
)
def test_damage_is_seen_before_a_parser_sees_it(tmp_path: Path, part: str, state: str) -> None:
    """Checksums, the signature, and lists that run in a circle."""
    path = tmp_path / "a.evtx"
    write_evtx(path, events(200))
    sound = examine(FILE_HEADER_BYTES, first_chunk(path))
    assert (sound.state, sound.problem) == ("sound", "")
    assert [number for _, _, number in sound.records] == list(range(1, len(sound.records) + 1))
    corrupt_chunk(path, 0, part=part)
    assert examine(FILE_HEADER_BYTES, first_chunk(path)).state == state


def test_unused_and_short_chunks_are_told_apart(tmp_path: Path) -> None:
    """Preallocated space is nothing; a chunk cut off at the end of the file is damaged."""
    path = tmp_path / "a.evtx"
    write_evtx(path, events(50))
    assert examine(FILE_HEADER_BYTES, bytes(CHUNK_BYTES)).state == "empty"
    assert examine(FILE_HEADER_BYTES, first_chunk(path)[:9000]).state == "damaged"


def test_group_of_chunks_is_a_file_of_its_own(tmp_path: Path) -> None:
    """What is handed to the parser has a header that fits."""
    path = tmp_path / "a.evtx"
    write_evtx(path, events(200))
    group = [examine(FILE_HEADER_BYTES, first_chunk(path))]
    assert len(file_of(group)) == FILE_HEADER_BYTES + CHUNK_BYTES
    assert [chunk_floor(at) for at in (0, 100, 4096, 4096 + 65535, 4096 + 65536)] == [0, 0, 4096, 4096, 69632]
