"""A small model, from names to a verdict."""

import numpy as np
import pytest
from tests.soc.dga.ordinary_names import ordinary_names

from hodoscope.lifecycle.models.boosting import BoostingTrainer
from hodoscope.soc.dga.learn import FALSE_ALARM_SHARE, ChosenNames, Lesson

TRAINER = BoostingTrainer(rounds=30)


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    return Lesson.prepare(ordinary_names(2500, 1), seed=1)


def _random_names(count: int, seed: int) -> list[str]:
    random = np.random.default_rng(seed)
    return ["".join(random.choice(list("abcdefghijklmnopqrstuvwxyz"), 14)) for _ in range(count)]


def test_random_names_are_told_from_names_like_the_chosen_ones(lesson: Lesson) -> None:
    """Neither has been seen."""
    judge = lesson.learn(lesson.knowledge.features(_random_names(100, 1)), TRAINER, seed=1)
    seen = set(ordinary_names(2500, 1))
    unseen = [name for name in ordinary_names(1000, 2) if name not in seen]
    generated = judge.probabilities(lesson.knowledge.features(_random_names(200, 2)))
    chosen = judge.probabilities(lesson.knowledge.features(unseen))
    assert np.mean(generated > judge.threshold) > 0.9
    assert np.mean(chosen > judge.threshold) < 0.02


def test_the_threshold_flags_the_promised_share_of_names_that_trained_nothing(lesson: Lesson) -> None:
    """Set on its own part of the chosen names."""
    judge = lesson.learn(lesson.knowledge.features(_random_names(100, 1)), TRAINER, seed=1)
    flagged = np.mean(judge.probabilities(lesson.reference) > judge.threshold)
    assert flagged <= FALSE_ALARM_SHARE + 1 / lesson.reference.rows


def test_a_name_has_one_part_whatever_else_is_in_the_list() -> None:
    """Words, model and threshold never share a name, and more names move none."""
    few, many = ChosenNames.parted(ordinary_names(500, 1)), ChosenNames.parted(ordinary_names(1500, 1))
    assert set(few.words) <= set(many.words)
    assert set(few.threshold) <= set(many.threshold)
    assert not set(many.words) & set(many.model) | set(many.model) & set(many.threshold)


def test_learning_twice_gives_the_same_bits(lesson: Lesson) -> None:
    """Same names, same seed."""
    generated = lesson.knowledge.features(_random_names(50, 1))
    first, second = (lesson.learn(generated, TRAINER, seed=1) for _ in range(2))
    assert first.threshold == second.threshold
    assert np.array_equal(first.probabilities(generated), second.probabilities(generated))
