"""Delimited tables."""

import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.sources.limits import Limits

from .memory_source import letters_of, placed, read, reasons, records_of, source_of

cells = st.text(alphabet='a1 ,;"\n', max_size=6)
tables = st.lists(st.tuples(st.just("x"), cells, cells), max_size=12)


def table(rows: list[tuple[str, ...]], delimiter: str = ",") -> bytes:
    """A file as spreadsheets write it."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([("time", "user", "action"), *rows])
    return out.getvalue().encode()


@given(tables, st.sampled_from(",;\t"), st.integers(1, 60), st.integers(1, 5))
def test_rows_are_those_of_the_csv_module(rows: list[tuple[str, ...]], delimiter: str, block: int, most: int) -> None:
    """Quoted line breaks stay inside their row, for any block size, and reading resumes at any end."""
    source = source_of(table(rows, delimiter), "csv", limits=Limits(block_bytes=block))
    batches = read(source, 0, most)
    parsed = [
        next(csv.reader(io.StringIO(row.decode(), newline=""), delimiter=delimiter)) for row in records_of(batches)
    ]
    assert parsed == [list(row) for row in rows]
    done = 0
    for batch in batches:
        assert json.loads(batch.header["columns"]) == ["time", "user", "action"]
        assert batch.header["delimiter"] == delimiter
        done += len(batch.records)
        assert records_of(read(source, batch.end)) == records_of(batches)[done:]


def test_table_is_recognised_by_content() -> None:
    """A header of names and rows of one width; a log with commas is not a table."""
    assert source_of(b"time;user\n1;a\n2;b\n").format == "csv"
    assert source_of(b"Hello, this is a log\nanother line, with, commas\n").format == "text"


def test_quote_left_open_ends_with_a_dead_letter() -> None:
    """The rest of the file is not swallowed without a word."""
    batches = read(source_of(b'a,b\n1,2\n3,"4\n5,6\n', "csv"))
    assert placed(batches) == [(4, b"1,2")]
    assert reasons(letters_of(batches)) == ["unclosed quote"]
