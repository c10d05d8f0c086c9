"""How many of the nearest earlier rows share a new row's label (the k-NN test for mislabelled rows; Wilson 1972)."""

import numpy as np
from numpy.typing import NDArray

from hodoscope.lifecycle import extra
from hodoscope.lifecycle.features import Features

MOST_OLD_ROWS = 20_000
"""So many earlier rows are asked, drawn evenly: agreement among 15 neighbours needs no more."""


def agreement(
    features: Features, labels: NDArray[np.int64], new: NDArray[np.bool_], neighbours: int, seed: int
) -> NDArray[np.float64]:
    """(rows,): share of the nearest old rows with the same label; NaN for old rows and without enough old ones.

    Columns are scaled to their spread among the old rows; sparse features (counts of many patterns) are compared by
    angle, dense ones by distance.
    """
    found = np.full(len(labels), np.nan)
    old = np.flatnonzero(~new)
    fresh = np.flatnonzero(new)
    if len(old) <= neighbours or not len(fresh):
        return found
    if len(old) > MOST_OLD_ROWS:
        old = np.sort(np.random.default_rng(seed).choice(old, MOST_OLD_ROWS, replace=False))
    known, asked = features.take(old), features.take(fresh)
    metric = "cosine" if features.sparse else "euclidean"
    spread = np.ones(len(features.names)) if features.sparse else _spread(known.dense())
    index = extra.load("sklearn.neighbors").NearestNeighbors(n_neighbors=neighbours, metric=metric)
    index.fit(known.values if features.sparse else known.dense() / spread)
    nearest = index.kneighbors(asked.values if features.sparse else asked.dense() / spread, return_distance=False)
    found[fresh] = (labels[old][nearest] == labels[fresh][:, None]).mean(axis=1)
    return found


def _spread(values: NDArray[np.float64]) -> NDArray[np.float64]:
    spread: NDArray[np.float64] = values.std(axis=0)
    return np.where(spread > 0, spread, 1.0)
