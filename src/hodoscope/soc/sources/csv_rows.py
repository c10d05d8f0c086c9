"""Delimited tables: a header row, then one record per row, with line breaks allowed inside quotes (RFC 4180)."""

import csv
import io
from collections.abc import Iterator, Mapping

import numpy as np
import orjson

from hodoscope.soc.record import SkippedRecord
from hodoscope.soc.sources.batching import Piece, Reading
from hodoscope.soc.sources.lines import UTF8_BOM, split_lines, whole_lines

_DELIMITERS = ",;\t|"
_OPEN_QUOTE_BYTES = 1 << 20  # a quote left open for longer than this is a mistake of its row, not a long cell


def frame_csv_rows(reading: Reading) -> Iterator[Piece]:
    """Rows as text; ``header`` has ``columns`` (a JSON list of names) and ``delimiter``, from the first row,
    ``quote``."""
    delimiter, columns = header_row(reading.head)
    header: Mapping[str, str] = {"columns": orjson.dumps(columns).decode(), "delimiter": delimiter, "quote": '"'}
    carry, carry_at = b"", reading.start
    first = reading.start == 0
    for offset, run, letters in whole_lines(reading):
        if not carry:
            carry_at = offset
        records, positions, carry, at, late = _rows(reading, carry_at, carry + run)
        if first and records:
            records, positions, first = records[1:], positions[1:], False
        carry_at = at
        yield Piece(records, positions, carry_at, letters + late, header)
    if carry and not reading.hold_partial:
        letter = reading.skipped(carry_at, "unclosed quote", "the stream ends inside a quoted cell", carry)
        yield Piece([], [], carry_at + len(carry), (letter,), header)


def header_row(head: bytes) -> tuple[str, list[str]]:
    """Delimiter (the one that gives most columns) and column names of the first row."""
    text = head.removeprefix(UTF8_BOM).decode("utf-8", "replace")
    rows = {delimiter: _first_row(text, delimiter) for delimiter in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda delimiter: len(rows[delimiter]))
    return best, [name.strip() for name in rows[best]]


def _first_row(text: str, delimiter: str) -> list[str]:
    try:
        return next((row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row), [])
    except csv.Error:
        return []


def _rows(
    reading: Reading, offset: int, data: bytes
) -> tuple[list[bytes], list[int], bytes, int, tuple[SkippedRecord, ...]]:
    """Complete rows, their positions, the start of an unfinished one, where that starts, and rows given up."""
    if b'"' not in data:
        records, positions = split_lines(offset, data)
        return records, positions, b"", offset + len(data), ()
    letters: list[SkippedRecord] = []
    rows: list[bytes] = []
    places: list[int] = []
    while True:
        lines = data.split(b"\n")
        if not lines[-1]:
            lines.pop()
        quotes = np.cumsum(np.fromiter((line.count(b'"') for line in lines), dtype=np.int64, count=len(lines)))
        row_ends = np.flatnonzero(quotes % 2 == 0).tolist()
        stops = np.cumsum(np.fromiter(map(len, lines), dtype=np.int64, count=len(lines)) + 1)
        done = 0
        for at in row_ends:
            stop = int(stops[at])
            row = data[done:stop].removesuffix(b"\n").removesuffix(b"\r")
            if row:
                rows.append(row)
                places.append(offset + done)
            done = min(stop, len(data))
        data, offset = data[done:], offset + done
        if len(data) <= _OPEN_QUOTE_BYTES:
            return rows, places, data, offset, tuple(letters)
        line = data[: data.find(b"\n") + 1] or data
        letters.append(reading.skipped(offset, "unclosed quote", "a quoted cell does not end", line))
        data, offset = data[len(line) :], offset + len(line)
