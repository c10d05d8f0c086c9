"""Likely letters."""

import numpy as np
import pytest
from tests.soc.dga.ordinary_names import ordinary_names

from hodoscope.soc.dga.letter_model import NAMES, LetterModel
from hodoscope.soc.dga.letters import SYMBOLS

MODEL = LetterModel.fit(ordinary_names(1500, 1))


def test_probabilities_after_every_context_sum_to_one() -> None:
    """Seen contexts and unseen ones, at every width."""
    for table in MODEL.tables:
        assert np.exp(table.reshape(-1, SYMBOLS).astype(np.float64)).sum(1) == pytest.approx(1, abs=1e-4)


def test_an_ordinary_name_is_likelier_than_its_letters_shuffled() -> None:
    """Names that the model was not fitted on."""
    names = ordinary_names(100, 2)
    shuffled = ["".join(np.random.default_rng(3).permutation(list(name))) for name in names]
    mean = NAMES.index("letters4_mean")
    assert MODEL.features(names)[:, mean].mean() > MODEL.features(shuffled)[:, mean].mean() + 1


def test_a_name_has_the_same_numbers_beside_any_other() -> None:
    """Padding does not count."""
    alone, beside = MODEL.features(["hotel"]), MODEL.features(["hotel", "a-much-longer-name-than-that"])
    assert np.array_equal(alone[0], beside[0])
