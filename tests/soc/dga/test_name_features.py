"""Features of names."""

import pytest
from tests.soc.dga.ordinary_names import ordinary_names

from hodoscope.errors import InputError
from hodoscope.soc.dga.name_features import NAMES, NameKnowledge

LANGUAGE = {"the": -0.7, "people": -0.7}
KNOWLEDGE = NameKnowledge.fit(ordinary_names(1200, 1), LANGUAGE)


def test_features_have_names_and_are_finite_for_any_label() -> None:
    """One letter, 63 letters, letters of no alphabet."""
    features = KNOWLEDGE.features(["a", "z" * 63, "_é_", "-", "0"])
    assert features.names == NAMES
    assert features.rows == 5


def test_an_empty_name_is_refused() -> None:
    """The message says where empty names come from."""
    with pytest.raises(InputError, match="registered_name"):
        KNOWLEDGE.features(["good", ""])


def test_too_few_names_teach_nothing() -> None:
    """Rather an error than a model of noise."""
    with pytest.raises(InputError, match="at least 1000"):
        NameKnowledge.fit(["one", "two"], LANGUAGE)
