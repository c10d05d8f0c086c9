"""The content hash follows what a table says and nothing else."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.lifecycle.content_hash import content_hash

COLUMNS: dict[str, tuple[pa.DataType, st.SearchStrategy[object]]] = {
    "text": (pa.string(), st.text(st.characters(codec="utf-8"), max_size=3)),
    "number": (pa.float64(), st.floats()),
    "flag": (pa.bool_(), st.booleans()),
    "when": (pa.timestamp("us", "UTC"), st.integers(0, 2**50)),
    "tags": (pa.list_(pa.string()), st.lists(st.one_of(st.none(), st.sampled_from(["a", "b", ""])), max_size=3)),
    "place": (pa.struct([("x", pa.int64()), ("y", pa.string())]), st.fixed_dictionaries({"x": st.integers(0, 3)})),
}


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    """A table with one column of each kind, nulls among the values."""
    rows = draw(st.integers(0, 8))
    return pa.table(
        {
            name: pa.array(draw(st.lists(st.one_of(st.none(), values), min_size=rows, max_size=rows)), kind)
            for name, (kind, values) in COLUMNS.items()
        }
    )


@given(tables(), st.integers(0, 8), st.integers(0, 8))
def test_chunks_and_column_order_do_not_matter(table: pa.Table, first: int, second: int) -> None:
    """Cut anywhere, empty pieces included, columns reversed."""
    cut, again = sorted((first, second))
    pieces = [table.slice(0, cut), table.slice(cut, again - cut), table.slice(again)]
    chunked = pa.concat_tables(pieces).select(table.column_names[::-1])
    assert content_hash(chunked) == content_hash(table)


@given(tables(), tables())
def test_different_content_has_different_hashes(one: pa.Table, other: pa.Table) -> None:
    """Equal hashes only for equal rows (``repr`` tells NaN, nulls and signed zeros apart)."""
    assert (content_hash(one) == content_hash(other)) == (repr(one.to_pylist()) == repr(other.to_pylist()))


@pytest.mark.parametrize(
    "same",
    [
        pa.array(["a", None, "b"], pa.large_string()),
        pa.array(["a", None, "b"], pa.string_view()),
        pa.array(["a", None, "b"]).dictionary_encode(),
        pa.array(["x", "a", None, "b"]).slice(1),
    ],
)
def test_encodings_do_not_matter(same: pa.Array) -> None:
    """Polars writes large strings, Parquet may bring dictionaries."""
    assert content_hash(pa.table({"c": same})) == content_hash(pa.table({"c": ["a", None, "b"]}))


def test_type_name_and_row_order_matter() -> None:
    """They are part of what a table says."""
    variants = [
        pa.table({"c": [1, 2]}),
        pa.table({"c": [2, 1]}),
        pa.table({"d": [1, 2]}),
        pa.table({"c": pa.array([1, 2], pa.int32())}),
        pa.table({"c": [1.0, 2.0]}),
        pa.table({"c": ["1", "2"]}),
        pa.table({"c": ["12", ""]}),
        pa.table({"c": [b"1", b"2"]}),
        pa.table({"c": [[1], [2]]}),
        pa.table({"c": [[1, 2], []]}),
    ]
    assert len({content_hash(table) for table in variants}) == len(variants)
