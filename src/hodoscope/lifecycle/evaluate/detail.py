"""What a report shows beyond figures: curves, matrices, reliability, score distributions, comparisons."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np

from hodoscope.lifecycle.evaluate.confusion import FN, FP, TN, TP, confusion
from hodoscope.lifecycle.evaluate.corrections import holm
from hodoscope.lifecycle.evaluate.curves import Curves, curves
from hodoscope.lifecycle.evaluate.evaluation import Plan, statistics
from hodoscope.lifecycle.evaluate.paired import paired
from hodoscope.lifecycle.evaluate.reliability import Bin, reliability
from hodoscope.lifecycle.evaluate.units import Units
from hodoscope.lifecycle.metric import Metric

SCORE_BINS = 40


@dataclass(frozen=True, slots=True)
class ClassTable:
    """One class against the rest at the shipped decision, in units."""

    name: str
    true_positives: int
    false_positives: int
    false_negatives: int
    true_negatives: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """``counts[i][j]``: units whose truth is ``truths[i]`` ("a or b" for several) decided as ``decided[j]``."""

    truths: tuple[str, ...]
    decided: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """How the positive class's scores are spread: counts per bin between ``edges`` (bins + 1)."""

    edges: tuple[float, ...]
    positives: tuple[int, ...]
    negatives: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Gain:
    """Ours minus the baseline's of one figure; ``adjusted`` is the p-value after Holm over all of this comparison."""

    figure: str
    metric: Metric
    p_value: float
    adjusted: float


@dataclass(frozen=True, slots=True)
class Detail:
    """Everything :mod:`hodoscope.lifecycle.report` draws."""

    tables: tuple[ClassTable, ...]
    matrix: Matrix
    curves: Mapping[str, Curves]
    reliability: tuple[Bin, ...]
    scores: Scores | None
    gains: Mapping[str, tuple[Gain, ...]]

    def to_json(self) -> dict[str, object]:
        """Nested objects with the field names above; undefined numbers are null."""
        document: dict[str, object] = json.loads(json.dumps(asdict(self)), parse_constant=lambda _: None)
        return document


def detail(units: Units, baselines: Mapping[str, Units] | None = None, plan: Plan | None = None) -> Detail:
    """Compute it, with the resampling of the plan."""
    plan = plan or Plan()
    how = plan.resampling
    return Detail(
        tuple(_table(units, index) for index in units.reported),
        _matrix(units),
        {units.classes[index]: curves(units, index, how) for index in units.reported},
        reliability(units, how),
        None if units.positive is None else _scores(units, units.classes.index(units.positive)),
        {name: gains(units, other, plan) for name, other in (baselines or {}).items()},
    )


def gains(ours: Units, theirs: Units, plan: Plan) -> tuple[Gain, ...]:
    """Every figure of both compared in pairs, with Holm's correction over the defined ones."""
    found = paired(statistics(ours, plan), statistics(theirs, plan), ours.group_count, plan.resampling)
    defined = {name: change for name, change in found.items() if not np.isnan(change.p_value)}
    adjusted = holm([change.p_value for change in defined.values()])
    return tuple(
        Gain(name, change.metric, change.p_value, float(chance))
        for (name, change), chance in zip(defined.items(), adjusted, strict=True)
    )


def _table(units: Units, index: int) -> ClassTable:
    counts = confusion(units)
    totals = np.bincount(counts.outcomes(index)[counts.cell], minlength=5).tolist()
    return ClassTable(units.classes[index], totals[TP], totals[FP], totals[FN], totals[TN])


def _matrix(units: Units) -> Matrix:
    counts = confusion(units)
    table = counts.matrix()
    kinds = counts.truths[: len(table)]
    order = sorted(range(len(kinds)), key=lambda kind: (kinds[kind].sum(), np.flatnonzero(kinds[kind]).tolist()))
    truths = tuple(" or ".join(np.array(units.classes, object)[kinds[kind]]) for kind in order)
    if table[:, 0].any():
        return Matrix(truths, ("abstained", *units.classes), tuple(tuple(table[kind].tolist()) for kind in order))
    return Matrix(truths, units.classes, tuple(tuple(table[kind, 1:].tolist()) for kind in order))


def _scores(units: Units, index: int) -> Scores:
    edges = np.linspace(0, 1, SCORE_BINS + 1)
    scores, wanted = units.probabilities[:, index], units.truth[:, index]
    found = [tuple(np.histogram(scores[rows], edges)[0].tolist()) for rows in (wanted, ~wanted)]
    return Scores(tuple(edges.tolist()), found[0], found[1])
