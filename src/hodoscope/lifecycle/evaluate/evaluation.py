"""The whole measurement of one model: all figures, slice by slice, beside the baselines."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from hodoscope.errors import InputError
from hodoscope.lifecycle.evaluate.bootstrap import Column, Resampling, resample
from hodoscope.lifecycle.evaluate.calibration_error import calibration
from hodoscope.lifecycle.evaluate.delay import delays
from hodoscope.lifecycle.evaluate.interface import Statistic
from hodoscope.lifecycle.evaluate.paired import difference
from hodoscope.lifecycle.evaluate.ranking import Ranking
from hodoscope.lifecycle.evaluate.tables import all_right, decisions
from hodoscope.lifecycle.evaluate.units import Codes, Flags, Floats, Units
from hodoscope.lifecycle.evaluate.workload import workload
from hodoscope.lifecycle.metric import Evaluation


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured beyond the standard figures, and how intervals are made."""

    resampling: Resampling = field(default_factory=Resampling)
    false_positive_rates: tuple[float, ...] = (0.01,)
    budgets: tuple[int, ...] = ()


def statistics(units: Units, plan: Plan | None = None) -> list[Statistic]:
    """The figures of one set of units, ready to be resampled."""
    plan = plan or Plan()
    ranked = (Ranking(units, index, plan.false_positive_rates) for index in units.reported)
    spent = (workload(units, budget) for budget in plan.budgets)
    return [decisions(units), *ranked, all_right(units), *calibration(units), *spent, *delays(units)]


def evaluate(
    units: Units,
    baselines: Mapping[str, Units] | None = None,
    plan: Plan | None = None,
    config: Mapping[str, object] | None = None,
) -> Evaluation:
    """Every figure with its interval, on all rows and per slice, and each baseline on the same rows.

    Names: ``auc``, ``ap``, ``recall_at_fpr_0.01``, ``precision``, ``recall``, ``fpr``, ``f1``, ``mcc`` of the positive
    class (``auc[CLASS]`` … for every class without one), ``accuracy``, ``macro_f1``, ``micro_f1``, ``whole_right``,
    ``ece``, ``brier``, ``log_loss``; per budget ``recall_at_50``, ``precision_at_50``; with attacks and their times
    ``attacks_detected``, ``delay_median``, ``delay_p90``. Under a baseline stands also ``NAME_gain``: ours minus the
    baseline's, paired.

    Raises ``InputError`` for a baseline over other rows, groups or truth.
    """
    plan, others = plan or Plan(), baselines or {}
    for name, other in others.items():
        _assert_same_rows(units, other, name)
    parts = {"": units, **{name: part(units, mask) for name, mask in units.slices.items() if mask.any()}}
    owned = [(name, statistic) for name, some in {**parts, **others}.items() for statistic in statistics(some, plan)]
    columns: dict[str, dict[str, Column]] = {name: {} for name, _ in owned}
    drawn = resample([one for _, one in owned], units.group_count, plan.resampling)
    for (name, _), found in zip(owned, drawn, strict=True):
        columns[name] |= found
    level = plan.resampling.level
    tables = {name: {key: column.metric(level) for key, column in table.items()} for name, table in columns.items()}
    for name in others:
        pairs = ((key, difference(columns[""][key], column, level)) for key, column in columns[name].items())
        tables[name] |= {f"{key}_gain": gain.metric for key, gain in pairs}
    return Evaluation(
        tables[""],
        {name: tables[name] for name in parts if name},
        {name: tables[name] for name in others},
        {**(config or {}), **asdict(plan.resampling), "rows": units.rows, "groups": units.group_count},
    )


def part(units: Units, mask: Flags) -> Units:
    """The rows of ``mask``, with the group codes of the whole, so that a draw means the same everywhere."""

    def kept(values: Codes | Floats | None) -> Any:
        return None if values is None else values[mask]

    return replace(
        units,
        probabilities=units.probabilities[mask],
        truth=units.truth[mask],
        decisions=units.decisions[mask],
        groups=units.groups[mask],
        wholes=np.unique(units.wholes[mask], return_inverse=True)[1].reshape(-1),
        slices={},
        periods=kept(units.periods),
        attacks=kept(units.attacks),
        seconds=kept(units.seconds),
    )


def _assert_same_rows(ours: Units, theirs: Units, name: str) -> None:
    same = theirs.rows == ours.rows and np.array_equal(theirs.groups, ours.groups)
    if not same or theirs.classes != ours.classes or not np.array_equal(theirs.truth, ours.truth):
        raise InputError(f"baselines.{name}: other rows, groups or truth; build it with Units.with_probabilities")
