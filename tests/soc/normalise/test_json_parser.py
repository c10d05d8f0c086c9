"""JSON records are parsed together for speed and mean what each means alone."""

import pytest

from hodoscope.soc.normalise.json_parser import JsonParser
from hodoscope.soc.record import RawBatch


def parse(records: list[bytes]) -> tuple[list[int], list[str]]:
    """Rows that parsed and reasons of those that did not."""
    batch = RawBatch("0" * 32, "a.json", "json", records, list(range(len(records))), 0)
    parsed = JsonParser().parse(batch, {})
    return parsed.rows.tolist(), [item.reason for item in parsed.skipped]


@pytest.mark.parametrize(
    "records",
    [
        [b'{"a":"x', b'y"}', b'{"b":1},{"c":2}'],
        [b'{"a":[{}', b"{}]}", b'{"b":1},{"c":2}'],
        [b'{"a":1', b'"b":2}', b'{"c":3},{"d":4}'],
    ],
)
def test_halves_of_records_are_not_completed_by_their_neighbours(records: list[bytes]) -> None:
    """A sender that counts on it would put another record's content under this one's raw bytes."""
    rows, reasons = parse([*records, b'{"e":5}'])
    assert rows == [3]
    assert len(reasons) == 3


def test_what_strict_parsers_refuse_but_senders_write_is_read() -> None:
    """Invalid UTF-8, lone surrogates, NaN, a byte order mark, raw control characters."""
    odd = [b'{"a":"\xff"}', b'{"a":"\\ud800"}', b'{"a":NaN}', b'\xef\xbb\xbf{"a":1}', b'{"a":"\x01"}']
    assert parse(odd) == ([0, 1, 2, 3, 4], [])


def test_nesting_no_parser_survives_is_a_dead_letter() -> None:
    """Whichever of its reasons."""
    rows, reasons = parse([b'{"a":' * 100_000, b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}", b'{"b":1}'])
    assert rows == [2]
    assert len(reasons) == 2
