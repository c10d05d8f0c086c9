"""Training gives an artifact that is the same every time and passes its own gate."""

from dataclasses import replace

import numpy as np
import pytest
from examples.learn_regions import CONFIG, SHEET, RegionsTask, draw

from hodoscope.errors import InputError
from hodoscope.lifecycle.artifact.artifact import Artifact
from hodoscope.lifecycle.artifact.card import gaps
from hodoscope.lifecycle.artifact.loading import load_trained
from hodoscope.lifecycle.dataset import Dataset
from hodoscope.lifecycle.split import Fold
from hodoscope.lifecycle.task_config import TaskConfig
from hodoscope.lifecycle.training import train_artifact

TASK = RegionsTask()
SETTINGS = TaskConfig.from_toml(CONFIG, "regions.toml")
DATA = Dataset(draw(800, 1), SHEET)


@pytest.fixture(scope="module")
def artifact() -> Artifact:
    """One training for the file."""
    return train_artifact(TASK, DATA, TASK.split(DATA), SETTINGS, 0)


def test_the_same_data_config_and_seed_give_the_same_bytes(artifact: Artifact) -> None:
    """Also when the table comes in other chunks."""
    again = Dataset(DATA.table.slice(0, 300), SHEET).table
    chunked = Dataset(type(again).from_batches(DATA.table.to_batches(max_chunksize=97)), SHEET)
    assert train_artifact(TASK, chunked, TASK.split(chunked), SETTINGS, 0).to_files() == artifact.to_files()


def test_the_loaded_model_predicts_the_same_bits(artifact: Artifact) -> None:
    """From files to predictions, nothing is lost."""
    model = TASK.train(DATA.take(TASK.split(DATA).train), 0).model
    loaded = load_trained(Artifact.from_files(artifact.to_files())).model
    assert np.array_equal(loaded.predict(TASK.features(DATA, {})), model.predict(TASK.features(DATA, {})))


def test_the_artifact_tells_its_data_and_its_figures(artifact: Artifact) -> None:
    """The hash of the rows it learned, and the intervals on the rows it did not."""
    train = DATA.take(TASK.split(DATA).train)
    assert [(use.content_hash, use.rows) for use in artifact.datasets] == [(train.content_hash, train.table.num_rows)]
    assert artifact.evaluation.metrics["auc"].low > 0.8
    assert {"region=eu", "region=us"} <= artifact.evaluation.slices.keys()
    assert gaps(artifact.card) == []


def test_a_model_for_other_features_is_not_loaded(artifact: Artifact) -> None:
    """Weights and manifest must agree."""
    with pytest.raises(InputError, match="other classes or features"):
        load_trained(replace(artifact, feature_names=tuple(reversed(artifact.feature_names))))
    with pytest.raises(InputError, match="ONNX"):
        load_trained(replace(artifact, weights={"weights.onnx": b"\x08\x09"}))


def test_without_rows_nothing_is_trained() -> None:
    """Nothing to learn from, or nothing to be judged on."""
    everything = np.arange(DATA.table.num_rows)
    for fold in (Fold(everything, everything[:0], "all"), Fold(everything[:0], everything, "none")):
        with pytest.raises(InputError, match="both are needed"):
            train_artifact(TASK, DATA, fold, SETTINGS, 0)


def test_an_empty_class_is_an_error() -> None:
    """Only good ones: there is nothing to tell apart."""
    one = DATA.take(np.flatnonzero(np.array(DATA.table.column("label").to_pylist()) == "good"))
    with pytest.raises(InputError):
        train_artifact(TASK, one, TASK.split(one), SETTINGS, 0)
