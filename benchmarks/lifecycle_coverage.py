"""Whether 95 % intervals hold the truth in 95 % of experiments: whole data sets are invented again and again.

Units come in groups that share a shift of their scores and a share of positives, as alerts of one site do. Beside the
cluster bootstrap stands the usual one over rows, which takes the units of a group for independent.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from hodoscope.lifecycle.evaluate.bootstrap import Resampling, bootstrap
from hodoscope.lifecycle.evaluate.evaluation import Plan, statistics
from hodoscope.lifecycle.evaluate.units import Units, units

GROUPS = (6, 12, 30, 150)
PER_GROUP, PER_WHOLE, BUDGET = 24, 3, 0.2
TRUTH_GROUPS = 40_000


@dataclass(frozen=True, slots=True)
class Coverage:
    """Share of ``experiments`` whose interval held the true value, by groups and by rows; mean width by groups."""

    figure: str
    groups: int
    by_groups: float
    by_rows: float
    width: float
    experiments: int


def coverages(experiments: int, draws: int, seed: int) -> Iterator[Coverage]:
    """Every figure at every number of groups; figures without an interval in an experiment leave it out."""
    truth = _truth(seed)
    for groups in GROUPS:
        plan = _plan(groups, Resampling(draws, seed))
        hits: dict[str, list[tuple[bool, bool, float]]] = {}
        for experiment in range(experiments):
            judged = _invented(groups, np.random.default_rng((seed, groups, experiment)))
            alone = replace(judged, groups=np.arange(judged.rows))
            ours = bootstrap(statistics(judged, plan), judged.group_count, plan.resampling)
            naive = bootstrap(statistics(alone, plan), alone.group_count, plan.resampling)
            for name, metric in ours.items():
                value, beside = truth[_named(name)], naive[name]
                if not np.isnan(metric.low):
                    held = metric.low <= value <= metric.high, beside.low <= value <= beside.high
                    hits.setdefault(_named(name), []).append((*held, metric.high - metric.low))
        for name, found in hits.items():
            by_groups, by_rows, width = np.mean(np.array(found, float), axis=0).tolist()
            yield Coverage(name, groups, by_groups, by_rows, width, len(found))


def _truth(seed: int) -> dict[str, float]:
    """Every figure on a million units of 40,000 groups: what an experiment tries to find out."""
    judged, plan = _invented(TRUTH_GROUPS, np.random.default_rng((seed, 0))), _plan(TRUTH_GROUPS, Resampling())
    everyone = np.ones(judged.group_count, np.int32)
    return {
        _named(name): float(value)
        for statistic in statistics(judged, plan)
        for name, value in zip(statistic.names, statistic.finish(statistic.gather(everyone)[None])[0], strict=True)
    }


def _plan(groups: int, how: Resampling) -> Plan:
    return Plan(how, (0.05,), (int(groups * PER_GROUP * BUDGET),))


def _named(name: str) -> str:
    figure, _, number = name.rpartition("_at_")
    return f"{figure}_at_budget" if number.isdigit() else name


def _invented(groups: int, dice: np.random.Generator) -> Units:
    group = np.repeat(np.arange(groups), PER_GROUP)
    wanted = dice.random(len(group)) < dice.beta(2, 4, groups)[group]
    odds = 2.2 * wanted - 1.4 + dice.normal(0, 0.7, groups)[group] + dice.normal(0, 1, len(group))
    whole = np.arange(len(group)) // PER_WHOLE
    return units(1 / (1 + np.exp(-odds)), wanted, ("no", "yes"), group, wholes=whole, positive="yes")
