"""Every group counts the same."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from hodoscope.lifecycle.evaluate.bootstrap import bootstrap
from hodoscope.lifecycle.evaluate.per_group import PerGroup, ranked_above


def test_the_area_is_scikit_learns_with_ties() -> None:
    """Scores of few values tie often."""
    random = np.random.default_rng(1)
    generated, chosen = random.integers(2, 8, 300) / 8, random.integers(0, 6, 500) / 8
    truth = np.r_[np.ones(300), np.zeros(500)]
    assert ranked_above(generated, chosen) == pytest.approx(roc_auc_score(truth, np.r_[generated, chosen]))
    assert np.isnan(ranked_above(generated, chosen[:0]))


def test_mean_and_median_over_groups_have_intervals_around_them() -> None:
    """Groups are drawn, NaN is left out."""
    values = [0.2, 0.8, 0.9, 0.9, 1.0, float("nan")]
    found = bootstrap([PerGroup({"recall": values})], len(values))
    assert found["recall_mean"].value == pytest.approx(0.76)
    assert found["recall_median"].value == pytest.approx(0.9)
    assert found["recall_mean"].n == 5
    assert found["recall_mean"].low < 0.76 < found["recall_mean"].high
