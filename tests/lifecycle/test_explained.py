"""Reasons count only when every decision has some."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from examples.learn_regions import SHEET, RegionsTask, draw

from hodoscope.lifecycle.dataset import Dataset
from hodoscope.lifecycle.gate.explained import unexplained
from hodoscope.lifecycle.task import Trained

DATA = Dataset(draw(60, 1), SHEET)
TRAINED = RegionsTask().train(DATA, 0)


@dataclass(frozen=True)
class Explaining(RegionsTask):
    """Gives these reasons, whatever is asked."""

    reasons: tuple[Mapping[str, float], ...] = ()

    def explain(self, trained: Trained, dataset: Dataset) -> Sequence[Mapping[str, float]]:
        return self.reasons


def test_a_linear_model_explains_itself() -> None:
    """Nothing is missing."""
    assert unexplained(RegionsTask(), TRAINED, DATA) == []


def test_missing_blank_and_broken_reasons_are_counted() -> None:
    """One sentence each."""
    three = DATA.take(DATA.groups()[:3] * 0)
    given = ({"size is high": 1.0}, {" ": 1.0}, {"rate is low": math.nan})
    assert unexplained(Explaining(reasons=given), TRAINED, three) == [
        "1 of 3 rows have no reason",
        "1 of 3 rows have a reason without a finite weight",
    ]
    assert unexplained(Explaining(), TRAINED, three) == ["0 explanations for 3 rows"]
