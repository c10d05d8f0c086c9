"""Counting values of any column."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.errors import InputError
from hodoscope.lifecycle.monitor.binned import MISSING, Binned, distance, histogram


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=60), st.lists(st.integers(-5, 5), min_size=1, max_size=60))
def test_the_distance_of_few_values_is_the_exact_one(reference: list[int], window: list[int]) -> None:
    """Columns of up to 20 different values lose nothing, values that the reference lacks included."""
    sides = [np.array(side, dtype=np.float64)[:, None] for side in (reference, window)]
    binned = Binned.fit(sides[0])
    found = distance(*(histogram(binned.codes(side)) for side in sides[::-1]))[0]
    above = [[(side > value).mean() for value in range(-6, 6)] for side in sides]
    assert found == pytest.approx(max(abs(one - other) for one, other in zip(*above, strict=True)))


def test_missing_values_are_a_bin_of_their_own() -> None:
    """A column that goes missing drifts."""
    binned = Binned.fit(np.array([[1.0], [2.0], [np.nan]]))
    assert binned.codes(np.array([[np.nan]])) == MISSING


def test_a_value_never_seen_is_no_value_of_the_reference() -> None:
    """Also when the reference had a single value."""
    binned = Binned.fit(np.ones((5, 1)))
    counts = [histogram(binned.codes(np.full((5, 1), value))) for value in (1.0, 0.5, 2.0)]
    assert distance(counts[1], counts[0])[0] == distance(counts[2], counts[0])[0] == 1


def test_nothing_and_infinity_are_refused() -> None:
    """With the shape, or the column."""
    with pytest.raises(InputError, match="shape"):
        Binned.fit(np.zeros((0, 2)))
    with pytest.raises(InputError, match="column 1"):
        Binned.fit(np.array([[0.0, np.inf]]))
