"""What decisions at the shipped thresholds are worth: one-vs-rest 2×2 figures, accuracy, macro and micro F1, wholes."""

import numpy as np

from hodoscope.lifecycle.evaluate.confusion import FN, FP, TN, TP, confusion
from hodoscope.lifecycle.evaluate.counted import Cells, Counted, Sums, ratio
from hodoscope.lifecycle.evaluate.units import Codes, Floats, Units

FIGURES = ("precision", "recall", "fpr", "f1", "mcc")
BEHIND = ((TP, FP), (TP, FN), (FP, TN), (TP, FP, FN), (TP, FP, FN, TN))
"""Outcomes that each figure rests on."""


def figures(counts: Floats) -> Floats:
    """Precision, recall, false-positive rate, F1 and MCC (…, 5) of counts (…, ≥ 4) in the order TP FP FN TN.

    MCC: Matthews 1975 (doi:10.1016/0005-2795(75)90109-9). Any of them is NaN where its denominator is 0.
    """
    tp, fp, fn, tn = (counts[..., column] for column in (TP, FP, FN, TN))
    spread = np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
    parts = (
        ratio(tp, tp + fp),
        ratio(tp, tp + fn),
        ratio(fp, fp + tn),
        ratio(2 * tp, 2 * tp + fp + fn),
        ratio(tp * tn - fp * fn, spread),
    )
    return np.stack(parts, axis=-1)


def decisions(units: Units) -> Counted:
    """The :data:`FIGURES` of each reported class, then accuracy, macro F1 and micro F1 over all classes.

    Names carry ``[CLASS]`` unless there is a positive class. Macro F1 leaves out classes that were never right nor
    decided. Micro F1 is 2 · right / (rows + decided): it differs from accuracy by abstentions only.
    """
    counts = confusion(units)
    cells = Cells.of(units.groups, counts.cell, counts.size)
    every, reported = range(len(units.classes)), list(units.reported)
    tables = np.stack([counts.table(index) for index in every])
    right, decided = counts.right, counts.decided >= 0
    names, support = [], []
    for index in reported:
        outcomes = counts.outcomes(index)
        names += [units.named(figure, index) for figure in FIGURES]
        support += [cells.groups_with(np.isin(outcomes, behind)) for behind in BEHIND]

    def finish(totals: Floats) -> Floats:
        scores = np.stack([figures(totals @ table) for table in tables], axis=1)
        f1 = scores[..., FIGURES.index("f1")]
        known = ~np.isnan(f1)
        macro = ratio(np.where(known, f1, 0).sum(axis=1), known.sum(axis=1))
        rows, hits, answers = totals.sum(axis=1), totals @ right, totals @ decided
        averages = [ratio(hits, rows), macro, ratio(2 * hits, rows + answers)]
        return np.column_stack([scores[:, reported].reshape(len(totals), -1), *averages])

    return Counted(
        (*names, "accuracy", "macro_f1", "micro_f1"),
        np.array([*support, *[units.groups_present] * 3]),
        (cells,),
        finish,
    )


def all_right(units: Units) -> Counted:
    """Share of wholes (a form, an incident) whose every unit is right. A whole is in the group of its first unit."""
    size = int(units.wholes.max()) + 1
    complete = np.bincount(units.wholes, weights=~units.right, minlength=size) == 0
    whole, first = np.unique(units.wholes, return_index=True)
    sums = Sums.of(units.groups[first], complete[whole])
    support: Codes = np.array([units.groups_present])
    return Counted(("whole_right",), support, (sums,), lambda totals: ratio(totals[:, :1], totals[:, 1:]))
