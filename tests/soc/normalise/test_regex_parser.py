"""Text records by patterns: each parsed by the first that fits, or skipped; then taken apart further."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.errors import MappingError
from hodoscope.soc.normalise.regex_parser import RegexParser
from hodoscope.soc.normalise.table_fields import TableFields
from hodoscope.soc.record import RawBatch

PARSER = RegexParser({
    "lines": [r"^(?P<a>\d+) (?P<rest>.*)$", r"^(?P<b>[a-z]+)$"],
    "then": [{"from": "rest", "patterns": [r"user=(?P<user>\S+)"]}],
})  # fmt: skip


def batch(records: list[bytes]) -> RawBatch:
    return RawBatch("0" * 32, "a.log", "mine", records, [n * 10 for n in range(len(records))], 0)


@given(st.lists(st.binary(max_size=12) | st.from_regex(r"\A\d user=.{0,3}\Z").map(str.encode), max_size=8))
def test_each_record_is_parsed_or_skipped(records: list[bytes]) -> None:
    """Nothing raises; blank lines are neither."""
    parsed = PARSER.parse(batch(records), {})
    seen = sorted([*(row * 10 for row in parsed.rows.tolist()), *(item.position for item in parsed.skipped)])
    assert seen == sorted(set(seen))
    assert all(not records[n].strip() for n in range(len(records)) if n * 10 not in seen)


def test_patterns_in_order_and_steps_after_them() -> None:
    """A line takes the first pattern that matches; a step adds fields where it matches."""
    parsed = PARSER.parse(batch([b"abc", b"7 user=bob x", b"8 other", b"?"]), {})
    fields = parsed.fields
    assert isinstance(fields, TableFields)
    rows = dict(zip(parsed.rows.tolist(), range(len(fields)), strict=True))
    user, b = fields.get("user", "text").to_pylist(), fields.get("b", "text").to_pylist()
    assert user[rows[1]] == "bob"
    assert user[rows[2]] in (None, "")
    assert b[rows[0]] == "abc"
    assert [(item.position, item.reason) for item in parsed.skipped] == [(30, "no pattern matches")]


def test_bytes_that_are_no_text_are_replaced_and_kept_raw() -> None:
    """The field shows a replacement character; the dead letter the bytes."""
    parsed = PARSER.parse(batch([b"1 user=\xff", b"\xfe"]), {})
    assert parsed.fields.get("user", "text").to_pylist() == ["\ufffd"]
    assert parsed.skipped[0].raw == b"\xfe"


@pytest.mark.parametrize(
    "options",
    [{}, {"lines": []}, {"lines": ["("]}, {"lines": [r"(?P<a>x)"], "then": ["x"]}, {"lines": [r"(?P<a>x)(?!y)"]}],
)
def test_patterns_that_cannot_work_are_refused(options: dict[str, object]) -> None:
    """When the mapping is loaded: absent, broken, or beyond RE2."""
    with pytest.raises(MappingError):
        RegexParser(options)
