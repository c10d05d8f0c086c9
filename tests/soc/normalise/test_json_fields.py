"""Reading fields of JSON records: verbatim values, paths, and nothing lost."""

import json

import numpy as np
import orjson
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.errors import MappingError
from hodoscope.soc.normalise.json_fields import fields_of
from hodoscope.soc.normalise.json_parser import JsonParser
from hodoscope.soc.normalise.paths import parse_path
from hodoscope.soc.record import RawBatch

SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text(max_size=8))
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1, max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.text("abc", min_size=1, max_size=2), VALUES, max_size=4)


def batch(records: list[bytes]) -> RawBatch:
    return RawBatch("0" * 32, "test", "json", records, list(range(len(records))), len(records))


@given(st.lists(OBJECTS, max_size=6))
def test_every_leaf_is_in_the_rest_when_nothing_is_mapped(records: list[dict[str, object]]) -> None:
    """Unmapped fields hold each non-empty leaf under its path."""
    found = fields_of(records).rest(frozenset()).to_pylist()

    def leaves(value: object, prefix: str) -> list[str]:
        if isinstance(value, dict):
            return [
                leaf for key, inner in value.items() for leaf in leaves(inner, f"{prefix}.{key}" if prefix else key)
            ]
        return [] if value in (None, "") else [prefix]

    assert [[key for key, _ in row] for row in found] == [leaves(record, "") for record in records]


@given(st.lists(st.binary(max_size=30) | OBJECTS.map(lambda value: json.dumps(value).encode()), max_size=8))
def test_each_record_is_parsed_or_skipped_whatever_it_is(records: list[bytes]) -> None:
    """No input raises, and no record disappears."""
    parsed = JsonParser().parse(batch(records), {})
    assert sorted([*parsed.rows.tolist(), *(item.position for item in parsed.skipped)]) == list(range(len(records)))
    assert len(parsed.fields) == len(parsed.rows)


def test_a_record_that_closes_the_array_cannot_smuggle_another() -> None:
    """Records are parsed together, so `1],[2` must not become something else than on its own."""
    parsed = JsonParser().parse(batch([b'{"a":1}', b'{"b":2},{"c":3}', b'{"d":4}']), {})
    assert parsed.rows.tolist() == [0, 2]
    assert parsed.fields.get("d", "int").to_pylist() == [None, 4]


def test_deep_nesting_is_a_dead_letter() -> None:
    """Ten thousand levels neither crash nor pass."""
    parsed = JsonParser().parse(batch([b"[" * 10_000 + b"]" * 10_000, b'{"a":' * 10_000 + b"1" + b"}" * 10_000]), {})
    assert [item.reason for item in parsed.skipped] == ["JSON is not an object", "JSON nested too deeply"] or [
        item.reason for item in parsed.skipped
    ] == ["JSON nested too deeply"] * 2


def test_invalid_utf8_and_lone_surrogates_are_kept() -> None:
    """One bad byte does not cost the event."""
    parsed = JsonParser().parse(batch([b'{"a":"x\xffy"}', b'{"a":"\\ud800z"}', b'{"a":NaN}']), {})
    assert len(parsed.rows) == 3
    assert parsed.fields.get("a", "text").to_pylist()[0] == "x\ufffdy"


def test_text_is_verbatim() -> None:
    """Numbers as written, booleans lower case, nested values as JSON."""
    fields = fields_of([{"v": value} for value in ("0x1410", 7, True, {"k": [1, "a"]}, None)])
    assert fields.get("v", "text").to_pylist() == ["0x1410", "7", "true", '{"k":[1,"a"]}', None]


def test_list_paths() -> None:
    """All elements, one element, and the element whose key has a value."""
    record = orjson.loads(b'{"p":[{"Name":"A","Value":"1"},{"Name":"B","Value":"2"}],"a.b":{"c":3}}')
    fields = fields_of([record])
    assert fields.get("p[].Value", "list").to_pylist() == [["1", "2"]]
    assert fields.get("p[1].Value", "text").to_pylist() == ["2"]
    assert fields.get("p[Name=A].Value", "text").to_pylist() == ["1"]
    assert fields.get("a\\.b.c", "int").to_pylist() == [3]


@pytest.mark.parametrize("path", ["", ".a", "a..b", "[0].a", "a[", "a.b[x"])
def test_malformed_paths_are_refused(path: str) -> None:
    """A typing error in a mapping file is found when it is read."""
    with pytest.raises(MappingError):
        parse_path(path)


@given(st.lists(SCALARS, max_size=10))
def test_integers_never_overflow_or_raise(values: list[object]) -> None:
    """What is no 64-bit integer is null."""
    found = fields_of([{"v": value} for value in [*values, 2**70, "9" * 40, "0x10", "1e400", 1.5]]).get("v", "int")
    assert found.type == pa.int64()
    assert found.to_pylist()[-3:] == [16, None, 1]


def test_take_keeps_rows_aligned() -> None:
    """A group of records reads its own values."""
    fields = fields_of([{"n": {"v": index}} for index in range(5)])
    assert fields.take(np.array([4, 1])).get("n.v", "int").to_pylist() == [4, 1]


@given(
    st.lists(OBJECTS, max_size=6),
    st.frozensets(st.text("abc.", min_size=1, max_size=5), max_size=4),
    st.frozensets(st.sampled_from(["a", "b", "a.b", "c.a", "a*", "b.c*", "*"]), max_size=3),
)
def test_of_the_rest_only_the_wanted_leaves_come_where_some_are_named(
    records: list[dict[str, object]], plain: frozenset[str], others: frozenset[str]
) -> None:
    """Exactly those that the whole rest has under these paths, in the same order."""
    wanted = plain | others
    begins = tuple(path[:-1] for path in wanted if path.endswith("*"))
    fields = fields_of(records)
    whole = fields.rest(frozenset()).to_pylist()
    expected = [[(path, text) for path, text in row if path in wanted or path.startswith(begins)] for row in whole]
    assert fields.rest(frozenset(), wanted).to_pylist() == expected
