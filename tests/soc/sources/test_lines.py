"""Line framing."""

from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.sources.limits import Limits

from .memory_source import letters_of, placed, read, reasons, records_of, source_of

texts = st.lists(
    st.sampled_from([b"a", b"bc", b"\n", b"\r\n", b"\r", b"\0", b"\xff", b" ", b"x" * 40]), max_size=60
).map(b"".join)


def expected(data: bytes) -> list[tuple[int, bytes]]:
    """The reference: split at newlines, one carriage return off, blank lines are nothing.

    Carriage returns are the line ends of a text that has several of them and no newline.
    """
    found, position = [], 0
    if b"\n" not in data and data.count(b"\r") > 1:
        data = data.replace(b"\r", b"\n")
    for line in data.split(b"\n"):
        record = line.removesuffix(b"\r")
        if record:
            found.append((position, record))
        position += len(line) + 1
    return found


@given(texts, st.integers(1, 50))
def test_lines_are_those_of_a_plain_split_for_any_block_size(data: bytes, block: int) -> None:
    """Whatever the bytes and the blocks, records and positions are those of the reference."""
    assert placed(read(source_of(data, "text", limits=Limits(block_bytes=block)))) == expected(data)


@given(texts, st.integers(1, 9), st.integers(1, 60), st.integers(1, 50))
def test_reading_resumes_at_any_batch_end(data: bytes, max_records: int, max_bytes: int, block: int) -> None:
    """From each batch's end, and each record's position, exactly the remaining records come."""
    source = source_of(data, "text", limits=Limits(block_bytes=block))
    batches = read(source, 0, max_records, max_bytes)
    whole = expected(data)
    assert placed(batches) == whole
    assert all(len(batch.records) <= max_records for batch in batches)
    done = 0
    for batch in batches:
        assert placed(read(source, batch.positions[0])) == whole[done:] if batch.positions else True
        done += len(batch.records)
        left = placed(read(source, batch.end))
        assert left == [(position, record) for position, record in whole if position >= batch.end]
        again = len(left) - len(whole[done:])  # a last line without its end
        assert again == 0 or (again == 1 and done == len(whole) and not data.endswith(b"\n"))


def test_last_line_without_newline_is_a_record() -> None:
    """A finished file may lack its last newline."""
    assert records_of(read(source_of(b"one\ntwo"))) == [b"one", b"two"]


def test_growing_file_holds_back_its_last_line() -> None:
    """While following, half a line is not a record yet, and reading resumes at its start."""
    batches = read(source_of(b"one\ntw", "text", hold_partial=True))
    assert records_of(batches) == [b"one"]
    assert batches[-1].end == 4


def test_giant_line_is_one_dead_letter_with_its_start() -> None:
    """A line past the limit is passed over; its neighbours are read."""
    data = b"before\n" + b"g" * 5000 + b"\nafter\n"
    batches = read(source_of(data, "text", limits=Limits(max_record_bytes=1000, kept_bytes=10, block_bytes=64)))
    assert records_of(batches) == [b"before", b"after"]
    (letter,) = letters_of(batches)
    assert (letter.position, letter.reason, letter.raw) == (7, "line longer than the limit", b"g" * 10)


def test_giant_last_line_ends_the_file() -> None:
    """Nothing follows the giant line: still one dead letter, and reading resumes at the end."""
    batches = read(source_of(b"a\n" + b"g" * 5000, "text", limits=Limits(max_record_bytes=1000, block_bytes=64)))
    assert records_of(batches) == [b"a"]
    assert reasons(letters_of(batches)) == ["line longer than the limit"]
    assert batches[-1].end == 5002


def test_byte_order_mark_is_not_part_of_the_first_record() -> None:
    """UTF-8 with a mark: the first record starts at byte 3."""
    assert placed(read(source_of(b"\xef\xbb\xbfone\r\ntwo\r\n", "text"))) == [(3, b"one"), (8, b"two")]


def test_nul_and_invalid_utf8_are_kept() -> None:
    """Bytes are not judged here: the parser or the dead letter shows them as they are."""
    assert records_of(read(source_of(b"a\0b\n\xff\xfe\xc3\n", "text"))) == [b"a\0b", b"\xff\xfe\xc3"]


def test_json_nested_ten_thousand_levels_is_a_dead_letter() -> None:
    """Deep nesting stops at the framing, before a parser's stack; braces in text do not count."""
    deep = b'{"a":' * 10_000 + b"1" + b"}" * 10_000
    braces = b'{"EventID":1,"Channel":"' + b"{" * 5000 + b'"}'
    batches = read(source_of(b'{"EventID":1,"Channel":"x"}\n' * 3 + deep + b"\n" + braces + b"\n"))
    assert records_of(batches) == [b'{"EventID":1,"Channel":"x"}'] * 3 + [braces]
    assert reasons(letters_of(batches)) == ["nested too deep"]
