"""No group stands on both sides of a split."""

import numpy as np
import pytest

from hodoscope.errors import InputError
from hodoscope.lifecycle.split import Fold, assert_disjoint, leave_one_group_out

GROUPS = np.array([0, 1, 0, 2, 1])


def test_each_group_is_left_out_once() -> None:
    """With its name."""
    folds = leave_one_group_out(GROUPS, ["a", "b", "c"])
    assert [(fold.name, fold.test.tolist()) for fold in folds] == [("a", [0, 2]), ("b", [1, 4]), ("c", [3])]
    for fold in folds:
        assert_disjoint(fold, GROUPS)
        assert np.union1d(fold.train, fold.test).tolist() == [0, 1, 2, 3, 4]


def test_one_group_cannot_be_left_out() -> None:
    """Nothing would be left to train on."""
    with pytest.raises(InputError, match="at least two"):
        leave_one_group_out(np.zeros(4, np.int64))


def test_a_shared_row_group_or_near_duplicate_is_an_error() -> None:
    """Each names a row."""
    with pytest.raises(InputError, match="the first is row 1"):
        assert_disjoint(Fold(np.array([0, 1]), np.array([1, 3]), "f"))
    with pytest.raises(InputError, match=r"partition 0 .* row 2"):
        assert_disjoint(Fold(np.array([0, 1]), np.array([2, 3]), "f"), GROUPS)
    near_duplicates = np.array([0, 1, 2, 1, 4])
    with pytest.raises(InputError, match=r"partition 1 .* row 3"):
        assert_disjoint(Fold(np.array([0, 1, 2, 4]), np.array([3]), "f"), GROUPS, near_duplicates)
