"""Identity through growth, rotation and shared beginnings."""

import gzip
from pathlib import Path

from hodoscope.soc.sources.fingerprint import Known, mark_of
from hodoscope.soc.sources.stream_source import StreamSource

from .discovered import found, text
from .memory_source import read, records_of


def remembered(source: StreamSource) -> Known:
    """What a checkpoint store holds after all of a source was stored."""
    last = read(source)[-1]
    return Known.from_text(Known(source.identity, mark_of(last.end, last.positions, last.records)).as_text())


def test_grown_file_keeps_its_identity_through_the_checkpoint(tmp_path: Path) -> None:
    """First seen with three lines, then with thousands, then gzipped under another name."""
    log = tmp_path / "a"
    log.write_bytes(text(0, 3))
    (source,) = found(log)[0]
    first = remembered(source)
    log.write_bytes(text(0, 8000))
    (grown,) = found(log, known=(first,))[0]
    assert grown.source_id == source.source_id
    assert first.mark is not None
    assert len(records_of(read(grown, first.mark.end))) == 7997
    second = remembered(grown)
    (tmp_path / "old.gz").write_bytes(gzip.compress(text(0, 8001)))
    (rotated,) = found(tmp_path / "old.gz", known=(first, second))[0]
    assert rotated.source_id == source.source_id


def test_file_that_shares_a_long_beginning_with_a_known_one_is_new(tmp_path: Path) -> None:
    """A clone's log that comes in a later run must not be continued in the middle."""
    (tmp_path / "a").write_bytes(text(0, 5000) + text(100, 10))
    (source,) = found(tmp_path / "a")[0]
    (tmp_path / "b").write_bytes(text(0, 5000) + text(200, 10))
    (other,) = found(tmp_path / "b", known=(remembered(source),))[0]
    assert other.source_id != source.source_id
    same = found(tmp_path / "a", tmp_path / "b", known=(remembered(source), remembered(other)))[0]
    assert [entry.source_id for entry in same] == [source.source_id, other.source_id]


def test_files_that_grow_from_the_same_header_are_told_apart(tmp_path: Path) -> None:
    """A CSV seen with only its header, later two files with this header."""
    header = b"time,user,action\n"
    (tmp_path / "a").write_bytes(header + b"1,root,login\n")
    (source,) = found(tmp_path / "a")[0]
    known = remembered(source)
    (tmp_path / "a").write_bytes(header + b"1,root,login\n2,root,logout\n")
    (tmp_path / "b").write_bytes(header + b"9,eve,login\n")
    sources, _ = found(tmp_path, known=(known,))
    assert [entry.source_id == source.source_id for entry in sources] == [True, False]
