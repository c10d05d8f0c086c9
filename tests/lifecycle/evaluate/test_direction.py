"""Which figures are better when small."""

from tests.lifecycle.evaluate.cases import binary

from hodoscope.lifecycle.evaluate.bootstrap import Resampling
from hodoscope.lifecycle.evaluate.direction import LOWER_IS_BETTER, lower_is_better
from hodoscope.lifecycle.evaluate.evaluation import Plan, evaluate


def test_a_class_in_brackets_changes_nothing() -> None:
    """``fpr[login]`` is a false-positive rate."""
    assert lower_is_better("fpr[login]")
    assert not lower_is_better("recall[fpr]")


def test_a_hopeless_model_is_worse_in_every_figure() -> None:
    """The scores turned round: each figure moves the way its direction says."""
    judged = binary(1)
    good = evaluate(judged, plan=Plan(Resampling(draws=2))).metrics
    bad = evaluate(judged.with_probabilities(1 - judged.probabilities), plan=Plan(Resampling(draws=2))).metrics
    wrong = {name for name in good if (good[name].value < bad[name].value) != lower_is_better(name)}
    assert wrong <= {"whole_right"}  # both are near 0 where groups are large
    assert LOWER_IS_BETTER & good.keys() == {"fpr", "ece", "brier", "log_loss"}
