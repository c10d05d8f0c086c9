"""Rows are reduced to group and cell without changing any sum."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.lifecycle.evaluate.counted import Cells, Sums, ratio

ROWS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(-9, 9)), min_size=1, max_size=40)


@given(ROWS, st.lists(st.integers(0, 4), min_size=6, max_size=6))
def test_totals_are_sums_over_rows(rows: list[tuple[int, int, int]], weights: list[int]) -> None:
    """Each row counts as often as its group was drawn."""
    groups, cells, values = (np.array(column) for column in zip(*rows, strict=True))
    reduced = Cells.of(groups, cells, 4, values.astype(float))
    expected = [sum(v * weights[g] for g, c, v in rows if c == cell) for cell in range(4)]
    assert reduced.totals(np.array(weights, np.int32)).tolist() == expected
    assert Cells.of(groups, cells, 4).totals(np.ones(6, np.int32)).sum() == len(rows)
    assert reduced.groups_with(np.arange(4) == 2) == len({g for g, c, _ in rows if c == 2})


def test_a_ratio_with_nothing_below_is_undefined() -> None:
    """NaN, without a warning."""
    assert np.isnan(ratio(np.array([1.0]), np.array([0.0])))


@given(ROWS, st.lists(st.integers(0, 4), min_size=6, max_size=6))
def test_sums_are_over_all_rows(rows: list[tuple[int, int, int]], weights: list[int]) -> None:
    """The number of rows comes last; groups beyond the last seen change nothing."""
    groups, _, values = (np.array(column) for column in zip(*rows, strict=True))
    totals = Sums.of(groups, values.astype(float)).totals(np.array(weights, np.int32))
    assert totals.tolist() == [sum(v * weights[g] for g, _, v in rows), sum(weights[g] for g, _, _ in rows)]
