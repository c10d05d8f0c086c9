"""2×2 tables and averages equal scikit-learn's; several right answers are no miss."""

import numpy as np
import pytest
from sklearn import metrics
from tests.lifecycle.evaluate.cases import binary, multiclass, repeated

from hodoscope.lifecycle.evaluate.bootstrap import bootstrap, draw_weights
from hodoscope.lifecycle.evaluate.counted import Counted
from hodoscope.lifecycle.evaluate.tables import FN, FP, LEFT_OUT, TN, TP, all_right, averaged, class_table, outcomes
from hodoscope.lifecycle.evaluate.units import Floats, units


def figures(statistic: Counted, weights: Floats) -> Floats:
    """One draw's figures."""
    found: Floats = statistic.finish(statistic.gather(weights)[np.newaxis])[0]
    return found


@pytest.mark.parametrize("seed", range(5))
def test_a_weighted_draw_equals_scikit_learn(seed: int) -> None:
    """Precision, recall, FPR, F1, MCC with sample weights."""
    judged = binary(seed)
    weights = draw_weights(judged.group_count, seed, 0)
    rows, truth = weights[judged.groups], judged.truth[:, 1]
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        truth, judged.decisions, average="binary", sample_weight=rows
    )
    specificity = metrics.recall_score(~truth, 1 - judged.decisions, sample_weight=rows)
    expected = [
        precision,
        recall,
        1 - specificity,
        f1,
        metrics.matthews_corrcoef(truth, judged.decisions, sample_weight=rows),
    ]
    assert figures(class_table(judged, 1), weights) == pytest.approx(expected)


def test_a_draw_is_the_data_with_rows_repeated() -> None:
    """For every figure of several classes."""
    judged = multiclass(5)
    weights = draw_weights(judged.group_count, 5, 0)
    again = repeated(judged, weights)
    ones = np.ones(judged.group_count)
    for index in range(len(judged.classes)):
        assert figures(class_table(judged, index), weights) == pytest.approx(figures(class_table(again, index), ones))
    assert figures(averaged(judged), weights) == pytest.approx(figures(averaged(again), ones))


def test_averages_equal_scikit_learn_where_each_row_has_one_truth() -> None:
    """Accuracy, macro and micro F1."""
    judged = units(multiclass(2).probabilities, multiclass(2).probabilities.argmax(axis=1)[::-1].copy(), tuple("abcd"))
    truth = judged.truth.argmax(axis=1)
    expected = [
        metrics.accuracy_score(truth, judged.decisions),
        metrics.f1_score(truth, judged.decisions, average="macro"),
        metrics.f1_score(truth, judged.decisions, average="micro"),
    ]
    assert figures(averaged(judged), np.ones(judged.group_count)) == pytest.approx(expected)


def test_an_allowed_answer_is_no_miss_for_the_other() -> None:
    """Decided a where a or b are right: TP for a, left out for b; decided c: FN for both."""
    judged = units(
        [[0.8, 0.1, 0.1], [0.1, 0.1, 0.8], [0.1, 0.1, 0.8]], [{"a", "b"}, {"a", "b"}, {"c"}], ("a", "b", "c")
    )
    assert [outcomes(judged, index).tolist() for index in range(3)] == [[TP, FN, TN], [LEFT_OUT, FN, TN], [TN, FP, TP]]


def test_a_class_without_rows_is_undefined_and_leaves_the_average() -> None:
    """NaN, not 0: an empty class says nothing."""
    judged = units([[0.9, 0.1, 0.0], [0.2, 0.8, 0.0]], [0, 1], ("a", "b", "c"))
    figures_of_c = bootstrap([class_table(judged, 2)], judged.group_count)
    assert np.isnan(figures_of_c["recall[c]"].value)
    assert np.isnan(figures_of_c["recall[c]"].low)
    assert figures(averaged(judged), np.ones(2)).tolist() == [1, 1, 1]


def test_a_whole_is_right_only_if_every_unit_is() -> None:
    """One wrong field spoils its form; the form counts once, whatever its size."""
    judged = units(
        [0.9, 0.9, 0.9, 0.1], [1, 0, 1, 0], ("no", "yes"), list("xxyy"), wholes=["f", "f", "g", "h"], positive="yes"
    )
    assert figures(all_right(judged), np.ones(2)) == pytest.approx(2 / 3)
    assert figures(all_right(judged), np.array([2.0, 1.0])) == pytest.approx(2 / 4)
