"""JSON arrays, wrapped arrays and values one after another."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.sources.limits import Limits

from .memory_source import letters_of, placed, read, reasons, records_of, source_of

values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(alphabet='a"\\{}[],é\n', max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet='k"\\', max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)
objects = st.dictionaries(st.text(alphabet='k"\\[{', max_size=3), values, max_size=3)
indents = st.sampled_from([None, 0, 1, 4])


@given(st.lists(objects, max_size=6), indents, st.integers(1, 40))
def test_array_elements_are_those_json_loads_gives(elements: list[object], indent: int | None, block: int) -> None:
    """An array of objects, pretty-printed or not, for any block size."""
    data = json.dumps(elements, indent=indent, ensure_ascii=False).encode()
    records = records_of(read(source_of(data, "json", limits=Limits(block_bytes=block))))
    assert [json.loads(record) for record in records] == elements
    assert not any(b"\n" in record for record in records)


@given(
    st.lists(objects, min_size=1, max_size=5),
    indents,
    st.integers(1, 40),
    st.sampled_from(["Records", "value", "items"]),
)
def test_wrapped_arrays_are_unwrapped(elements: list[object], indent: int | None, block: int, key: str) -> None:
    """CloudTrail, Graph and Google envelopes; what stands beside the array is not a record."""
    data = json.dumps({"kind": "list", "etag": "[{", key: elements, "next": None}, indent=indent).encode()
    source = source_of(data, limits=Limits(block_bytes=block))
    batches = read(source, 0, 2)
    assert [json.loads(record) for record in records_of(batches)] == elements
    done = 0
    for batch in batches:
        done += len(batch.records)
        assert [json.loads(record) for record in records_of(read(source, batch.end))] == elements[done:]


@given(st.lists(st.lists(objects, max_size=3), min_size=1, max_size=4), st.integers(1, 9), st.integers(1, 40))
def test_concatenated_arrays_resume_anywhere(pages: list[list[object]], max_records: int, block: int) -> None:
    """Several arrays in one file (``cat`` of downloaded pages), read in batches from any end."""
    data = b"\n".join(json.dumps(page).encode() for page in pages)
    wanted = [element for page in pages for element in page]
    source = source_of(data, "json", limits=Limits(block_bytes=block))
    batches, done = read(source, 0, max_records), 0
    assert [json.loads(record) for record in records_of(batches)] == wanted
    for batch in batches:
        done += len(batch.records)
        assert [json.loads(record) for record in records_of(read(source, batch.end))] == wanted[done:]


@given(st.lists(objects.filter(bool), min_size=2, max_size=5), st.integers(1, 40))
def test_pretty_printed_values_one_after_another(elements: list[object], block: int) -> None:
    """Objects over several lines without an array around them, as jq prints them."""
    data = b"\n".join(json.dumps(element, indent=2).encode() for element in elements)
    source = source_of(data, limits=Limits(block_bytes=block))
    batches = read(source, 0, 1)
    assert [json.loads(record) for record in records_of(batches)] == elements
    assert [data[at:].startswith(b"{") for at, _ in placed(batches)] == [True] * len(elements)
    assert [json.loads(record) for record in records_of(read(source, batches[0].end))] == elements[1:]


def test_concatenated_cloudtrail_files_are_all_unwrapped() -> None:
    """One wrapping object per line."""
    data = b'{"Records":[{"a":1},{"a":2}]}\n{"Records":[]}\n{"Records":[{"a":3}]}\n'
    assert records_of(read(source_of(data))) == [b'{"a":1}', b'{"a":2}', b'{"a":3}']


def test_other_arrays_of_the_envelope_are_not_records() -> None:
    """Only the array under the wrapping key counts."""
    data = b'{"meta":[{"x":1},{"x":2}],"Records":[{"a":1}],"errors":[{"y":1}]}'
    assert records_of(read(source_of(data))) == [b'{"a":1}']


def test_records_with_a_list_under_value_are_lines() -> None:
    """A field that happens to be called value does not make its record an envelope."""
    line = b'{"name":"x","value":[{"a":1}],"who":{"b":{"c":1}}}\n'
    assert records_of(read(source_of(line * 3))) == [line.strip()] * 3


def test_truncated_array_gives_its_whole_elements_and_one_dead_letter() -> None:
    """A download that broke off."""
    batches = read(source_of(b'[{"a":1},{"a":2},{"a":'))
    assert records_of(batches) == [b'{"a":1}', b'{"a":2}']
    (letter,) = letters_of(batches)
    assert (letter.position, letter.reason, letter.raw) == (17, "truncated JSON", b'{"a":')


@pytest.mark.parametrize("block", [501, 1 << 20])
def test_deep_and_giant_elements_become_dead_letters(block: int) -> None:
    """Neither nesting nor size stops the elements around them."""
    deep = b'{"a":' * 10_000 + b"1" + b"}" * 10_000
    giant = b'{"b":"' + b"x" * 200_000 + b'"}'
    data = b'[{"i":1},' + deep + b',{"i":2},' + giant + b',{"i":3}]'
    batches = read(source_of(data, limits=Limits(block_bytes=block, max_record_bytes=150_000)))
    assert records_of(batches) == [b'{"i":1}', b'{"i":2}', b'{"i":3}']
    assert reasons(letters_of(batches)) == ["nested too deep", "record longer than the limit"]


@given(st.text(alphabet='{}[]",:\\ \nab1', max_size=80), st.integers(1, 30))
def test_broken_json_never_raises_and_blocks_do_not_matter(text: str, block: int) -> None:
    """Whatever is cut out of nonsense, it does not depend on how it was read."""
    for lead in ("[{", "{"):
        data = (lead + text).encode()
        whole = read(source_of(data, "json"))
        parts = read(source_of(data, "json", limits=Limits(block_bytes=block)))
        assert placed(whole) == placed(parts)
