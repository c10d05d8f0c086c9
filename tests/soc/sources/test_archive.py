"""Members of zip archives."""

import gzip
import io
import zipfile
from pathlib import Path

from hodoscope.soc.record import SkippedRecord
from hodoscope.soc.sources.discover import discover
from hodoscope.soc.sources.limits import Limits

from .discovered import found, text
from .memory_source import letters_of, read, reasons, records_of


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
