"""No row, group, instant or near-duplicate stands on both sides of a split."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.errors import InputError
from hodoscope.lifecycle.split import Fold, assert_disjoint, by_group, by_time, leave_one_group_out, nested

GROUPS = np.array([0, 1, 0, 2, 1])
LISTS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 1)), min_size=8, max_size=60)


@given(LISTS, st.integers(0, 3))
def test_folds_by_group_test_each_row_once(rows: list[tuple[int, int]], seed: int) -> None:
    """Groups stay whole, and the seed decides alone."""
    groups, labels = np.array(rows, np.int64).T
    if len(np.unique(groups)) < 3:
        return
    folds = by_group(groups, labels, 3, seed)
    assert np.sort(np.concatenate([fold.test for fold in folds])).tolist() == list(range(len(rows)))
    for fold, again in zip(folds, by_group(groups, labels, 3, seed), strict=True):
        assert_disjoint(fold, groups)
        assert len(fold.train) + len(fold.test) == len(rows)
        assert fold.test.tolist() == again.test.tolist()


def test_folds_by_group_spread_the_classes() -> None:
    """40 groups, one in four positive: every fold has about its share, also when each row is a group."""
    labels = np.repeat(np.arange(40) % 4 == 0, 5).astype(np.int64)
    for groups in (np.repeat(np.arange(40), 5), np.arange(200)):
        for fold in by_group(groups, labels, 4, 1):
            assert 0.2 <= labels[fold.test].mean() <= 0.3


@given(LISTS, st.integers(1, 3), st.integers(0, 2))
def test_folds_by_time_never_train_on_the_future(rows: list[tuple[int, int]], folds: int, gap: int) -> None:
    """Nor on the gap before the test, nor on a group that is tested."""
    times, groups = np.array(rows, np.int64).T
    try:
        found = by_time(times, folds, gap, groups)
    except InputError:
        return
    assert len(found) == folds
    for fold, later in zip(found, [*found[1:], None], strict=True):
        assert len(fold.test)
        assert_disjoint(fold, times, groups)
        assert not len(fold.train) or times[fold.train].max() < times[fold.test].min() - gap
        assert later is None or times[fold.test].max() < times[later.test].min()


def test_folds_by_time_are_of_about_equal_size() -> None:
    """A hundred instants in four folds: the first fifth only trains."""
    folds = by_time(np.arange(100)[::-1], 4)
    assert [len(fold.test) for fold in folds] == [20, 20, 20, 20]
    assert [len(fold.train) for fold in folds] == [20, 40, 60, 80]


def test_too_few_instants_or_groups_are_told() -> None:
    """A 1-row group is fine, too few groups are not."""
    with pytest.raises(InputError, match="3 folds and a gap of 0 for 2 instants"):
        by_time(np.array([1, 1, 2]), 3)
    with pytest.raises(InputError, match="4 folds of 3 groups"):
        by_group(GROUPS, np.zeros(5, np.int64), 4, 1)
    assert sorted(len(fold.test) for fold in by_group(GROUPS, np.zeros(5, np.int64), 3, 1)) == [1, 2, 2]


def test_nested_folds_stay_inside_the_outer_training_rows() -> None:
    """No inner fold sees an outer test row, and inner folds keep groups whole as well."""
    groups, labels = np.repeat(np.arange(12), 4), np.tile([0, 1], 24)
    for one in nested(by_group(groups, labels, 3, 1), groups, labels, 2, 1):
        tested = np.concatenate([fold.test for fold in one.inner])
        assert np.sort(tested).tolist() == one.outer.train.tolist()
        for fold in one.inner:
            assert_disjoint(fold, groups)
            assert_disjoint(Fold(np.union1d(fold.train, fold.test), one.outer.test, "outer"), groups)


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
