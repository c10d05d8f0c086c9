"""Speed of the bootstrap: every standard figure of a million rows, beside scikit-learn called once per resample."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    confusion_matrix,
    log_loss,
    matthews_corrcoef,
    roc_auc_score,
)

from hodoscope.lifecycle.evaluate.bootstrap import Resampling, bootstrap, draw_weights
from hodoscope.lifecycle.evaluate.evaluation import statistics
from hodoscope.lifecycle.evaluate.units import Units, units

PEER_DRAWS = 2


@dataclass(frozen=True, slots=True)
class Speed:
    """``wall`` and ``cpu`` seconds for all draws, preparation included; ``peer`` CPU seconds by scikit-learn."""

    case: str
    rows: int
    draws: int
    figures: int
    wall: float
    cpu: float
    peer: float


def speeds(rows: int, draws: int, seed: int, ten_classes: bool) -> Iterator[Speed]:
    """Two classes: each row its own group (the costliest), rows in 1,000 groups; when asked, ten classes too."""
    dice = np.random.default_rng(seed)
    wanted = dice.random(rows) < 0.1
    scores = 1 / (1 + np.exp(-(dice.normal(size=rows) + 2 * wanted - 2)))
    grouped = dice.integers(0, 1000, rows)
    yield _run("two classes, every row its own group", units(scores, wanted, ("no", "yes"), positive="yes"), draws)
    yield _run("two classes, 1,000 groups", units(scores, wanted, ("no", "yes"), grouped, positive="yes"), draws)
    if not ten_classes:
        return
    truth = dice.integers(0, 10, rows)
    chances = np.exp(dice.normal(size=(rows, 10)) + 2 * np.eye(10)[truth])
    chances /= chances.sum(axis=1, keepdims=True)
    yield _run("ten classes, 1,000 groups", units(chances, truth, tuple("abcdefghij"), grouped), draws)


def _run(case: str, judged: Units, draws: int) -> Speed:
    wall, cpu = time.perf_counter(), time.process_time()
    found = bootstrap(statistics(judged), judged.group_count, Resampling(draws))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peer = _peer(judged) * draws if judged.positive else float("nan")
    return Speed(case, judged.rows, draws, len(found), wall, cpu, peer)


def _peer(judged: Units) -> float:
    """CPU seconds of one resample by scikit-learn with sample weights: the same kinds of figures for one class."""
    truth, scores, decided = judged.truth[:, 1], judged.probabilities[:, 1], judged.decisions
    begin = time.process_time()
    for draw in range(PEER_DRAWS):
        weights = draw_weights(judged.group_count, 7, draw)[judged.groups]
        for metric in (roc_auc_score, average_precision_score, brier_score_loss, log_loss):
            metric(truth, scores, sample_weight=weights)
        for metric in (confusion_matrix, matthews_corrcoef):
            metric(truth, decided, sample_weight=weights)
    return (time.process_time() - begin) / PEER_DRAWS
