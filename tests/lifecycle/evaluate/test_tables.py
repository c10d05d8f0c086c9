"""2×2 tables and averages equal scikit-learn's; several right answers are no miss."""

import numpy as np
import pytest
from sklearn import metrics
from tests.lifecycle.evaluate.cases import binary, multiclass, ones, repeated

from hodoscope.lifecycle.evaluate.bootstrap import bootstrap, draw_weights
from hodoscope.lifecycle.evaluate.counted import Counted
from hodoscope.lifecycle.evaluate.interface import Weights
from hodoscope.lifecycle.evaluate.tables import FIGURES, all_right, decisions
from hodoscope.lifecycle.evaluate.units import units


def figures(statistic: Counted, weights: Weights) -> dict[str, float]:
    """One draw's figures by name."""
    return dict(zip(statistic.names, statistic.finish(statistic.gather(weights)[np.newaxis])[0].tolist(), strict=True))


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
    found = figures(decisions(judged), weights)
    assert [found[name] for name in FIGURES] == pytest.approx(expected)


def test_a_draw_is_the_data_with_rows_repeated() -> None:
    """For every figure of several classes."""
    judged = multiclass(5)
    weights = draw_weights(judged.group_count, 5, 0)
    expected = figures(decisions(repeated(judged, weights)), ones(judged))
    assert figures(decisions(judged), weights) == pytest.approx(expected)


def test_averages_equal_scikit_learn_where_each_row_has_one_truth() -> None:
    """Accuracy, macro and micro F1."""
    judged = units(multiclass(2).probabilities, multiclass(2).probabilities.argmax(axis=1)[::-1].copy(), tuple("abcd"))
    truth = judged.truth.argmax(axis=1)
    expected = [
        metrics.accuracy_score(truth, judged.decisions),
        metrics.f1_score(truth, judged.decisions, average="macro"),
        metrics.f1_score(truth, judged.decisions, average="micro"),
    ]
    found = figures(decisions(judged), ones(judged))
    assert [found[name] for name in ("accuracy", "macro_f1", "micro_f1")] == pytest.approx(expected)


def test_a_class_without_rows_is_undefined_and_leaves_the_average() -> None:
    """NaN, not 0: an empty class says nothing."""
    judged = units([[0.9, 0.1, 0.0], [0.2, 0.8, 0.0]], [0, 1], ("a", "b", "c"))
    found = bootstrap([decisions(judged)], judged.group_count)
    assert np.isnan([found["recall[c]"].value, found["recall[c]"].low]).all()
    assert found["macro_f1"].value == 1


def test_abstaining_costs_recall_but_no_precision() -> None:
    """Micro F1 is then above accuracy."""
    judged = units([[0.9, 0.1, 0.0], [0.5, 0.4, 0.1]], [0, 0], ("a", "b", "c"), thresholds={"a": 0.6})
    found = figures(decisions(judged), ones(judged))
    assert (found["precision[a]"], found["recall[a]"], found["accuracy"]) == (1, 0.5, 0.5)
    assert found["micro_f1"] == pytest.approx(2 / 3)


def test_a_whole_is_right_only_if_every_unit_is() -> None:
    """One wrong field spoils its form; the form counts once, whatever its size."""
    judged = units(
        [0.9, 0.9, 0.9, 0.1], [1, 0, 1, 0], ("no", "yes"), list("xxyy"), wholes=["f", "f", "g", "h"], positive="yes"
    )
    assert figures(all_right(judged), ones(judged))["whole_right"] == pytest.approx(2 / 3)
    assert figures(all_right(judged), np.array([2, 1], np.int32))["whole_right"] == pytest.approx(2 / 4)
