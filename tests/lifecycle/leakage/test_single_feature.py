"""The area of each column alone, against scikit-learn."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from sklearn.metrics import roc_auc_score

from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.leakage.single_feature import column_scores, least_significant

ROWS = st.lists(st.tuples(st.integers(-2, 2), st.integers(0, 2)), min_size=3, max_size=40)


@given(ROWS, st.booleans())
def test_areas_equal_those_of_scikit_learn(rows: list[tuple[int, int]], sparse: bool) -> None:
    """Ties, negative values, absent classes, dense and sparse."""
    values, labels = np.array(rows, np.int64).T
    column = values[:, None].astype(np.float64)
    (score,) = column_scores(Features(("x",), csr_array(column) if sparse else column), labels, ("a", "b", "c"))
    present = [label for label in range(3) if 0 < (labels == label).sum() < len(labels)]
    expected = {"abc"[label]: roc_auc_score(labels == label, values) for label in present}
    farthest = max((abs(area - 0.5) for area in expected.values()), default=0.0)
    assert abs(abs(score.auc - 0.5) - farthest) < 1e-12
    assert not expected or abs(expected[score.label] - score.auc) < 1e-12


def test_chance_needs_a_larger_area_in_fewer_rows_and_more_columns() -> None:
    """Of 200 scans of 50 useless columns about two may exceed the bound."""
    dice = np.random.default_rng(1)
    labels = np.arange(100) % 2
    bound = least_significant(np.array([50, 50]), 50)
    scans = [column_scores(Features(tuple(map(str, range(50))), dice.normal(size=(100, 50))), labels, ("a", "b"))
             for _ in range(200)]  # fmt: skip
    alarms = sum(max(score.separation for score in scan) > bound for scan in scans)
    assert alarms <= 8
    assert least_significant(np.array([5, 5]), 50) > bound > least_significant(np.array([500, 500]), 50)
    assert least_significant(np.array([50, 50]), 5000) > bound
