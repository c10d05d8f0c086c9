"""Paths become sources: order, reasons, identity and copies."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from backports import zstd

from hodoscope.soc.record import SkippedRecord
from hodoscope.soc.sources.discover import discover
from hodoscope.soc.sources.fingerprint import Known, mark_of
from hodoscope.soc.sources.limits import Limits
from hodoscope.soc.sources.stream import RawFile
from hodoscope.soc.sources.stream_source import StreamSource
from hodoscope.soc.sources.walk import open_file

from .memory_source import letters_of, read, reasons, records_of


def text(first: int, count: int) -> bytes:
    """Syslog lines."""
    return b"".join(b"Mar 27 13:06:56 host sshd[%d]: message\n" % number for number in range(first, first + count))


def found(*paths: Path | str, known: tuple[Known, ...] = ()) -> tuple[list[StreamSource], list[SkippedRecord]]:
    """Sources and what is not read."""
    entries = list(discover([str(path) for path in paths], known=known))
    sources = [entry for entry in entries if isinstance(entry, StreamSource)]
    return sources, [entry for entry in entries if isinstance(entry, SkippedRecord)]


def test_directories_are_read_in_order_without_hidden_files_and_leftovers(tmp_path: Path) -> None:
    """Sorted, recursive; a directory may be called x.log; what is left out says why."""
    (tmp_path / "b.log").mkdir()
    for number, name in enumerate(["b.log/z", "a.log", ".hidden", "c.log~", "#d#", "c.log"]):
        (tmp_path / name).write_bytes(text(number * 10, 3))
    (tmp_path / "empty").write_bytes(b"")
    sources, skipped = found(tmp_path)
    assert [Path(source.path).name for source in sources] == ["a.log", "z", "c.log"]
    assert reasons(skipped) == ["editor leftover", "hidden file", "editor leftover", "empty"]
    assert len(found(tmp_path / ".hidden")[0]) == 1


def test_directory_loops_end(tmp_path: Path) -> None:
    """A link back up is seen once and reported."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a").write_bytes(text(0, 2))
    (tmp_path / "in" / "up").symlink_to(tmp_path)
    (tmp_path / "in" / "dead").symlink_to(tmp_path / "nowhere")
    sources, skipped = found(tmp_path)
    assert len(sources) == 1
    assert sorted(reasons(skipped)) == ["directory loop", "not found"]


def test_copies_in_any_compression_are_one_source(tmp_path: Path) -> None:
    """Plain, gzipped, zstd and zipped copies share the identity; one is read, the others are duplicates."""
    data = text(0, 5000)
    (tmp_path / "a").write_bytes(data)
    (tmp_path / "b.txt").write_bytes(gzip.compress(data))
    (tmp_path / "c").write_bytes(zstd.compress(data))
    with zipfile.ZipFile(tmp_path / "d.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner/a.log", data)
    ids = [found(tmp_path / name)[0][0].source_id for name in ("a", "b.txt", "c", "d.zip")]
    assert len(set(ids)) == 1
    sources, skipped = found(tmp_path)
    assert len(sources) == 1
    assert reasons(skipped) == ["duplicate"] * 3
    assert found(tmp_path / "d.zip")[0][0].path.endswith("d.zip!inner/a.log")


@pytest.mark.parametrize("short_first", [True, False])
def test_of_an_older_and_a_newer_copy_the_longer_is_read(tmp_path: Path, short_first: bool) -> None:
    """A backup of a log that went on: nothing is read twice, nothing is lost."""
    names = ("a", "b") if short_first else ("b", "a")
    (tmp_path / names[0]).write_bytes(text(0, 5000))
    (tmp_path / names[1]).write_bytes(gzip.compress(text(0, 9000)))
    sources, skipped = found(tmp_path)
    assert reasons(skipped) == ["duplicate"]
    assert len(records_of(read(sources[0]))) == 9000


