"""Challenger and champion are compared on the same rows, slice by slice."""

from examples.learn_regions import SHEET, RegionsTask, draw

from hodoscope.lifecycle.dataset import Dataset
from hodoscope.lifecycle.evaluate.bootstrap import Resampling
from hodoscope.lifecycle.evaluate.evaluation import Plan
from hodoscope.lifecycle.gate.differences import differences

DATA = Dataset(draw(600, 2), SHEET)
QUICK = Plan(Resampling(draws=200))


def test_a_model_that_is_blind_in_one_region_loses_there() -> None:
    """Overall and in the other region the two do not differ so much."""
    task = RegionsTask()
    test = DATA.take(task.split(DATA).test)
    ours = task.units(task.train(DATA, 0), test)
    blind = ours.probabilities.copy()
    blind[ours.slices["region=eu"]] = 0.5
    found = differences(ours.with_probabilities(blind), ours, QUICK)
    assert found.slices["region=eu"]["auc"].high < -0.2
    assert found.slices["region=us"]["auc"].low == found.slices["region=us"]["auc"].high == 0
    assert found.metrics["auc"].high < 0
