"""Figures are written so that they can be read and compared."""

import math

import pytest

from hodoscope.lifecycle.metric import Metric
from hodoscope.lifecycle.report.numbers import interval, number, percent, signed


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (0.93421, "share", "0.934"),
        (1.0, "share", "1.000"),
        (0.0, "share", "0.000"),
        (0.00123, "share", "0.0012"),
        (0.99987, "share", "0.99987"),
        (-0.25, "share", "−0.250"),
        (math.nan, "share", "–"),
        (0.2894, "nats", "0.289 nats"),
        (12345.6, "bytes", "12,346 bytes"),
        (30.0, "s", "30 s"),
        (200.0, "s", "3.33 min"),
        (9000.0, "s", "2.5 h"),
        (200_000.0, "s", "2.31 d"),
    ],
)
def test_numbers_carry_what_they_are_worth(value: float, unit: str, written: str) -> None:
    """Three places, two digits near the ends, a unit people use."""
    assert number(value, unit) == written


def test_intervals_name_the_unit_once() -> None:
    """A minus needs a word between; an undefined one is a dash."""
    assert interval(Metric(0.5, 0.4, 0.6)) == "0.400–0.600"
    assert interval(Metric(0.1, -0.1, 0.3)) == "−0.100 to 0.300"
    assert interval(Metric(0.3, 0.2, 0.4, "nats")) == "0.2–0.4 nats"
    assert interval(Metric(90, 60, 300, "s")) == "60 s–5 min"
    assert interval(Metric(0.5, math.nan, math.nan)) == "–"


def test_signs_and_percents() -> None:
    """A gain shows its plus; a percentage no more places than it carries."""
    assert (signed(0.1), signed(-0.1), signed(0)) == ("+0.100", "−0.100", "0.000")
    assert (percent(0.05), percent(0.1), percent(1), percent(0.956), percent(math.nan)) == (
        "5.0 %",
        "10 %",
        "100 %",
        "95.6 %",
        "–",
    )
