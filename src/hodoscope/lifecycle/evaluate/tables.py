"""One-vs-rest 2×2 tables at the shipped decision: TP FP FN TN, precision, recall, FPR, F1, MCC; macro and micro F1.

A row whose truth allows several classes is right for the class decided. For the other classes it allows it is no miss:
it is left out of their tables.
"""

import numpy as np

from hodoscope.lifecycle.evaluate.counted import Cells, Counted, ratio
from hodoscope.lifecycle.evaluate.units import Codes, Flags, Floats, Units

TP, FP, FN, TN, LEFT_OUT = range(5)
FIGURES = ("precision", "recall", "fpr", "f1", "mcc")


def outcomes(units: Units, index: int) -> Codes:
    """TP, FP, FN, TN or LEFT_OUT per row for the class ``index``, (rows,)."""
    decided = units.decisions == index
    allowed: Flags = units.truth[:, index]
    answers = np.select([decided & allowed, decided, allowed & units.right, allowed], [TP, FP, LEFT_OUT, FN], TN)
    return answers.astype(np.int64)


def figures(counts: Floats) -> Floats:
    """Precision, recall, false-positive rate, F1 and MCC (…, 5) of counts (…, ≥ 4) in the order TP FP FN TN.

    MCC: Matthews 1975 (doi:10.1016/0005-2795(75)90109-9). Any of them is NaN where its denominator is 0.
    """
    tp, fp, fn, tn = (counts[..., column] for column in (TP, FP, FN, TN))
    spread = np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
    return np.stack(
        [
            ratio(tp, tp + fp),
            ratio(tp, tp + fn),
            ratio(fp, fp + tn),
            ratio(2 * tp, 2 * tp + fp + fn),
            ratio(tp * tn - fp * fn, spread),
        ],
        axis=-1,
    )


def class_table(units: Units, index: int) -> Counted:
    """The figures of one class; their names carry ``[CLASS]`` unless it is the positive class."""
    cells = Cells.of(units.groups, outcomes(units, index), 5)
    label = "" if units.positive is not None else f"[{units.classes[index]}]"
    support = [
        cells.groups_with(np.isin(np.arange(5), rows))
        for rows in ((TP, FP), (TP, FN), (FP, TN), (TP, FP, FN), (TP, FP, FN, TN))
    ]
    return Counted(tuple(f"{name}{label}" for name in FIGURES), np.array(support), (cells,), figures)


def averaged(units: Units) -> Counted:
    """Accuracy, macro F1 (classes without any unit and decision left out) and micro F1 over all classes.

    Micro F1 differs from accuracy only by abstentions: 2 · right / (decided + rows).
    """
    size = len(units.classes)
    cells = tuple(Cells.of(units.groups, outcomes(units, index), 5) for index in range(size))
    state = np.where(units.right, 2, np.where(units.decisions >= 0, 1, 0))
    cells = (*cells, Cells.of(units.groups, state, 3))

    def finish(totals: Floats) -> Floats:
        scores = figures(totals[..., : 5 * size].reshape(*totals.shape[:-1], size, 5))[..., FIGURES.index("f1")]
        known = ~np.isnan(scores)
        macro = ratio(np.where(known, scores, 0).sum(axis=-1), known.sum(axis=-1))
        abstained, wrong, right = (totals[..., 5 * size + column] for column in range(3))
        rows = abstained + wrong + right
        return np.stack([ratio(right, rows), macro, ratio(2 * right, rows + wrong + right)], axis=-1)

    return Counted(("accuracy", "macro_f1", "micro_f1"), np.full(3, len(np.unique(units.groups))), cells, finish)


def all_right(units: Units) -> Counted:
    """Share of wholes (a form, an incident) whose every unit is right. A whole is in the group of its first unit."""
    size = int(units.wholes.max()) + 1
    complete = np.bincount(units.wholes, weights=~units.right, minlength=size) == 0
    whole, first = np.unique(units.wholes, return_index=True)
    cells = Cells.of(units.groups[first], complete[whole].astype(np.int64), 2)
    return Counted(
        ("whole_right",),
        np.array([len(np.unique(units.groups))]),
        (cells,),
        lambda totals: ratio(totals[..., 1:2], totals.sum(axis=-1, keepdims=True)),
    )
