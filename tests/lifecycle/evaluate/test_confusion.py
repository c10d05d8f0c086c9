"""Decisions against truths, with several right answers and abstentions."""

import numpy as np
from sklearn.metrics import confusion_matrix
from tests.lifecycle.evaluate.cases import multiclass

from hodoscope.lifecycle.evaluate.confusion import FN, FP, LEFT_OUT, TN, TP, confusion
from hodoscope.lifecycle.evaluate.units import units


def test_an_allowed_answer_is_no_miss_for_the_other() -> None:
    """Decided a where a or b are right: TP for a, left out for b; decided c: FN for both."""
    judged = units(
        [[0.8, 0.1, 0.1], [0.1, 0.1, 0.8], [0.1, 0.1, 0.8]], [{"a", "b"}, {"a", "b"}, {"c"}], ("a", "b", "c")
    )
    counts = confusion(judged)
    found = [counts.outcomes(index)[counts.cell].tolist() for index in range(3)]
    assert found == [[TP, FN, TN], [LEFT_OUT, FN, TN], [TN, FP, TP]]


def test_single_truths_give_the_usual_matrix() -> None:
    """Against scikit-learn, abstentions in the first column."""
    many = multiclass(4)
    judged = units(many.probabilities, many.truth.argmax(axis=1), many.classes, thresholds={"a": 0.6})
    counts = confusion(judged)
    order = counts.truths[:4].argmax(axis=1).argsort()
    table = counts.matrix()[order]
    assert table[:, 0].sum() == (judged.decisions == -1).sum() > 0
    expected = confusion_matrix(judged.truth.argmax(axis=1), judged.decisions, labels=[-1, 0, 1, 2, 3])
    assert table.tolist() == expected[1:].tolist()


def test_many_classes_are_told_apart() -> None:
    """More than eight classes need more than one byte of truth."""
    judged = multiclass(1, classes=8)
    wide = units(
        np.hstack([judged.probabilities, np.zeros((judged.rows, 3))]), judged.truth.argmax(axis=1), tuple("abcdefghijk")
    )
    counts = confusion(wide)
    assert (counts.truths[counts.cell] == wide.truth).all()
    assert (counts.decided[counts.cell] == wide.decisions).all()
