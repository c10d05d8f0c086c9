"""The source over anything that can be opened."""

from pathlib import Path

from hodoscope.soc.record import SkippedRecord
from hodoscope.soc.sources.discover import discover
from hodoscope.soc.sources.interface import Source

from .memory_source import read, source_of


def test_source_tells_progress_and_passes_on_the_time_of_change(tmp_path: Path) -> None:
    """Size and consumed bytes for the progress bar; the modification time for stamps without a year."""
    (tmp_path / "a").write_bytes(b"one\ntwo\n" * 100)
    (source,) = discover([str(tmp_path / "a")])
    assert not isinstance(source, SkippedRecord)
    port: Source = source
    assert (port.size, port.consumed()) == (800, 0)
    (batch,) = port.read(0, 1000, 1 << 20)
    assert port.consumed() == 800
    assert batch.modified == (tmp_path / "a").stat().st_mtime
    assert (batch.source_id, batch.path, batch.format) == (port.source_id, port.path, port.format)


def test_resuming_a_plain_file_does_not_read_it_again() -> None:
    """The stream seeks; compressed ones have to be passed through."""
    source = source_of(b"x" * 99 + b"\n" + b"line\n" * 100_000, "text")
    batches = read(source, 400_100)
    assert sum(len(batch.records) for batch in batches) == 20_000


def test_one_source_is_read_as_often_as_wanted() -> None:
    """Nothing of a pass stays behind."""
    source = source_of(b"one\ntwo\n", "text")
    assert read(source) == read(source)
