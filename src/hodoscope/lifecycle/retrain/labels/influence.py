"""What a batch of new labels does to the figure the gate judges: trained with it and without it."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from hodoscope.lifecycle.dataset import Dataset
from hodoscope.lifecycle.evaluate.evaluation import statistics
from hodoscope.lifecycle.evaluate.interface import Statistic
from hodoscope.lifecycle.evaluate.paired import paired
from hodoscope.lifecycle.gate.policy import Policy, lower_is_better
from hodoscope.lifecycle.metric import Metric
from hodoscope.lifecycle.task import Task


def influences(
    task: Task,
    dataset: Dataset,
    new: NDArray[np.bool_],
    batches: Mapping[str, NDArray[np.bool_]],
    gate: Policy,
    seed: int,
) -> dict[str, Metric]:
    """Batch → gain in the gate's headline from learning it, paired, on held-out rows with old labels.

    ``new`` and each batch are masks over the rows of ``dataset``. Each batch costs one training. Batches without a row
    to train on, or data without old held-out rows, give nothing.
    """
    fold = task.split(dataset)
    test = fold.test[~new[fold.test]]
    batches = {name: mask for name, mask in batches.items() if mask[fold.train].any()}
    if not len(test) or not batches:
        return {}
    held_out = dataset.take(test)

    def judged(rows: NDArray[np.int64]) -> tuple[list[Statistic], int]:
        units = task.units(task.train(dataset.take(rows), seed), held_out)
        return statistics(units, gate.plan), units.group_count

    with_all, groups = judged(fold.train)
    found = {}
    for name, mask in batches.items():
        without, _ = judged(fold.train[~mask[fold.train]])
        change = paired(with_all, without, groups, gate.plan.resampling)[gate.headline].metric
        found[name] = (
            Metric(-change.value, -change.high, -change.low, change.unit, change.n)
            if lower_is_better(gate.headline)
            else change
        )
    return found
