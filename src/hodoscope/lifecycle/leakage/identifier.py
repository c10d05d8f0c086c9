"""Columns that name a thing rather than measure it, and predict the label by the name alone."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hodoscope.lifecycle.leakage.single_feature import aucs
from hodoscope.lifecycle.split import Fold

FOLDS = 5
BINS = 32
NAMING = frozenset(
    {
        "id", "ids", "uid", "uuid", "guid", "ip", "ipv4", "ipv6", "addr", "address", "mac", "port", "host", "hostname",
        "user", "username", "account", "email", "mail", "session", "flow", "file", "filename", "path", "url", "domain",
        "hash", "md5", "sha1", "sha256", "timestamp", "datetime", "date", "serial", "sequence", "row", "index",
    }
)  # fmt: skip
"""Words that, at the end of a column's name, say that it names a thing."""
MEASURING = frozenset(
    {
        "per", "count", "number", "distinct", "unique", "share", "rate", "ratio", "mean", "sum", "max", "min", "std",
        "is", "has", "same", "new", "known", "age", "since", "entropy", "length",
    }
)  # fmt: skip
"""Words that, anywhere in it, say that it measures one: ``failures_per_user``, ``is_new_host``."""


def named_like_identifier(column: str) -> bool:
    """Whether a name such as ``Dst_Port``, ``userId`` or ``flow id`` says that the column names a thing."""
    split = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", column)
    words = [word.lower() for word in re.split(r"[^A-Za-z0-9]+", split) if word]
    return bool(words) and words[-1] in NAMING and not MEASURING.intersection(words)


def fold_numbers(rows: int, folds: Sequence[Fold], seed: int) -> NDArray[np.int64]:
    """The fold that tests each row (rows,): of ``folds`` where they test every row once, else ``FOLDS`` random ones.

    By the folds in use a value that gives the label away only among rows of one group, which stay together, is no leak.
    """
    tested = np.concatenate([fold.test for fold in folds]) if folds else np.zeros(0, np.int64)
    if len(tested) == rows and len(np.unique(tested)) == rows:
        number = np.zeros(rows, np.int64)
        for place, fold in enumerate(folds):
            number[fold.test] = place
        return number
    return np.asarray(np.random.default_rng(seed).permutation(rows) % FOLDS, np.int64)


def by_exact_value(
    values: NDArray[np.generic], labels: NDArray[np.int64], classes: int, fold: NDArray[np.int64]
) -> NDArray[np.float64]:
    """AUC per class (classes,) of guessing from what rows with the very same value were, out of ``fold`` (rows,).

    A row is scored by the class's share among rows of the other folds with its value, pulled towards the overall share
    by one row. A value met nowhere else gets the overall share, so a column whose values are all different scores .5
    however it is related to the label.
    """
    codes = np.unique(values, return_inverse=True)[1].reshape(-1)
    distinct = int(codes.max(initial=-1)) + 1
    overall = np.bincount(labels, minlength=classes) / max(1, len(labels))
    scores = np.zeros((len(codes), classes))
    for number in np.unique(fold):
        other = fold != number
        seen = np.bincount(codes[other] * classes + labels[other], minlength=distinct * classes).reshape(-1, classes)
        share = (seen + overall) / (seen.sum(axis=1, keepdims=True) + 1)
        scores[~other] = share[codes[~other]]
    return np.array([_area(scores[:, label], labels == label) for label in range(classes)])


def by_range(
    values: NDArray[np.floating], labels: NDArray[np.int64], classes: int, fold: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The same for ``BINS`` ranges of equal numbers of rows: what a smooth relation to the label is worth."""
    edges = np.unique(np.quantile(values, np.linspace(0, 1, BINS + 1)[1:-1]))
    return by_exact_value(np.searchsorted(edges, values, side="right"), labels, classes, fold)


def _area(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> float:
    distinct, position = np.unique(scores, return_inverse=True)
    counts = np.bincount(position * 2 + positive, minlength=2 * len(distinct)).reshape(-1, 2)
    return float(aucs(counts)[1])
