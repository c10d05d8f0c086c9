"""A budget is spent on the best of each period, and ties share what is left of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.errors import InputError
from hodoscope.lifecycle.evaluate.bootstrap import bootstrap
from hodoscope.lifecycle.evaluate.units import units
from hodoscope.lifecycle.evaluate.workload import looked_at, workload


def test_the_best_of_each_day_are_looked_at() -> None:
    """Two a day."""
    scores, days = np.array([0.9, 0.8, 0.7, 0.1, 0.2, 0.3]), np.array([0, 0, 0, 1, 1, 1])
    assert looked_at(scores, days, 2).tolist() == [1, 1, 0, 0, 1, 1]


def test_equal_scores_share_the_last_places() -> None:
    """Three rows for one place get a third each."""
    assert looked_at(np.array([0.9, 0.5, 0.5, 0.5]), np.zeros(4, int), 2) == pytest.approx([1, 1 / 3, 1 / 3, 1 / 3])


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=40), st.integers(1, 9))
def test_the_budget_is_spent_whatever_the_order(rows: list[tuple[int, int]], budget: int) -> None:
    """Each period spends min(budget, its rows); shuffled rows keep their chance."""
    scores, days = np.array([s / 4 for s, _ in rows]), np.array([day for _, day in rows])
    shares = looked_at(scores, days, budget)
    for day in set(days.tolist()):
        assert shares[days == day].sum() == pytest.approx(min(budget, (days == day).sum()))
    order = np.random.default_rng(3).permutation(len(rows))
    assert looked_at(scores[order], days[order], budget) == pytest.approx(shares[order])


def test_recall_and_precision_at_the_budget() -> None:
    """By hand: of three attacks two are among the best two of their days; half of the looks are spent well."""
    judged = units(
        [0.9, 0.8, 0.7, 0.6, 0.5],
        [1, 0, 1, 1, 0],
        ("no", "yes"),
        positive="yes",
        periods=["mo", "mo", "mo", "tu", "tu"],
    )
    found = bootstrap([workload(judged, 2)], 5)
    assert found["recall_at_2"].value == pytest.approx(2 / 3)
    assert found["precision_at_2"].value == pytest.approx(2 / 4)
    with pytest.raises(InputError, match="positive"):
        workload(units([0.9, 0.8], [1, 0], ("no", "yes")), 1)
