"""Whatever the operator names becomes a source or a reason."""

from pathlib import Path

from hodoscope.soc.record import SkippedRecord
from hodoscope.soc.sources.discover import discover
from hodoscope.soc.sources.stream import RawFile
from hodoscope.soc.sources.stream_source import StreamSource
from hodoscope.soc.sources.walk import open_file

from .discovered import found, text
from .memory_source import letters_of, read, reasons


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


def test_binary_files_are_named(tmp_path: Path) -> None:
    """A packet capture in a log folder is one sentence, not a thousand dead letters."""
    (tmp_path / "a.pcap").write_bytes(b"\xd4\xc3\xb2\xa1" + bytes(100))
    (skipped,) = found(tmp_path)[1]
    assert skipped.reason == "not a log"
    assert "packet capture" in skipped.detail
