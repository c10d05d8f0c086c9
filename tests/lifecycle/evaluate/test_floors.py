"""A figure below its floor is missed; one whose interval reaches below it is unsure."""

import math

import pytest

from hodoscope.errors import InputError
from hodoscope.lifecycle.evaluate.floors import Standing, floors
from hodoscope.lifecycle.metric import Metric


def test_standings_worst_first() -> None:
    """Undefined counts as missed, without an interval as unsure."""
    metrics = {
        "safe": Metric(0.9, 0.8, 1.0),
        "near": Metric(0.9, 0.6, 1.0),
        "below": Metric(0.6, 0.5, 0.9),
        "undefined": Metric(math.nan, math.nan, math.nan),
        "alone": Metric(0.9, math.nan, math.nan),
    }
    found = floors(metrics, dict.fromkeys(metrics, 0.7))
    assert {floor.name: floor.standing for floor in found} == {
        "safe": Standing.MET,
        "near": Standing.UNSURE,
        "below": Standing.MISSED,
        "undefined": Standing.MISSED,
        "alone": Standing.UNSURE,
    }
    assert [floor.standing for floor in found[:2]] == [Standing.MISSED] * 2
    low_is_good = floors({"fpr": Metric(0.01, 0.005, 0.02), "ece": Metric(0.2, 0.1, 0.3)}, {"fpr": 0.03, "ece": 0.15})
    assert [(floor.name, floor.standing) for floor in low_is_good] == [("ece", Standing.MISSED), ("fpr", Standing.MET)]
    with pytest.raises(InputError, match=r"floors: \['other'\] were not measured"):
        floors(metrics, {"other": 0.1})
