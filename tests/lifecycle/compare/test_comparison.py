"""The comparison ranks what can be ranked, keeps to its budget, goes on after a stop, takes the smallest good model."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from hodoscope.errors import InputError
from hodoscope.lifecycle.compare.candidates import CANDIDATES, Candidate
from hodoscope.lifecycle.compare.cell import Problem
from hodoscope.lifecycle.compare.comparison import Budget, Rules, compare
from hodoscope.lifecycle.compare.table import to_json, to_text
from hodoscope.lifecycle.evaluate.bootstrap import Resampling
from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.metric import Evaluation
from hodoscope.lifecycle.model import Model
from hodoscope.lifecycle.models.boosting import BoostingTrainer
from hodoscope.lifecycle.models.logistic import LogisticTrainer
from hodoscope.lifecycle.models.prior import PriorTrainer
from hodoscope.lifecycle.split import Fold, by_group

PRIOR = Candidate("prior", (PriorTrainer(),))
LOGISTIC = Candidate("logistic", (LogisticTrainer(inverse_penalty=1e-5), LogisticTrainer(inverse_penalty=1.0)))
BOOSTING = Candidate("boosting", (BoostingTrainer(rounds=30, leaves=7, least_rows_per_leaf=10),))
RULES = Rules(seeds=(1, 2), outer_folds=3, inner_folds=2, resampling=Resampling(draws=60))


def problem(*, linear: bool = True, classes: int = 2, signal: float = 2.0) -> Problem:
    """40 groups of 12 rows; a linear problem, or one of two crossed corners that no straight line solves."""
    dice = np.random.default_rng(5)
    values = dice.normal(size=(480, 3))
    raw = values[:, 0] if linear else values[:, 0] * values[:, 1]
    score = signal * raw + dice.normal(size=480)
    labels = np.digitize(score, np.quantile(score, np.arange(1, classes) / classes))
    features = Features(("x", "y", "z"), values)
    return Problem(features, labels.astype(np.int64), ("a", "b", "c")[:classes], np.repeat(np.arange(40), 12))


def test_on_a_linear_problem_the_small_linear_model_is_taken() -> None:
    """Trees are as good at best, and larger; the inner folds choose the penalty that fits."""
    found = compare(problem(), candidates=(PRIOR, LOGISTIC, BOOSTING), rules=RULES, positive="b")
    prior, logistic, boosting = found.rows
    assert found.taken == "logistic"
    assert prior.scores and logistic.scores and boosting.scores  # noqa: PT018 -- one claim: all finished
    assert 0.45 < prior.scores.value("auc") <= 0.5, "pooling folds of unequal shares costs a constant guess a little"
    assert logistic.scores.value("auc") > boosting.scores.value("auc") - 0.01
    assert logistic.settings == {repr(LOGISTIC.settings[1]): 6}
    assert logistic.size_bytes < boosting.size_bytes
    assert "taken" in to_text(found)


def test_on_crossed_corners_the_larger_model_is_taken() -> None:
    """The linear model is no better than the class shares there."""
    found = compare(problem(linear=False), candidates=(PRIOR, LOGISTIC, BOOSTING), rules=RULES, positive="b")
    assert found.taken == "boosting"
    assert "no smaller model" in found.why


def test_without_anything_to_learn_nothing_is_taken() -> None:
    """Noise does not beat the class shares."""
    found = compare(problem(signal=0.0), candidates=(PRIOR, LOGISTIC), rules=RULES, positive="b")
    assert found.taken == ""
    assert "is not shown to beat the class shares" in found.why


def test_a_size_budget_excludes_and_a_time_budget_stops() -> None:
    """Too large: measured, not taken. Out of time: no figures of half the folds."""
    small = replace(RULES, budget=Budget(size_bytes=5_000))
    sized = compare(problem(linear=False), candidates=(PRIOR, LOGISTIC, BOOSTING), rules=small, positive="b")
    assert sized.rows[2].scores is not None
    assert sized.rows[2].problem == "larger than 5,000 bytes"
    assert sized.taken != "boosting"
    hasty = compare(
        problem(), candidates=(PRIOR, LOGISTIC), rules=replace(RULES, budget=Budget(spent_seconds=1e-9)), positive="b"
    )
    assert [row.problem for row in hasty.rows] == ["over 1e-09 s after 1 of 6 folds"] * 2
    assert (hasty.taken, hasty.why) == ("", "no candidate stayed within the budget")
    assert "over 1e-09 s" in to_text(hasty)


def test_an_interrupted_comparison_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """Finished cells are not run again, and the figures are those of a run in one go."""
    stopped = Stopping(after=4)
    arguments = {"candidates": (PRIOR, LOGISTIC), "rules": RULES, "positive": "b"}
    with pytest.raises(KeyboardInterrupt):
        compare(problem(), state=tmp_path, finished=stopped, **arguments)  # type: ignore[arg-type]  # shared arguments
    assert len(list(tmp_path.iterdir())) == 4
    damaged = min(tmp_path.iterdir())
    damaged.write_bytes(damaged.read_bytes()[:40])
    kept = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir() if path != damaged}
    resumed = compare(problem(), state=tmp_path, **arguments)  # type: ignore[arg-type]  # shared arguments
    assert {name: (tmp_path / name).stat().st_mtime_ns for name in kept} == kept
    whole = compare(problem(), **arguments)  # type: ignore[arg-type]  # shared arguments
    for one, other in zip(resumed.rows, whole.rows, strict=True):
        assert one.scores and other.scores  # noqa: PT018 -- one claim: both finished
        assert {name: found.metric for name, found in one.scores.figures.items()} == {
            name: found.metric for name, found in other.scores.figures.items()
        }
    count = len(list(tmp_path.iterdir()))
    compare(replace(problem(), labels=1 - problem().labels), state=tmp_path, **arguments)  # type: ignore[arg-type]  # as above
    assert len(list(tmp_path.iterdir())) == 2 * count, "other labels are another comparison"


def test_the_table_is_json_that_an_evaluation_reads() -> None:
    """Three classes, no positive one: macro F1 decides; every figure has its interval and the costs are among them."""
    found = compare(problem(classes=3), candidates=(PRIOR, LOGISTIC), rules=RULES)
    document = to_json(found)
    read = Evaluation.from_json(json.dumps(document | {"baselines": {"prior": document["baselines"]}}))
    assert found.headline == "macro_f1"
    metric = read.metrics["logistic.macro_f1"]
    assert metric.low < metric.value < metric.high
    assert metric.n == 40
    assert read.metrics["logistic.size"].unit == "bytes"
    assert read.metrics["logistic.train"].value > 0
    assert read.baselines["prior"]["prior.macro_f1"].value < metric.value
    assert read.config["taken"] == "logistic"


def test_a_class_that_only_the_test_has_is_scored_as_missed() -> None:
    """A class of one group is empty in training when that group is tested: no error, probability 0."""
    base = problem()
    rare = replace(base, labels=np.where(base.groups == 0, 2, base.labels), classes=("a", "b", "rare"))
    found = compare(rare, candidates=(PRIOR, LOGISTIC), rules=RULES)
    assert found.rows[1].scores is not None
    assert found.rows[1].scores.value("recall[rare]") == 0.0
    assert [note.partition(",")[0] for note in found.notes] == ["seed 1", "seed 2"]
    assert "trains without class 'rare'" in to_text(found)


def test_folds_that_tear_groups_or_test_other_rows_are_refused() -> None:
    """Also those that tear near-duplicates."""
    base = problem()
    rows = np.arange(480)
    with pytest.raises(InputError, match="partition 0"):
        compare(base, candidates=(PRIOR,), rules=RULES, folds=lambda seed: by_group(rows, base.labels, 3, seed))
    with pytest.raises(InputError, match="partition 1"):
        compare(base, candidates=(PRIOR,), rules=RULES, near_duplicates=rows % 240)
    half = Fold(np.flatnonzero(base.groups >= 20), np.flatnonzero(base.groups < 20), "half")
    other = Fold(half.test, half.train, "other")
    with pytest.raises(InputError, match="test the same rows"):
        compare(base, candidates=(PRIOR,), rules=RULES, folds=lambda seed: [half if seed == 1 else other])


def test_a_trainer_that_cannot_is_a_line_of_the_table() -> None:
    """Its message stands where its figures would."""
    found = compare(problem(), candidates=(PRIOR, Candidate("broken", (Refusing(),))), rules=RULES, positive="b")
    assert found.rows[1].problem == "fold 1: needs more memory"
    assert found.taken == ""


def test_the_usual_candidates_hold_every_kind_once() -> None:
    """The naive baseline first, each kind under its own name."""
    assert [one.name for one in CANDIDATES] == ["prior", "nearest", "logistic", "svm", "boosting", "mlp"]
    assert all(trainer.name == one.name for one in CANDIDATES for trainer in one.settings)
    with pytest.raises(InputError, match="'empty': no settings"):
        Candidate("empty", ())


class Stopping:
    """Ctrl-C after so many cells."""

    def __init__(self, after: int) -> None:
        self.left = after

    def __call__(self, description: str) -> None:
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt


@dataclass(frozen=True)
class Refusing:
    """A trainer whose data is too much for it."""

    name: str = "broken"

    def fit(
        self, features: Features, labels: NDArray[np.int64], classes: tuple[str, ...], groups: object, seed: int
    ) -> Model:
        raise InputError("needs more memory")
