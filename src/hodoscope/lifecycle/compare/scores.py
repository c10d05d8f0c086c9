"""Figures of one candidate over several seeds, with draws kept so that candidates can be compared pair by pair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hodoscope.lifecycle.compare.cell import Problem
from hodoscope.lifecycle.evaluate.bootstrap import Column, Resampling, resample
from hodoscope.lifecycle.evaluate.calibration_error import calibration
from hodoscope.lifecycle.evaluate.interface import Statistic
from hodoscope.lifecycle.evaluate.paired import difference
from hodoscope.lifecycle.evaluate.ranking import Ranking
from hodoscope.lifecycle.evaluate.repeated import Repeated, separated
from hodoscope.lifecycle.evaluate.tables import decisions
from hodoscope.lifecycle.evaluate.units import units
from hodoscope.lifecycle.metric import Metric


@dataclass(frozen=True, slots=True)
class Scores:
    """``figures`` by name over all seeds; ``columns`` the same averaged draw by draw, for pairs."""

    figures: Mapping[str, Repeated]
    columns: Mapping[str, Column]

    def value(self, figure: str) -> float:
        """The mean over the seeds."""
        return self.figures[figure].metric.value

    def lead(self, other: "Scores", figure: str, level: float) -> Metric:
        """How much higher ours is than the other's, paired by the same draws of groups."""
        return difference(self.columns[figure], other.columns[figure], level).metric


def score(
    problem: Problem, repeats: Sequence[NDArray[np.float64]], rows: NDArray[np.int64], positive: str | None,
    how: Resampling,
) -> Scores:  # fmt: skip
    """Scores out-of-fold probabilities (rows of the data set, classes), one array per seed, on the tested ``rows``."""
    statistics: list[Statistic] = []
    for chances in repeats:
        tested = units(chances[rows], problem.labels[rows], problem.classes, problem.groups[rows], positive=positive)
        statistics += [decisions(tested), *(Ranking(tested, index) for index in tested.reported), *calibration(tested)]
    tables = resample(statistics, len(np.unique(problem.groups[rows])), how)
    columns: dict[str, list[Column]] = {}
    for table in tables:
        for name, column in table.items():
            columns.setdefault(name, []).append(column)
    figures = {name: separated(found, how) for name, found in columns.items()}
    return Scores(figures, {name: _mean(found) for name, found in columns.items()})


def _mean(columns: Sequence[Column]) -> Column:
    return Column(
        float(np.mean([column.value for column in columns])),
        np.mean([column.draws for column in columns], axis=0),
        min(column.support for column in columns),
        columns[0].unit,
    )
