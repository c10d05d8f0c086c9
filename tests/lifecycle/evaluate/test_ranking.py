"""Areas and recall at a rate equal scikit-learn's, weighted draws included, ties included."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score, roc_curve
from tests.lifecycle.evaluate.cases import binary, multiclass, ones

from hodoscope.lifecycle.evaluate.bootstrap import draw_weights
from hodoscope.lifecycle.evaluate.ranking import Ranking
from hodoscope.lifecycle.evaluate.units import units


@pytest.mark.parametrize("seed", range(8))
def test_a_weighted_draw_equals_scikit_learn_with_sample_weights(seed: int) -> None:
    """AUC, average precision, recall at 5 % false positives, precision at three recalls."""
    judged = binary(seed, decimals=1 + seed % 3)
    weights = draw_weights(judged.group_count, seed, 0)
    rows, truth, scores = weights[judged.groups], judged.truth[:, 1], judged.probabilities[:, 1]
    rates, recalls, _ = roc_curve(truth, scores, sample_weight=rows, drop_intermediate=False)
    expected = [
        roc_auc_score(truth, scores, sample_weight=rows),
        average_precision_score(truth, scores, sample_weight=rows),
        recalls[rates <= 0.05].max(),
    ]
    precisions, reached, _ = precision_recall_curve(truth, scores, sample_weight=rows)
    expected += [precisions[np.flatnonzero(reached >= recall - 1e-12)[-1]] for recall in (0.2, 0.7, 1.0)]
    assert Ranking(judged, 1, (0.05,), (0.2, 0.7, 1.0)).gather(weights) == pytest.approx(expected, abs=1e-12)


def test_each_class_is_ranked_against_the_rest() -> None:
    """Rows that allow a class beside others are left out of its ranking."""
    judged = multiclass(3)
    for index, name in enumerate(judged.classes):
        ranking = Ranking(judged, index)
        kept = ~(judged.truth[:, index] & (judged.truth.sum(axis=1) > 1))
        expected = roc_auc_score(judged.truth[kept, index], judged.probabilities[kept, index])
        assert ranking.names[0] == f"auc[{name}]"
        assert ranking.gather(ones(judged))[0] == pytest.approx(expected)


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=1, max_size=30))
def test_reversed_scores_mirror_the_area(rows: list[tuple[int, bool]]) -> None:
    """AUC of the reversed order is 1 - AUC; without one of the classes there is none."""
    scores, truth = np.array([score for score, _ in rows]) / 4, np.array([int(flag) for _, flag in rows])
    ours, mirrored = (
        Ranking(units(values, truth, ("no", "yes"), positive="yes"), 1).gather(np.ones(len(rows), np.int32))[0]
        for values in (scores, 1 - scores)
    )
    if 0 < truth.sum() < len(truth):
        assert ours + mirrored == pytest.approx(1)
    else:
        assert np.isnan(ours)


def test_support_counts_groups_with_positives_and_negatives() -> None:
    """The interval rests on the scarcer side."""
    judged = units([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1], ("no", "yes"), ["a", "b", "c", "c"], positive="yes")
    assert Ranking(judged, 1).support.tolist() == [1, 1, 1]
