"""Fields over text columns: kinds, lists, taking rows, and what is left."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.normalise.table_fields import TableFields

FIELDS = TableFields(
    {"n": pa.array(["1", "", "x"]), "l": pa.array(["a,b", None, "c"]), "id.host": pa.array(["h", "", ""])}, 3, ","
)


def test_kinds() -> None:
    """Empty is absent for numbers and lists; what does not convert is null."""
    assert FIELDS.get("n", "text").to_pylist() == ["1", "", "x"]
    assert FIELDS.get("n", "int").to_pylist() == [1, None, None]
    assert FIELDS.get("n", "float").to_pylist() == [1.0, None, None]
    assert FIELDS.get("l", "list").to_pylist() == [["a", "b"], None, ["c"]]
    assert FIELDS.get("l[1]", "text").to_pylist() == ["b", None, None]
    assert FIELDS.get("absent", "text").to_pylist() == [None, None, None]
    assert FIELDS.get(r"id\.host", "text").to_pylist() == ["h", "", ""]


@given(st.lists(st.integers(0, 2), max_size=5))
def test_taken_rows_have_the_values_of_their_rows(rows: list[int]) -> None:
    """Once, twice, with what a pattern found, in any order."""
    index = np.array(rows, dtype=np.int64)
    texts = FIELDS.get("n", "text").to_pylist()
    taken = FIELDS.take(index)
    assert len(taken) == len(rows)
    assert taken.get("n", "text").to_pylist() == [texts[row] for row in rows]
    wider = taken.with_columns({"found": pa.array([str(row) for row in rows], pa.string())})
    again = wider.take(np.arange(len(rows), dtype=np.int64)[::-1].copy())
    assert again.get("found", "text").to_pylist() == [str(row) for row in reversed(rows)]
    assert again.get("n", "text").to_pylist() == [texts[row] for row in reversed(rows)]


def test_the_rest_is_every_present_value_outside_the_used_ones() -> None:
    """Empty and null values are left out; a used name with a dot in it counts too."""
    assert FIELDS.rest(frozenset(("n",))).to_pylist() == [[("l", "a,b"), ("id.host", "h")], [], [("l", "c")]]
    assert FIELDS.rest(frozenset((r"id\.host", "l"))).to_pylist() == [[("n", "1")], [], [("n", "x")]]
    assert FIELDS.rest(frozenset(("n", "l", "id.host"))).to_pylist() == [[], [], []]
    assert TableFields({}, 2).rest(frozenset()).to_pylist() == [[], []]
