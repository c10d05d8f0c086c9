"""Cells of JSON records: every value is found where it stands, whatever the layouts are and however records are cut."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.normalise.json_cells import CellTable, Record, ragged
from hodoscope.soc.normalise.values import text_of

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("ab."), inner, max_size=3)
)
RECORDS = st.lists(st.dictionaries(st.text("ab."), VALUES, max_size=4), max_size=8)


@given(RECORDS, st.integers(1, 9))
def test_each_value_is_under_its_key(records: list[Record], size: int) -> None:
    """Text of every top-level value; null for null, for an object and where the key is absent."""
    table = CellTable(records[at : at + size] for at in range(0, len(records), size))
    for name in {name for record in records for name in record}:
        cells = table.below(table.records, name)
        assert cells is not None
        found = [table.texts[cell].as_py() if cell >= 0 else None for cell in cells.tolist()]
        values = [record.get(name) for record in records]
        assert found == [None if value is None or type(value) is dict else text_of(value) for value in values]


@given(RECORDS)
def test_objects_inside_are_objects_of_their_own(records: list[Record]) -> None:
    """The object in a cell has the keys that the value has, in their order."""
    table = CellTable([records])
    for row, record in enumerate(records):
        cells, _ = table.cells(table.records[row : row + 1])
        for cell, value in zip(cells.tolist(), record.values(), strict=True):
            inside = int(table.inside[cell])
            assert (inside >= 0) == (type(value) is dict)
            if type(value) is dict:
                below, _ = table.cells(np.array([inside]))
                assert [table.names[number] for number in table.name_of[below]] == list(value)


def test_a_key_no_record_has_is_not_there() -> None:
    """A look-up of an unknown key says so instead of giving absent cells."""
    table = CellTable([[{"a": 1}, {}]])
    assert table.below(table.records, "b") is None
    assert table.below(table.records, "a") is not None


def test_ragged_runs() -> None:
    """Runs of consecutive numbers, empty ones among them."""
    assert ragged(np.array([5, 9, 2]), np.array([2, 0, 3])).tolist() == [5, 6, 2, 3, 4]
    assert ragged(np.array([], np.int64), np.array([], np.int64)).tolist() == []
