"""Out-of-fold scores of the exported pipeline: every row is scored by a head that never saw its site."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

from hodoscope.forms.field_head import fit_fields, label_fields
from hodoscope.forms.fit import Settings, fit
from hodoscope.forms.head import Floats

FOLDS = 10
Codes = NDArray[np.int64]


def codes(values: Sequence[str]) -> tuple[tuple[str, ...], Codes]:
    """Sorted distinct values and each value's index among them."""
    names, found = np.unique(np.asarray(values), return_inverse=True)
    return tuple(str(name) for name in names), found.astype(np.int64).reshape(-1)


def out_of_fold(
    table: pa.Table, rows: Codes, labels: Codes, classes: tuple[str, ...], groups: Codes, settings: Settings
) -> Floats:
    """Probabilities (units, classes); unit ``i`` has the vector ``table[rows[i]]``.

    An unmapped unit (row -1) trains nothing and gets a little more than chance for a wrong class.
    """
    found = np.zeros((len(rows), len(classes)))
    for own, other in _folds(rows, groups):
        present, known = _present(labels[own])
        names = tuple(classes[code] for code in present)
        head = fit(table.take(rows[own]), known, names, groups[own], settings)
        found[np.ix_(other, present)] = head.probabilities(table.take(rows[other]))
    return _lost(found, rows, labels)


def out_of_fold_fields(
    fields: pa.Table, rows: Codes, labels: Codes, classes: tuple[str, ...], groups: Codes, settings: Settings
) -> tuple[Codes, Floats]:
    """Decoded labels (units,) and probabilities (units, classes): segments decoded whole, unmapped units wrong."""
    decided, found = np.full(len(rows), -1, np.int64), np.zeros((len(rows), len(classes)))
    segments = fields["segment"].to_numpy()
    for own, other in _folds(rows, groups):
        present, known = _present(labels[own])
        names = tuple(classes[code] for code in present)
        model = fit_fields(fields, rows[own], known, names, groups[own], settings)
        chosen, chances = label_fields(model, fields, np.unique(segments[rows[other]]).tolist())
        decided[other] = present[chosen[rows[other]]]
        found[np.ix_(other, present)] = chances[rows[other]]
    return decided, _lost(found, rows, labels)


def _folds(rows: Codes, groups: Codes) -> list[tuple[Codes, Codes]]:
    """Unit numbers that train and that test, without the unmapped."""
    mapped = np.flatnonzero(rows >= 0)
    return [(mapped[train], mapped[test]) for train, test in GroupKFold(FOLDS).split(mapped, groups=groups[mapped])]


def _present(labels: Codes) -> tuple[Codes, Codes]:
    """Classes that occur (a rare one may stand on one site only), and the labels among them."""
    present, known = np.unique(labels, return_inverse=True)
    return present, known.astype(np.int64).reshape(-1)


def _lost(found: Floats, rows: Codes, labels: Codes) -> Floats:
    lost = np.flatnonzero(rows < 0)
    count = found.shape[1]
    found[lost] = 1 / (count + 1)
    found[lost, (labels[lost] + 1) % count] += 1 / (count + 1)
    return found
