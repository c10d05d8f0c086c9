"""The page about an artifact shows what the artifact says of itself."""

from dataclasses import replace

import numpy as np
import pytest
from examples.learn_regions import CONFIG, SHEET, RegionsTask, draw

from hodoscope.errors import InputError
from hodoscope.lifecycle.artifact.artifact import Artifact
from hodoscope.lifecycle.dataset import Dataset
from hodoscope.lifecycle.model_report import model_report
from hodoscope.lifecycle.report.page import html
from hodoscope.lifecycle.task_config import TaskConfig
from hodoscope.lifecycle.training import train_artifact

TASK = RegionsTask()
DATA = Dataset(draw(400, 1), SHEET)
FOLD = TASK.split(DATA)


@pytest.fixture(scope="module")
def artifact() -> Artifact:
    """Trained on the rows that are not held out."""
    return train_artifact(TASK, DATA, FOLD, TaskConfig.from_toml(CONFIG, "regions.toml"), 0)


def test_the_figures_are_the_artifacts_own_on_the_same_rows(artifact: Artifact) -> None:
    """Down to the interval; the datasheet and the gate's floors stand beside them."""
    report = model_report(TASK, artifact, DATA, FOLD)
    assert report.evaluation.metrics == artifact.evaluation.metrics
    assert report.evaluation.config["test_data"] == report.evaluation.config["test_data_of_artifact"]
    page = html(report)
    assert SHEET.known_trap in page
    assert "Beside the baselines" in page


def test_other_rows_are_told_from_those_of_the_artifact(artifact: Artifact) -> None:
    """Two hashes that differ."""
    report = model_report(TASK, artifact, later := Dataset(draw(300, 2), SHEET), TASK.split(later))
    assert report.evaluation.config["test_data"] != report.evaluation.config["test_data_of_artifact"]


def test_another_tasks_artifact_and_no_held_out_rows_are_refused(artifact: Artifact) -> None:
    """The message names both tasks, or what is missing."""
    with pytest.raises(InputError, match="of 'other', not of 'regions'"):
        model_report(TASK, replace(artifact, task="other"), DATA, FOLD)
    with pytest.raises(InputError, match="no row is held out"):
        model_report(TASK, artifact, DATA, replace(FOLD, test=np.array([], np.int64)))
