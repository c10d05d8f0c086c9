"""The facts a gate judges come from rows that neither model has learned."""

from dataclasses import replace

import pytest
from examples.learn_regions import CONFIG, SHEET, RegionsTask, draw

from hodoscope.errors import InputError
from hodoscope.lifecycle.artifact.artifact import Artifact
from hodoscope.lifecycle.assessment import assess, compare
from hodoscope.lifecycle.dataset import Dataset
from hodoscope.lifecycle.gate.gate import judge
from hodoscope.lifecycle.task_config import TaskConfig
from hodoscope.lifecycle.training import train_artifact

TASK = RegionsTask()
BLIND = RegionsTask(columns=("noise",))
SETTINGS = TaskConfig.from_toml(CONFIG, "regions.toml")
DATA = Dataset(draw(800, 1), SHEET)
HELD_OUT = DATA.take(TASK.split(DATA).test)


@pytest.fixture(scope="module")
def good() -> Artifact:
    """A model of all columns."""
    return train_artifact(TASK, DATA, TASK.split(DATA), SETTINGS, 0)


@pytest.fixture(scope="module")
def older() -> Artifact:
    """The same task learned from a hundredth of the rows."""
    fold = TASK.split(DATA)
    return train_artifact(TASK, DATA, replace(fold, train=fold.train[:8]), SETTINGS, 0)


def test_the_first_model_passes_against_its_baselines(good: Artifact) -> None:
    """Without a champion."""
    verdict = judge(SETTINGS.gate, assess(TASK, good, None, DATA, SETTINGS.gate.plan))
    assert verdict.passed, verdict.refusal


def test_a_model_that_learned_more_replaces_one_that_learned_little(good: Artifact, older: Artifact) -> None:
    """And not the other way round; the worse headline is among the failed clauses."""
    assert judge(SETTINGS.gate, assess(TASK, good, older, DATA, SETTINGS.gate.plan)).passed
    refused = judge(SETTINGS.gate, assess(TASK, older, good, DATA, SETTINGS.gate.plan))
    assert "headline auc against the champion" in refused.refusal


def test_a_model_is_not_better_than_itself(good: Artifact) -> None:
    """The difference is exactly nothing."""
    same = compare(TASK, good, good, HELD_OUT, SETTINGS.gate.plan)
    assert (same.metrics["auc"].low, same.metrics["auc"].high) == (0.0, 0.0)
    assert not judge(SETTINGS.gate, assess(TASK, good, good, DATA, SETTINGS.gate.plan)).passed


def test_what_an_artifact_says_about_itself_does_not_count(good: Artifact, older: Artifact) -> None:
    """A trainer who writes better figures into a weak model gains nothing."""
    boasting = assess(TASK, replace(older, evaluation=good.evaluation), None, DATA, SETTINGS.gate.plan)
    assert boasting.evaluation.metrics["auc"].value < good.evaluation.metrics["auc"].low
    demanding = replace(SETTINGS.gate, floors={"auc": good.evaluation.metrics["auc"].low})
    verdict = judge(demanding, boasting)
    assert "floor auc" in verdict.refusal
    assert judge(demanding, assess(TASK, good, None, DATA, SETTINGS.gate.plan)).passed
    assert verdict.notes[0].startswith("judged on ")


def test_evaluate_only_data_and_a_bare_card_are_told(good: Artifact) -> None:
    """Whatever was trained on it does not ship."""
    used = tuple(replace(use, allowed_use="evaluate-only") for use in good.datasets)
    facts = assess(TASK, replace(good, datasets=used, card="# regions"), None, DATA, SETTINGS.gate.plan)
    assert list(facts.not_shippable) == ["invented sites is evaluate-only"]
    assert len(facts.card_gaps) == 9


def test_a_model_without_reasons_is_told(good: Artifact) -> None:
    """An explanation that says nothing is none."""

    class Silent(RegionsTask):
        def explain(self, trained: object, dataset: Dataset) -> list[dict[str, float]]:
            return [{} for _ in range(dataset.table.num_rows)]

    facts = assess(Silent(), good, None, DATA, SETTINGS.gate.plan)
    assert list(facts.unexplained) == ["100 of 100 rows have no reason"]


def test_an_artifact_of_another_task_is_refused(good: Artifact) -> None:
    """Before anything is measured."""
    with pytest.raises(InputError, match="model of 'regions', not of 'other'"):
        assess(RegionsTask(name="other"), good, None, DATA, SETTINGS.gate.plan)
