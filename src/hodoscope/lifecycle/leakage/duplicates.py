"""Test rows that the model has practically seen: equal or nearly equal rows among its training rows."""

import hashlib
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.split import Fold


def equal_rows(features: Features) -> NDArray[np.int64]:
    """An index per row (rows,), the same for rows whose values are all equal."""
    if features.sparse:
        sparse = features.values.sorted_indices()
        ends = sparse.indptr
        keys = [
            hashlib.sha256(sparse.indices[start:end].tobytes() + sparse.data[start:end].tobytes()).digest()
            for start, end in pairwise(ends)
        ]
        return np.asarray(np.unique(np.array(keys, "S32"), return_inverse=True)[1], np.int64)
    values = np.ascontiguousarray(features.values) + 0.0  # -0.0 becomes 0.0
    rows = values.view(np.dtype((np.void, values.itemsize * values.shape[1]))).ravel()
    return np.asarray(np.unique(rows, return_inverse=True)[1], np.int64)


def share_seen(fold: Fold, partition: NDArray[np.int64]) -> float:
    """Share of test rows whose value of ``partition`` (rows,) occurs among the training rows."""
    if not len(fold.test):
        return 0.0
    return float(np.isin(partition[fold.test], partition[fold.train]).mean())
