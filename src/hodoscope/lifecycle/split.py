"""Which rows train and which test. Rows of one group never stand on both sides."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hodoscope.errors import InputError
from hodoscope.lifecycle import extra


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """Row indices, ascending: ``train`` and ``test`` share none. ``name`` says what was left out."""

    train: NDArray[np.int64]
    test: NDArray[np.int64]
    name: str


def by_group(groups: NDArray[np.int64], labels: NDArray[np.int64], folds: int, seed: int) -> list[Fold]:
    """``folds`` folds of whole groups, each group tested once, classes spread as evenly as whole groups allow.

    Greedy stratified assignment of scikit-learn (``StratifiedGroupKFold``), after a shuffle by ``seed``. Raises
    ``InputError`` when there are fewer groups than folds.
    """
    present, compact, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    if folds < 2 or len(present) < folds:
        raise InputError(f"split by group: {folds} folds of {len(present)} groups; two or more, a group for each")
    selection = extra.load("sklearn.model_selection")
    with warnings.catch_warnings():
        # A class with fewer rows or groups than folds is missing from some tests; the evaluation reports its count.
        warnings.simplefilter("ignore", UserWarning)
        if sizes.max() == 1:  # every row its own group: the same rule, without a loop over groups
            splitter = selection.StratifiedKFold(folds, shuffle=True, random_state=seed)
            pairs = list(splitter.split(labels, labels))
        else:
            splitter = selection.StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
            pairs = list(splitter.split(labels, labels, compact))
    return [Fold(train, test, f"fold {number}") for number, (train, test) in enumerate(pairs, 1)]


def leave_one_group_out(groups: NDArray[np.int64], names: Sequence[str] = ()) -> list[Fold]:
    """One fold per group, in the order of the indices; ``names[group]`` becomes the fold's name when given.

    Raises ``InputError`` for fewer than two groups.
    """
    present = np.unique(groups)
    if len(present) < 2:
        raise InputError(f"leave one group out: {len(present)} group; at least two are needed")
    return [
        Fold(
            np.flatnonzero(groups != group),
            np.flatnonzero(groups == group),
            names[group] if names else f"group {group}",
        )
        for group in present
    ]


def by_time(times: NDArray[np.int64], folds: int, gap: int = 0, groups: NDArray[np.int64] | None = None) -> list[Fold]:
    """Train on the past, test on the next stretch; ``folds`` stretches of about equal size after a first one.

    Rows of one instant stay together. ``gap``, in the unit of ``times``, keeps what happened just before a stretch out
    of its training rows (labels that were not known yet, windows that reach over). With ``groups``, training rows whose
    group is tested are left out too. Raises ``InputError`` when the instants do not suffice.
    """
    instants, position = np.unique(times, return_inverse=True)
    rows_until = np.cumsum(np.bincount(position, minlength=len(instants)))
    # The first stretch only trains; stretch k begins at the instant with k / (folds + 1) of the rows before it.
    begins = np.searchsorted(rows_until, len(times) * np.arange(1, folds + 1) / (folds + 1)) + 1
    if folds < 1 or gap < 0 or len(np.unique(begins)) < folds or begins[-1] >= len(instants):
        raise InputError(f"split by time: {folds} folds and a gap of {gap} for {len(instants)} instants")
    ends = [*begins[1:].tolist(), len(instants)]
    result = []
    for begin, end in zip(begins.tolist(), ends, strict=True):
        test = np.flatnonzero((position >= begin) & (position < end))
        train = times < instants[begin] - gap
        if groups is not None:
            train &= ~np.isin(groups, groups[test])
        result.append(Fold(np.flatnonzero(train), test, f"from {instants[begin]}"))
    return result


@dataclass(frozen=True, slots=True, eq=False)
class Nested:
    """An outer fold, and folds of its training rows alone to choose settings by."""

    outer: Fold
    inner: tuple[Fold, ...]


def nested(
    outer: Sequence[Fold], groups: NDArray[np.int64], labels: NDArray[np.int64], inner_folds: int, seed: int
) -> list[Nested]:
    """Each fold of ``outer`` with inner folds by group; all indices are rows of the data set.

    Raises ``InputError`` when an outer training part has fewer groups than inner folds.
    """
    result = []
    for fold in outer:
        parts = by_group(groups[fold.train], labels[fold.train], inner_folds, seed)
        inner = tuple(
            Fold(fold.train[part.train], fold.train[part.test], f"{fold.name}, {part.name}") for part in parts
        )
        result.append(Nested(fold, inner))
    return result


def assert_disjoint(fold: Fold, *partitions: NDArray[np.int64]) -> None:
    """Raises ``InputError`` when a row, or a value of one of the partitions, stands on both sides of ``fold``.

    A partition is an integer per row of the data set: group indices, or near-duplicate clusters
    (``near_duplicates.clusters``).
    """
    shared = np.intersect1d(fold.train, fold.test)
    if len(shared):
        raise InputError(f"fold {fold.name!r}: {len(shared)} rows are in train and test, the first is row {shared[0]}")
    for number, partition in enumerate(partitions):
        both = np.intersect1d(partition[fold.train], partition[fold.test])
        if len(both):
            row = fold.test[partition[fold.test] == both[0]][0]
            raise InputError(
                f"fold {fold.name!r}: {len(both)} values of partition {number} are in train and test, among them that"
                f" of row {row}; split by the partitions joined (near_duplicates.join_partitions)"
            )
