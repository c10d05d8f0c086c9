"""Domain names go through the whole lifecycle, invented ones always and real ones where they are."""

import csv
import gzip
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from tests.lifecycle.release_site import make_site
from tests.soc.dga.ordinary_names import ordinary_names

from hodoscope.errors import InputError
from hodoscope.lifecycle.artifact.artifact import Artifact
from hodoscope.lifecycle.artifact.loading import load_trained
from hodoscope.lifecycle.dataset import Dataset
from hodoscope.lifecycle.retrain.retrain import Place, State, retrain
from hodoscope.lifecycle.split import assert_disjoint
from hodoscope.lifecycle.task_config import TaskConfig
from hodoscope.lifecycle.training import train_artifact
from hodoscope.soc.dga.dga_task import TASK
from hodoscope.soc.dga.name_features import NameKnowledge

CONFIG = TaskConfig.from_toml(TASK.config, "dga.toml")
QUICK = replace(CONFIG, gate=replace(CONFIG.gate, draws=100))
GENERATORS = 24


def write_names(data: Path) -> None:
    """Chosen names, and generators that each draw from letters of their own."""
    folder = data / "soc" / "dns_dga"
    folder.mkdir(parents=True)
    random = np.random.default_rng(5)
    with gzip.open(folder / "domains.csv.gz", "wt", encoding="utf-8", newline="") as text:
        rows = csv.writer(text)
        rows.writerow(("domain", "label", "family", "source"))
        rows.writerows((f"{name}.com", "benign", "popular", "alexa") for name in ordinary_names(2600, 1))
        for number in range(GENERATORS):
            letters = random.choice(list("abcdefghijklmnopqrstuvwxyz0123456789"), 12 + number % 12)
            drawn = ["".join(random.choice(letters, 10 + number % 9)) for _ in range(60)]
            rows.writerows((f"{name}.net", "dga", f"generator{number}", "baderj") for name in drawn)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with invented names."""
    folder = tmp_path_factory.mktemp("names")
    write_names(folder)
    return folder


def trained(dataset: Dataset) -> Artifact:
    """The artifact of these rows."""
    return train_artifact(TASK, dataset, TASK.split(dataset), QUICK, 0)


def test_a_model_of_names_is_trained_judged_and_released(data: Path, tmp_path: Path) -> None:
    """By the same gate and records as any other."""
    site = make_site(tmp_path)
    place = Place(site.models, tmp_path / "runs", site.trainer, site.promoter, "nightly job")
    outcome = retrain(TASK, place, data, datetime(2026, 3, 2, tzinfo=UTC))
    assert outcome.state is State.PROMOTED, outcome.told
    _, verified = site.models.current("dga")
    loaded, rows = load_trained(verified.artifact), TASK.load(data).take(np.arange(3))
    assert all(len(reasons) == 5 for reasons in TASK.explain(loaded, rows))


def test_generators_and_names_that_test_train_nowhere(data: Path) -> None:
    """And more names of the same generators move nobody to the other side."""
    dataset = TASK.load(data)
    fold = TASK.split(dataset)
    names, generators = (
        np.unique(dataset.table.column(column).to_pylist(), return_inverse=True)[1] for column in ("name", "generator")
    )
    generated = np.array(dataset.table.column("label").to_pylist()) == "dga"
    assert_disjoint(fold, names)
    assert_disjoint(fold, np.where(generated, generators, -1 - np.arange(len(generators))))
    half = dataset.take(np.arange(0, dataset.table.num_rows, 2))
    held_out = set(np.array(dataset.table.column("name").to_pylist())[fold.test])
    assert set(np.array(half.table.column("name").to_pylist())[TASK.split(half).test]) <= held_out


def test_what_is_known_about_names_survives_the_artifact(data: Path) -> None:
    """The same features, to the bit."""
    names = ordinary_names(3000, 3)
    knowledge = NameKnowledge.fit(names, {"garden": -3.0, "bank": -4.0})
    again = NameKnowledge.from_json(knowledge.to_json())
    probes = [*names[:50], "xkqzvwj", "bankgarden"]
    assert np.array_equal(again.features(probes).dense(), knowledge.features(probes).dense())
    for broken in ({}, {"letters": {"windows": [10**9], "counts": [1]}, "words": {}}, {"letters": 1, "words": 2}):
        with pytest.raises(InputError, match="restore the artifact"):
            NameKnowledge.from_json(broken)


def test_training_again_gives_the_same_bytes(data: Path) -> None:
    """From the same names."""
    dataset = TASK.load(data)
    assert trained(dataset).to_files() == trained(dataset).to_files()


def test_without_names_the_place_is_told(tmp_path: Path) -> None:
    """Where they are looked for."""
    with pytest.raises(InputError, match="dns_dga"):
        TASK.load(tmp_path)


def test_real_names_are_told_better_than_by_their_shape(shared_data: Path) -> None:
    """A quarter of them, generators apart: few false alarms, and clearly ahead of the naive rival."""
    dataset = TASK.load(shared_data)
    artifact = trained(dataset.take(np.arange(0, dataset.table.num_rows, 4)))
    figures, rival = artifact.evaluation.metrics, artifact.evaluation.baselines["shape of the name"]
    assert figures["auc"].value > 0.93
    assert figures["auc"].value > rival["auc"].value + 0.05
    assert figures["fpr"].high < 0.02
