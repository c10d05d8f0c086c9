"""Delimited records: the quick way and the careful way agree, and no row slips into another."""

import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.normalise.delimited_parser import DelimitedParser
from hodoscope.soc.normalise.table_fields import TableFields
from hodoscope.soc.record import RawBatch

CELLS = st.text(st.sampled_from("ab \",\n\r'é\t"), max_size=5)


def parse(
    records: list[bytes], names: list[str], quote: str = '"', delimiter: str = ","
) -> tuple[list[dict[str, str]], list[int]]:
    """Rows as name → non-empty cell, and positions of dead letters."""
    header = {"columns": json.dumps(names), "delimiter": delimiter, "quote": quote}
    parsed = DelimitedParser().parse(
        RawBatch("0" * 32, "a.csv", "csv", records, list(range(len(records))), 0, header), {}
    )
    assert isinstance(parsed.fields, TableFields)
    columns = {name: column.to_pylist() for name, column in parsed.fields.columns.items()}
    rows = [{name: cells[row] for name, cells in columns.items() if cells[row]} for row in range(len(parsed.fields))]
    return rows, [item.position for item in parsed.skipped]


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=6))
def test_what_a_csv_writer_wrote_is_read_back(rows: list[list[str]]) -> None:
    """Quotes, delimiters and line breaks inside cells."""
    records = []
    for row in rows:
        text = io.StringIO()
        csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="").writerow(row)
        records.append(text.getvalue().encode())
    found, bad = parse(records, ["x", "y", "z"])
    assert bad == []
    assert found == [{name: cell for name, cell in zip("xyz", row, strict=True) if cell} for row in rows]


@given(st.lists(st.binary(max_size=10) | st.text('ab",\r\n', max_size=8).map(str.encode), max_size=8))
def test_each_record_is_read_alone_as_among_others(records: list[bytes]) -> None:
    """A quote left open, a bare carriage return, too few cells: the neighbours do not notice."""
    together, bad = parse(records, ["x", "y"])
    apart = [parse([record], ["x", "y"]) for record in records]
    assert together == [row for rows, _ in apart for row in rows]
    assert bad == [position for position, (_, letters) in enumerate(apart) if letters]


def test_a_row_of_another_width_is_a_dead_letter() -> None:
    """The others are kept."""
    assert parse([b"1,2", b"1,2,3", b"3,4"], ["x", "y"]) == ([{"x": "1", "y": "2"}, {"x": "3", "y": "4"}], [1])


def test_repeated_and_empty_names_get_their_place() -> None:
    """No cell is lost because two columns share a name."""
    rows, _ = parse([b"1,2,3,4"], ["user", "", "user", "user_3"])
    assert rows == [{"user": "1", "column_2": "2", "user_3": "3", "user_3_4": "4"}]


def test_without_a_quote_character_quotes_are_text() -> None:
    """Zeek's tables."""
    assert parse([b'"a\t"b'], ["x", "y"], quote="", delimiter="\t") == ([{"x": '"a', "y": '"b'}], [])
