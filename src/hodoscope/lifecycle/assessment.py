"""Measures everything the gate judges: a challenger beside the champion, on rows neither has learned from."""

import numpy as np

from hodoscope.errors import InputError
from hodoscope.lifecycle.artifact.artifact import Artifact
from hodoscope.lifecycle.artifact.card import gaps
from hodoscope.lifecycle.artifact.loading import load_trained
from hodoscope.lifecycle.dataset import Dataset
from hodoscope.lifecycle.datasheet import AllowedUse
from hodoscope.lifecycle.evaluate.evaluation import Plan, evaluate
from hodoscope.lifecycle.evaluate.units import Units
from hodoscope.lifecycle.gate.cost import ROWS, cpu_per_thousand_rows
from hodoscope.lifecycle.gate.differences import differences
from hodoscope.lifecycle.gate.explained import unexplained
from hodoscope.lifecycle.gate.gate import Facts
from hodoscope.lifecycle.metric import Evaluation
from hodoscope.lifecycle.task import Task

EXPLAINED_ROWS = 100
"""So many held-out rows are explained as a sample."""


def assess(
    task: Task,
    challenger: Artifact,
    champion: Artifact | None,
    dataset: Dataset,
    plan: Plan,
    *,
    measured: Evaluation | None = None,
    changed: object = None,
) -> Facts:
    """The facts about ``challenger`` on the rows that ``task`` holds out of ``dataset``, paired with ``champion``.

    ``measured`` are its figures on these rows when the caller has just measured them. What an artifact says about
    itself is its trainer's word and does not count here. ``changed`` is the share of decisions that changed in the
    shadow, None when it was not looked at.

    ``InputError`` when an artifact is of another task or its model cannot be loaded.
    """
    trained, fold = load_trained(_of(task, challenger)), task.split(dataset)
    held_out = dataset.take(fold.test)
    if measured is None:
        rivals = {} if champion is not None else task.baselines(dataset.take(fold.train), held_out)
        measured = evaluate(task.units(trained, held_out), rivals, plan)
    sample = held_out.take(np.arange(min(ROWS, held_out.table.num_rows)))
    return Facts(
        evaluation=measured,
        differences=None if champion is None else compare(task, challenger, champion, held_out, plan),
        judged_on=f"{held_out.table.num_rows} held-out rows with content hash {held_out.content_hash}",
        cpu=cpu_per_thousand_rows(trained.model, task.features(sample, trained.preprocessing)),
        size_bytes=challenger.size_bytes,
        unexplained=unexplained(task, trained, sample.take(np.arange(min(EXPLAINED_ROWS, sample.table.num_rows)))),
        card_gaps=gaps(challenger.card),
        changed=changed if isinstance(changed, float) else None,
        not_shippable=[
            f"{use.name} is {use.allowed_use}"
            for use in challenger.datasets
            if use.allowed_use != AllowedUse.TRAIN_AND_SHIP_WEIGHTS
        ],
    )


def compare(task: Task, first: Artifact, second: Artifact, held_out: Dataset, plan: Plan) -> Evaluation:
    """Every figure of ``first`` minus that of ``second`` on the same rows, paired, overall and per slice."""
    return differences(_judged(task, first, held_out), _judged(task, second, held_out), plan)


def _judged(task: Task, artifact: Artifact, held_out: Dataset) -> Units:
    return task.units(load_trained(_of(task, artifact)), held_out)


def _of(task: Task, artifact: Artifact) -> Artifact:
    if artifact.task != task.name:
        raise InputError(f"artifact {artifact.digest[:12]} is a model of {artifact.task!r}, not of {task.name!r}")
    return artifact
