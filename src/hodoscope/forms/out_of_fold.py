"""Out-of-fold probabilities of the exported pipeline: every row is scored by a head that never saw its site."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

from hodoscope.forms.fit import Settings, fit
from hodoscope.forms.head import Floats

FOLDS = 10


def codes(values: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Sorted distinct values and each value's index among them."""
    names, found = np.unique(np.asarray(values), return_inverse=True)
    return tuple(str(name) for name in names), found.astype(np.int64).reshape(-1)


def out_of_fold(
    table: pa.Table,
    rows: NDArray[np.int64],
    labels: NDArray[np.int64],
    classes: tuple[str, ...],
    groups: NDArray[np.int64],
    settings: Settings,
) -> Floats:
    """Probabilities (units, classes); unit ``i`` has the vector ``table[rows[i]]``.

    An unmapped unit (row -1) trains nothing and gets a probability of 1 for a class that is wrong.
    """
    found = np.zeros((len(rows), len(classes)))
    mapped = np.flatnonzero(rows >= 0)
    for train, test in GroupKFold(FOLDS).split(mapped, labels[mapped], groups[mapped]):
        own, other = mapped[train], mapped[test]
        head = fit(table.take(rows[own]), labels[own], classes, groups[own], settings)
        found[other] = head.probabilities(table.take(rows[other]))
    lost = np.flatnonzero(rows < 0)
    found[lost, (labels[lost] + 1) % len(classes)] = 1.0
    return found
