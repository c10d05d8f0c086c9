"""Adjusted p-values, against SciPy and against their promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from hodoscope.errors import InputError
from hodoscope.lifecycle.evaluate.corrections import benjamini_hochberg, holm

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=20)


@given(P_VALUES)
def test_benjamini_hochberg_equals_scipy(p_values: list[float]) -> None:
    """For any list."""
    assert benjamini_hochberg(p_values) == pytest.approx(false_discovery_control(p_values))


@given(P_VALUES)
def test_holm_lies_between_the_raw_and_bonferroni(p_values: list[float]) -> None:
    """And never below Benjamini-Hochberg."""
    adjusted = holm(p_values)
    assert (adjusted >= np.array(p_values)).all()
    assert (adjusted <= np.minimum(1, np.array(p_values) * len(p_values)) + 1e-12).all()
    assert (adjusted >= benjamini_hochberg(p_values) - 1e-12).all()


def test_holm_by_hand() -> None:
    """The smallest times 3, the next times 2, never falling."""
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


def test_holm_keeps_false_rejections_rare() -> None:
    """Twenty true hypotheses: any rejection at 5 % in at most about 5 % of 2,000 families; uncorrected in most."""
    families = np.random.default_rng(1).random((2000, 20))
    assert np.mean([holm(family).min() <= 0.05 for family in families]) < 0.065
    assert (families.min(axis=1) <= 0.05).mean() > 0.6


def test_what_is_no_p_value_is_refused() -> None:
    """NaN included."""
    for wrong in ([1.5], [float("nan")], [[0.1]]):
        with pytest.raises(InputError, match="p-values"):
            holm(wrong)
