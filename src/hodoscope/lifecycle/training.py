"""Trains a task's model and measures it on the rows held out: the artifact, ready to be signed."""

from collections.abc import Mapping

import numpy as np

from hodoscope.errors import InputError
from hodoscope.lifecycle.artifact.artifact import Artifact, DataUse
from hodoscope.lifecycle.artifact.card import render
from hodoscope.lifecycle.code_version import code_version
from hodoscope.lifecycle.dataset import Dataset
from hodoscope.lifecycle.evaluate.evaluation import evaluate
from hodoscope.lifecycle.features import names_hash
from hodoscope.lifecycle.split import Fold
from hodoscope.lifecycle.task import Task
from hodoscope.lifecycle.task_config import TaskConfig


def train_artifact(
    task: Task, dataset: Dataset, fold: Fold, config: TaskConfig, seed: int, learned: Mapping[str, object] | None = None
) -> Artifact:
    """The same arguments give the same artifact, byte for byte. ``learned`` is added to its settings.

    ``InputError`` when nothing is left to train or to test on, and for whatever the task refuses (an empty class).
    """
    if not len(fold.train) or not len(fold.test):
        raise InputError(f"{task.name}: {len(fold.train)} training and {len(fold.test)} held-out rows; both are needed")
    train, test = dataset.take(fold.train), dataset.take(fold.test)
    trained = task.train(train, seed)
    evaluation = evaluate(
        task.units(trained, test),
        task.baselines(train, test),
        config.gate.plan,
        config={"held_out": fold.name, "seed": seed, "test_data": test.content_hash},
    )
    names = task.features(test.take(np.arange(1)), trained.preprocessing).names
    sheet = dataset.sheet
    use = DataUse(sheet.name, train.content_hash, train.table.num_rows, sheet.licence, str(sheet.allowed_use))
    return Artifact(
        task=task.name,
        classes=trained.model.classes,
        weights=trained.model.to_weights().to_files(),
        feature_names=names,
        preprocessing=trained.preprocessing,
        thresholds=trained.thresholds,
        evaluation=evaluation,
        datasets=(use,),
        settings={**trained.settings, **(learned or {})},
        seed=seed,
        code_version=code_version(),
        card=render(
            task.name, config.card, evaluation, [_data_row(dataset, use)], _facts(names, trained.thresholds, seed)
        ),
    )


def _data_row(dataset: Dataset, use: DataUse) -> dict[str, object]:
    sheet = dataset.sheet
    return {
        "name": use.name, "rows": use.rows, "content hash": use.content_hash[:12], "licence": use.licence,
        "allowed use": use.allowed_use, "source": sheet.source, "label quality": sheet.label_quality,
        "split": sheet.split_rule, "known trap": sheet.known_trap,
    }  # fmt: skip


def _facts(names: tuple[str, ...], thresholds: object, seed: int) -> dict[str, str]:
    return {
        "features": f"{len(names)}, names hash {names_hash(names)}",
        "thresholds": str(thresholds),
        "seed": str(seed),
        "code version": code_version(),
    }
