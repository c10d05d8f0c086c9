"""Carriage returns as line ends."""

from hodoscope.soc.sources.line_ends import as_line_feeds, carriage_returns_only

from .memory_source import read, records_of, source_of

TABLE = b"when,user,ip\r2024-05-01T08:30:00Z,bob,192.0.2.7\r2024-05-01T08:31:00Z,eve,192.0.2.8\r"


def test_only_text_without_any_line_feed_has_such_lines() -> None:
    """A progress bar in a log, or a carriage return inside one line, changes nothing."""
    assert carriage_returns_only(TABLE)
    assert not carriage_returns_only(TABLE + b"\n")
    assert not carriage_returns_only(b"one\rline")
    assert not carriage_returns_only(b"")


def test_offsets_stay() -> None:
    """Blocks keep their length, wherever they are cut."""
    assert list(as_line_feeds([b"a\rb", b"\r", b"c"])) == [b"a\nb", b"\n", b"c"]


def test_a_table_with_carriage_returns_is_read_row_by_row() -> None:
    """Header, rows and their positions, also when reading starts midway."""
    batches = read(source_of(TABLE, "csv"))
    rows = TABLE.split(b"\r")[1:3]
    assert records_of(batches) == rows
    assert [batch.positions for batch in batches] == [[TABLE.index(row) for row in rows]]
