"""One call measures everything: all rows, slices, baselines."""

import json

import numpy as np
import pytest
from tests.lifecycle.evaluate.cases import binary, multiclass

from hodoscope.errors import InputError
from hodoscope.lifecycle.evaluate.bootstrap import Resampling
from hodoscope.lifecycle.evaluate.evaluation import Plan, evaluate
from hodoscope.lifecycle.evaluate.units import units
from hodoscope.lifecycle.metric import Evaluation

QUICK = Plan(Resampling(draws=100))


def test_slices_hold_the_figures_of_their_rows() -> None:
    """As if evaluated alone, but with the draws of the whole."""
    all_rows = binary(1)
    language = np.where(np.arange(all_rows.rows) % 3 == 0, "de", "en")
    judged = units(
        all_rows.probabilities,
        all_rows.truth,
        all_rows.classes,
        all_rows.groups,
        slices={"language": language},
        positive="yes",
    )
    alone = language == "de"
    part = units(judged.probabilities[alone], judged.truth[alone], judged.classes, positive="yes")
    found = evaluate(judged, plan=QUICK).slices
    assert set(found) == {"language=de", "language=en"}
    expected = evaluate(part, plan=QUICK).metrics
    for name in ("auc", "ap", "precision", "recall", "ece", "log_loss"):
        assert found["language=de"][name].value == pytest.approx(expected[name].value)


def test_a_baseline_stands_beside_with_the_paired_gain() -> None:
    """The gain is ours minus theirs."""
    judged = binary(2)
    naive = judged.with_probabilities(np.full(judged.rows, 0.3))
    found = evaluate(judged, {"class shares": naive}, QUICK)
    beside = found.baselines["class shares"]
    assert beside["auc"].value == 0.5
    assert beside["auc_gain"].value == pytest.approx(found.metrics["auc"].value - 0.5)
    assert beside["auc_gain"].low > 0


def test_a_baseline_over_other_rows_is_refused() -> None:
    """Pairing needs the same truth."""
    with pytest.raises(InputError, match=r"baselines\.other"):
        evaluate(binary(2), {"other": binary(3)}, QUICK)


def test_every_class_has_its_figures_where_none_is_the_positive() -> None:
    """And every interval holds its value."""
    found = evaluate(multiclass(1), plan=QUICK)
    assert {"auc[a]", "recall[d]", "macro_f1", "whole_right", "ece"} <= set(found.metrics)
    assert all(metric.low <= metric.value <= metric.high for metric in found.metrics.values())


def test_the_evaluation_survives_its_json() -> None:
    """Undefined figures included: a class that never occurs."""
    judged = units([[0.9, 0.1, 0.0], [0.2, 0.8, 0.0]], [0, 1], ("a", "b", "c"))
    found = evaluate(judged, plan=QUICK, config={"command": "here"})
    text = json.dumps(found.to_json(), allow_nan=False)
    again = Evaluation.from_json(text)
    assert np.isnan(again.metrics["recall[c]"].value)
    assert again.config == {"command": "here", "draws": 100, "seed": 7, "level": 0.95, "rows": 2, "groups": 2}


def test_budgets_and_delays_are_measured_where_asked() -> None:
    """On all rows and in the slices, each with its own rows only."""
    base = binary(4)
    attack = np.where(base.truth[:, 1], np.char.add("a", (base.groups % 7).astype(str)), "")
    judged = units(
        base.probabilities,
        base.truth,
        base.classes,
        base.groups,
        positive="yes",
        slices={"half": np.arange(base.rows) % 2},
        periods=np.arange(base.rows) // 100,
        attacks=attack,
        seconds=np.arange(base.rows, dtype=float),
    )
    found = evaluate(judged, plan=Plan(Resampling(draws=100), budgets=(20,)))
    assert found.metrics["precision_at_20"].value > found.metrics["precision"].value - 0.2
    assert found.metrics["attacks_detected"].value == 1
    assert found.slices["half=1"]["recall_at_20"].value > found.metrics["recall_at_20"].value
