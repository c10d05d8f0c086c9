"""What each column says alone: its area under the ROC curve as an ordered number."""

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.leakage.leak import ColumnScore

FALSE_ALARM_RATE = 0.01
"""Chance that any of the scanned columns looks better than guessing although none is (Bonferroni over them)."""


def column_scores(features: Features, labels: NDArray[np.int64], classes: tuple[str, ...]) -> list[ColumnScore]:
    """One score per column, in column order; classes without rows are left out, a constant column has AUC .5."""
    columns = features.values.tocsc() if features.sparse else features.values
    totals = np.bincount(labels, minlength=len(classes))
    found = []
    for number, name in enumerate(features.names):
        if features.sparse:
            part = slice(columns.indptr[number], columns.indptr[number + 1])
            counts = _counts(columns.data[part], labels[columns.indices[part]], totals)
        else:
            counts = _counts(columns[:, number], labels, totals)
        areas = aucs(counts)
        best = int(np.nanargmax(np.abs(areas - 0.5))) if not np.isnan(areas).all() else 0
        area = float(np.nan_to_num(areas[best], nan=0.5))
        low = _lower_bound(max(area, 1 - area), int(totals[best]), int(totals.sum() - totals[best]))
        found.append(ColumnScore(name, area, classes[best], low))
    return found


def aucs(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """One-against-rest areas (classes,), from rows counted by ascending value and class (values, classes).

    Ties count half (Mann and Whitney 1947). NaN for a class without rows or without others.
    """
    others = counts.sum(axis=1, keepdims=True) - counts
    below = np.cumsum(others, axis=0) - others
    pairs = counts.sum(axis=0) * others.sum(axis=0).astype(np.float64)
    won = (counts * (below + 0.5 * others)).sum(axis=0)
    return np.asarray(np.divide(won, pairs, out=np.full(counts.shape[1], np.nan), where=pairs > 0))


def least_significant(totals: NDArray[np.int64], columns: int) -> float:
    """The separation that chance reaches in at most ``FALSE_ALARM_RATE`` of scans of ``columns`` useless columns.

    Normal approximation of the Mann-Whitney statistic for the smallest class with rows, two-sided.
    """
    present = totals[totals > 0]
    few, rest = int(present.min()), int(present.sum() - present.min())
    if not rest:
        return 1.0
    spread = np.sqrt((few + rest + 1) / (12 * few * rest))
    return float(0.5 + spread * NormalDist().inv_cdf(1 - FALSE_ALARM_RATE / (2 * max(1, columns))))


def _lower_bound(area: float, positives: int, negatives: int) -> float:
    """One-sided 95 % bound of an area by the standard error of Hanley and McNeil (1982)."""
    if not positives or not negatives:
        return 0.5
    both_positive, both_negative = area / (2 - area), 2 * area**2 / (1 + area)
    spread = (
        area * (1 - area) + (positives - 1) * (both_positive - area**2) + (negatives - 1) * (both_negative - area**2)
    )
    return float(area - NormalDist().inv_cdf(0.95) * np.sqrt(max(spread, 0.0) / (positives * negatives)))


def _counts(values: NDArray[np.floating], labels: NDArray[np.int64], totals: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows per distinct value and class; rows that are not among ``values`` hold 0 (sparse columns)."""
    absent = totals - np.bincount(labels, minlength=len(totals))
    distinct, position = np.unique(values, return_inverse=True)
    counts = np.bincount(position * len(totals) + labels, minlength=len(distinct) * len(totals))
    counts = counts.reshape(len(distinct), len(totals))
    place = int(np.searchsorted(distinct, 0.0))
    return np.insert(counts, place, absent, axis=0) if absent.any() else counts
