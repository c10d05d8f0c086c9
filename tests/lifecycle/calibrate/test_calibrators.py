"""Calibrators mend probabilities that were bent, keep those that were right, and travel as JSON."""

import json

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression

from hodoscope.errors import InputError
from hodoscope.lifecycle.calibrate.one_vs_rest import log_odds, normalised
from hodoscope.lifecycle.calibrate.stored import KINDS, from_json
from hodoscope.lifecycle.evaluate.calibration_error import calibration
from hodoscope.lifecycle.evaluate.units import Floats, Units, units


def honest(seed: int, rows: int = 4000, classes: int = 3) -> Units:
    """Truth drawn from the stated probabilities."""
    dice = np.random.default_rng(seed)
    chances = dice.dirichlet(np.full(classes, 0.7), rows)
    truth = (chances.cumsum(axis=1) > dice.random((rows, 1))).argmax(axis=1)
    return units(chances, truth, tuple("abcde"[:classes]))


def bent(chances: Floats) -> Floats:
    """Far too sure of itself: temperature 1/3."""
    raised = chances**3
    total: Floats = raised / raised.sum(axis=1, keepdims=True)
    return total


def error(judged: Units) -> float:
    """Expected calibration error."""
    statistic = calibration(judged)[0]
    return float(statistic.finish(statistic.gather(np.ones(judged.rows, np.int32))[np.newaxis])[0, 0])


@pytest.mark.parametrize("kind", ["isotonic", "platt", "temperature"])
@pytest.mark.parametrize("classes", [2, 3])
def test_an_overconfident_model_is_mended(kind: str, classes: int) -> None:
    """On units that were not learned from, the error falls to a quarter at least."""
    learned, later = honest(1, classes=classes), honest(2, classes=classes)
    calibrator = KINDS[kind].fit(bent(learned.probabilities), learned.truth)
    before = later.with_probabilities(bent(later.probabilities))
    after = later.with_probabilities(calibrator.apply(before.probabilities))
    assert error(before) > 0.08
    assert error(after) < error(before) / 4


@pytest.mark.parametrize("kind", KINDS)
def test_probabilities_stay_probabilities_and_json_gives_the_same(kind: str) -> None:
    """Certainties included; the same bits after a round trip."""
    learned = honest(3, rows=300)
    calibrator = KINDS[kind].fit(learned.probabilities, learned.truth)
    hard = np.vstack([learned.probabilities, np.eye(3)])
    calibrated = calibrator.apply(hard)
    assert np.isfinite(calibrated).all()
    assert calibrated.sum(axis=1) == pytest.approx(np.ones(len(hard)))
    again = from_json(json.loads(json.dumps(calibrator.to_json(), allow_nan=False)))
    assert again == calibrator
    assert (again.apply(hard) == calibrated).all()


def test_temperature_is_found_and_keeps_the_order() -> None:
    """The inverse of the bending; the best class of a row stays the best."""
    learned = honest(4)
    calibrator = KINDS["temperature"].fit(bent(learned.probabilities), learned.truth)
    assert calibrator.to_json()["temperature"] == pytest.approx(3, rel=0.1)
    assert (calibrator.apply(learned.probabilities).argmax(axis=1) == learned.probabilities.argmax(axis=1)).all()


def test_isotonic_steps_are_scikit_learns_within_the_edges() -> None:
    """For two classes the second is the mirror of the first."""
    learned = honest(5, classes=2)
    found = KINDS["isotonic"].fit(learned.probabilities, learned.truth).apply(learned.probabilities)
    reference = IsotonicRegression().fit_transform(learned.probabilities[:, 1], learned.truth[:, 1].astype(float))
    assert found[:, 1] == pytest.approx(reference, abs=2 / learned.rows)


def test_a_class_never_seen_gets_a_small_chance() -> None:
    """No division by nothing: an empty class stays possible."""
    learned = units(np.full((50, 3), 1 / 3), np.arange(50) % 2, ("a", "b", "c"))
    for kind in ("isotonic", "platt"):
        calibrated = KINDS[kind].fit(learned.probabilities, learned.truth).apply(learned.probabilities)
        assert 0 < calibrated[0, 2] < 0.1


def test_a_row_of_zeros_keeps_its_probabilities() -> None:
    """And log odds of certainties are finite."""
    assert normalised(np.zeros((1, 2)), np.array([[0.3, 0.7]])).tolist() == [[0.3, 0.7]]
    assert np.isfinite(log_odds(np.array([0.0, 1.0]))).all()


@pytest.mark.parametrize("document", [3, {"name": "strange"}, {"name": "platt"}, {"name": "isotonic", "corners": 3}])
def test_a_damaged_document_names_the_place(document: object) -> None:
    """The message says where and what to do."""
    with pytest.raises(InputError, match=r"^\$\.calibrator"):
        from_json(document, "$.calibrator")
