"""Delimited records (Zeek TSV, CSV) → fields, with the names the framing read from the header."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from hodoscope.errors import MappingError
from hodoscope.soc.normalise.interface import Parsed
from hodoscope.soc.normalise.regex_parser import text_column
from hodoscope.soc.normalise.table_fields import TableFields
from hodoscope.soc.record import RawBatch, SkippedRecord


class DelimitedParser:
    """Rows of delimited text. ``header`` holds ``columns`` (JSON list), ``delimiter``, ``quote`` (``"`` or empty).

    A format of the operator's own is framed as lines and has no such header: ``parser_options: {columns: […],
    delimiter, quote}`` say it instead, and a row that repeats the column names is the file's header row, no event.
    """

    def __init__(self, options: Mapping[str, object] | None = None) -> None:
        given = options or {}
        columns = given.get("columns", [])
        if not isinstance(columns, list):
            raise MappingError("parser 'delimited': columns needs a list of column names in their order")
        self._header: Mapping[str, str] = {}
        if columns:
            self._header = {
                "columns": json.dumps([str(name) for name in columns]),
                "delimiter": str(given.get("delimiter", ",")),
                "quote": str(given.get("quote", '"')),
            }

    def parse(self, batch: RawBatch, options: Mapping[str, str]) -> Parsed:
        header_rows: frozenset[int] = frozenset()
        if self._header and not batch.header.get("columns"):
            batch = replace(batch, header=self._header)
            header_rows = _header_rows(batch)
        if not header_rows:
            return self._parse(batch)
        kept = [row for row in range(len(batch.records)) if row not in header_rows]
        records, positions = [batch.records[row] for row in kept], [batch.positions[row] for row in kept]
        parsed = self._parse(replace(batch, records=records, positions=positions))
        return Parsed(parsed.fields, np.array(kept, dtype=np.int64)[parsed.rows], parsed.skipped)

    def _parse(self, batch: RawBatch) -> Parsed:
        names = _unique([str(name) for name in json.loads(batch.header.get("columns", "[]"))])
        delimiter = batch.header.get("delimiter", "\t")
        absent = [value for value in (batch.header.get("unset", ""), batch.header.get("empty", "")) if value]
        bad: list[int] = []
        table = _read(batch.records, names, delimiter, batch.header.get("quote", ""), absent)
        rows = np.arange(len(batch.records), dtype=np.int64)
        if table is None or table.num_rows != len(rows):
            rows, table = _one_by_one(batch, names, delimiter, absent, bad)
        columns = {name: table.column(name).combine_chunks() for name in table.column_names}
        for key in ("path", "system"):
            if batch.header.get(key):
                columns[f"_{key}"] = pa.repeat(pa.scalar(batch.header[key]), len(rows))
        skipped = [
            SkippedRecord(
                batch.source_id,
                batch.path,
                batch.positions[row],
                "wrong number of fields",
                "",
                batch.records[row][:4096],
            )
            for row in bad
        ]
        return Parsed(TableFields(columns, len(rows)), rows, skipped)


def _header_rows(batch: RawBatch) -> frozenset[int]:
    names = json.loads(batch.header["columns"])
    delimiter, quote = batch.header["delimiter"], batch.header["quote"]
    start = names[0].encode()
    return frozenset(
        row
        for row, record in enumerate(batch.records)
        if record.lstrip(b'\xef\xbb\xbf"').startswith(start)
        and [cell.strip() for cell in _split(record.decode("utf-8-sig", "replace"), delimiter, quote)] == names
    )


def _read(records: list[bytes], names: list[str], delimiter: str, quote: str, absent: list[str]) -> pa.Table | None:
    if not names or len(delimiter) != 1 or not records or not all(records):
        return None
    data = b"\n".join(records)  # no line break at the end: a quote left open there must not take it in
    quote = quote if b'"' in data else ""
    if b"\r" in data or b"\0" in data or data.count(b"\n") >= len(records):
        return None  # without line breaks inside records, as many rows as records means: each row is its record
    try:
        return pacsv.read_csv(
            io.BytesIO(data),
            read_options=pacsv.ReadOptions(column_names=names, use_threads=False, block_size=max(len(data), 1)),
            parse_options=pacsv.ParseOptions(
                delimiter=delimiter,
                quote_char=quote or False,
                double_quote=bool(quote),
                newlines_in_values=bool(quote),
                ignore_empty_lines=False,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=absent,
                strings_can_be_null=bool(absent),
                quoted_strings_can_be_null=False,
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        return None


def _one_by_one(
    batch: RawBatch, names: list[str], delimiter: str, absent: list[str], bad: list[int]
) -> tuple[np.ndarray, pa.Table]:
    """The careful way: a row with a wrong number of fields is a dead letter, the others are kept."""
    rows: list[int] = []
    values: list[list[str | None]] = []
    for row, record in enumerate(text_column(batch.records).to_pylist()):
        cells = _split(record, delimiter, batch.header.get("quote", ""))
        if names and len(cells) == len(names):
            rows.append(row)
            values.append([None if cell in absent else cell for cell in cells])
        elif record.strip():
            bad.append(row)
    columns = list(zip(*values, strict=True)) if values else [()] * len(names)
    arrays = [pa.array(list(column), pa.string()) for column in columns]
    return np.array(rows, dtype=np.int64), pa.table(arrays, names=names)


def _split(record: str, delimiter: str, quote: str) -> list[str]:
    if not quote:
        return record.split(delimiter)
    try:
        return next(iter(csv.reader([record], delimiter=delimiter, quotechar=quote)), [])
    except csv.Error:  # a bare carriage return, a cell over 128 KiB
        return []


def _unique(names: list[str]) -> list[str]:
    """Field names as they are; a repeated or empty one gets its place, such as ``user_3`` or ``column_2``."""
    taken: dict[str, None] = {}
    for place, name in enumerate(names, 1):
        name = name or f"column_{place}"
        while name in taken:
            name = f"{name}_{place}"
        taken[name] = None
    return list(taken)
