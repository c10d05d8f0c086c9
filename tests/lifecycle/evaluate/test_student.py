"""The quantiles behind small-sample intervals."""

import pytest
from scipy.stats import t

from hodoscope.lifecycle.evaluate.student import percentile_levels, t_quantile, two_sided


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 5, 9, 30, 1000])
@pytest.mark.parametrize("probability", [0.005, 0.025, 0.05, 0.3, 0.5, 0.975, 0.995])
def test_t_quantiles_are_within_a_percent(freedom: int, probability: float) -> None:
    """Against SciPy; beyond two degrees an expansion is used."""
    off = 0.03 if freedom == 3 else 0.01
    assert t_quantile(probability, freedom) == pytest.approx(t.ppf(probability, freedom), rel=off, abs=1e-9)


def test_few_groups_move_the_percentiles_outwards() -> None:
    """Many groups give the plain 2.5 and 97.5 %."""
    assert percentile_levels(0.95, 100_000) == pytest.approx((0.025, 0.975), abs=1e-4)
    assert percentile_levels(0.95, 5)[0] < 0.002
    assert percentile_levels(0.95, 2)[0] < 1e-9


@pytest.mark.parametrize("freedom", [1, 4, 9, 40, 1000])
@pytest.mark.parametrize("statistic", [0.0, 0.5, -1.0, 2.0, 3.0])
def test_p_values_are_students(freedom: int, statistic: float) -> None:
    """Against SciPy, within a tenth."""
    assert two_sided(statistic, freedom) == pytest.approx(2 * t.sf(abs(statistic), freedom), rel=0.1)
