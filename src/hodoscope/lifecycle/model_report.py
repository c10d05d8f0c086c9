"""The report of one artifact: measured on the rows its task holds out, beside the task's baselines."""

from dataclasses import asdict

from hodoscope.errors import InputError
from hodoscope.lifecycle.artifact.artifact import Artifact
from hodoscope.lifecycle.artifact.loading import load_trained
from hodoscope.lifecycle.dataset import Dataset
from hodoscope.lifecycle.evaluate.detail import detail
from hodoscope.lifecycle.evaluate.evaluation import evaluate
from hodoscope.lifecycle.evaluate.floors import floors
from hodoscope.lifecycle.report.report import Report
from hodoscope.lifecycle.split import Fold
from hodoscope.lifecycle.task import Task
from hodoscope.lifecycle.task_config import TaskConfig


def model_report(task: Task, artifact: Artifact, dataset: Dataset, fold: Fold) -> Report:
    """Everything the page shows, measured again on the held-out rows of ``dataset`` with the gate's draws and floors.

    The figures are the artifact's own where the rows are those it was measured on; ``config`` names both hashes.
    ``InputError`` for an artifact of another task, and when no row is held out.
    """
    if artifact.task != task.name:
        raise InputError(f"artifact {artifact.digest[:12]} is a model of {artifact.task!r}, not of {task.name!r}")
    if not len(fold.test):
        raise InputError(f"{task.name}: no row is held out, so there is nothing to measure on")
    gate = TaskConfig.from_toml(task.config, f"task {task.name}").gate
    train, test = dataset.take(fold.train), dataset.take(fold.test)
    units, baselines = task.units(load_trained(artifact), test), task.baselines(train, test)
    known = {
        "artifact": artifact.digest,
        "held_out": fold.name,
        "test_data": test.content_hash,
        "test_data_of_artifact": str(artifact.evaluation.config.get("test_data", "")),
        "code_version": artifact.code_version,
    }
    evaluation = evaluate(units, baselines, gate.plan, known)
    limits = {name: limit for name, limit in gate.floors.items() if name in evaluation.metrics}
    sheet = {key: str(value) for key, value in asdict(dataset.sheet).items() if value}
    return Report(
        f"{task.name}: model {artifact.digest[:12]}",
        evaluation,
        detail(units, baselines, gate.plan),
        summary="Measured on rows the task holds out; nothing learned from them.",
        floors=floors(evaluation.metrics, limits),
        data={dataset.sheet.name: sheet},
    )