def test_streams_that_differ_late_are_two_sources(tmp_path: Path) -> None:
    """Hosts cloned from one image share more than the fingerprinted beginning."""
    (tmp_path / "a").write_bytes(text(0, 5000) + text(100, 10))
    (tmp_path / "b").write_bytes(text(0, 5000) + text(200, 10))
    sources, skipped = found(tmp_path)
    assert not skipped
    assert len({source.source_id for source in sources}) == 2
    again = [source.source_id for source in found(tmp_path)[0]]
    assert again == [source.source_id for source in sources]


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


def test_unreadable_files_are_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    """A file that cannot be opened at discovery, one that vanishes before it is read, a path that never was."""
    for name in ("a", "b", "c"):
        (tmp_path / name).write_bytes(text(ord(name), 3))

    def broken(path: str) -> RawFile:
        if path.endswith("b"):
            raise PermissionError(13, "Permission denied")
        return open_file(path)

    entries = list(discover([str(tmp_path), str(tmp_path / "nowhere"), str(tmp_path / "*.none")], open_path=broken))
    assert reasons([entry for entry in entries if isinstance(entry, SkippedRecord)]) == [
        "unreadable",
        "not found",
        "not found",
    ]
    sources = [entry for entry in entries if isinstance(entry, StreamSource)]
    (tmp_path / "c").unlink()
    assert [reasons(letters_of(read(source))) for source in sources] == [[], ["unreadable"]]


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip archive in memory."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def test_archives_are_opened_one_level_deep(tmp_path: Path) -> None:
    """Members are sources in order; an archive inside is opened too, one inside that is not."""
    third = zipped({"deep.log": text(0, 3)})
    second = zipped({"x.log": text(10, 3), "third.zip": third})
    (tmp_path / "a.bin").write_bytes(
        zipped(
            {"z.log": text(20, 3), "b.gz": gzip.compress(text(30, 3)), "second.zip": second, "__MACOSX/._z.log": b"x"}
        )
    )
    sources, skipped = found(tmp_path / "a.bin")
    assert [source.path.split("a.bin")[1] for source in sources] == ["!b.gz", "!second.zip!x.log", "!z.log"]
    assert [len(records_of(read(source))) for source in sources] == [3, 3, 3]
    assert sorted(reasons(skipped)) == ["hidden file", "nested too deep"]


def test_hostile_archives_are_refused(tmp_path: Path) -> None:
    """Too many members, too much output, an encrypted member, damage."""
    (tmp_path / "bomb").write_bytes(zipped({"a": bytes(30 << 20)}))
    (tmp_path / "cut").write_bytes(zipped({"a": text(0, 100)})[:-30])
    many = zipped({f"m{number}": b"x" for number in range(50)})
    (tmp_path / "many").write_bytes(many)
    entries = list(discover([str(tmp_path)], limits=Limits(max_archive_members=10)))
    assert reasons([entry for entry in entries if isinstance(entry, SkippedRecord)]) == [
        "compression ratio above the limit",
        "broken archive",
        "too many archive members",
    ]


def test_member_with_damage_gives_what_is_readable(tmp_path: Path) -> None:
    """A wrong checksum inside an archive is a dead letter of that member."""
    data = bytearray(zipped({"a.log": text(0, 20_000)}))
    data[len(data) // 2] ^= 0xFF
    (tmp_path / "a.zip").write_bytes(data)
    sources, _ = found(tmp_path)
    batches = read(sources[0])
    assert reasons(letters_of(batches)) == ["corrupt compressed data"]
    assert len(records_of(batches)) > 100


def test_binary_files_are_named(tmp_path: Path) -> None:
    """A packet capture in a log folder is one sentence, not a thousand dead letters."""
    (tmp_path / "a.pcap").write_bytes(b"\xd4\xc3\xb2\xa1" + bytes(100))
    (skipped,) = found(tmp_path)[1]
    assert skipped.reason == "not a log"
    assert "packet capture" in skipped.detail
