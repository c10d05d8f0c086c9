"""What the report draws, computed once and written as JSON."""

import json

import numpy as np
import pytest
from tests.lifecycle.evaluate.cases import binary, multiclass

from hodoscope.lifecycle.evaluate.bootstrap import Resampling
from hodoscope.lifecycle.evaluate.detail import Detail, detail
from hodoscope.lifecycle.evaluate.evaluation import Plan
from hodoscope.lifecycle.evaluate.units import units

QUICK = Plan(Resampling(draws=100))


@pytest.fixture(scope="module")
def two() -> Detail:
    """Two classes beside a naive baseline."""
    judged = binary(1)
    return detail(judged, {"naive": judged.with_probabilities(np.full(judged.rows, 0.3))}, QUICK)


def test_tables_and_matrix_count_every_unit(two: Detail) -> None:
    """The same 300 units in the 2×2 table, the matrix and the score distribution."""
    (table,) = two.tables
    assert table.true_positives + table.false_positives + table.false_negatives + table.true_negatives == 300
    assert two.matrix.decided == ("no", "yes")
    assert two.matrix.counts == (
        (table.true_negatives, table.false_positives),
        (table.false_negatives, table.true_positives),
    )
    assert two.scores is not None
    assert sum(two.scores.positives) == table.true_positives + table.false_negatives
    assert sum(two.scores.positives) + sum(two.scores.negatives) == 300


def test_gains_are_corrected_over_all_of_them(two: Detail) -> None:
    """Holm's p-value is never below the raw one."""
    gains = {gain.figure: gain for gain in two.gains["naive"]}
    assert gains["auc"].metric.low > 0
    assert all(gain.adjusted >= gain.p_value for gain in gains.values())


def test_several_truths_and_abstentions_have_their_places() -> None:
    """A row "a or b" per allowed set, single truths first; a column for abstentions where there are any."""
    many = multiclass(2)
    judged = units(many.probabilities, many.truth, many.classes, thresholds={"a": 0.9})
    found = detail(judged, plan=QUICK)
    assert found.matrix.truths[:5] == ("a", "b", "c", "d", "a or b")
    assert found.matrix.decided == ("abstained", "a", "b", "c", "d")
    assert sum(map(sum, found.matrix.counts)) == judged.rows
    assert found.scores is None
    assert len(found.tables) == 4


def test_the_json_is_strict(two: Detail) -> None:
    """Undefined numbers are null."""
    text = json.dumps(two.to_json(), allow_nan=False)
    assert json.loads(text)["matrix"]["decided"] == ["no", "yes"]
