"""The same content twice, in any compression."""

import gzip
import zipfile
from pathlib import Path

import pytest
from backports import zstd

from .discovered import found, text
from .memory_source import read, reasons, records_of


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
