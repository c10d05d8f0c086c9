"""The delay of an attack runs from its first unit to the first one decided."""

import numpy as np
import pytest

from hodoscope.errors import InputError
from hodoscope.lifecycle.evaluate.bootstrap import bootstrap
from hodoscope.lifecycle.evaluate.delay import delays
from hodoscope.lifecycle.evaluate.units import units


def test_delays_run_from_the_first_unit() -> None:
    """Attack a after 30 s, b at once, c never; false alarms and order do not matter."""
    judged = units(
        [0.9, 0.1, 0.8, 0.7, 0.2, 0.9],
        [1, 1, 1, 1, 1, 0],
        ("no", "yes"),
        ["x", "x", "x", "y", "z", "z"],
        positive="yes",
        attacks=["a", "a", "a", "b", "c", ""],
        seconds=[50.0, 20.0, 60.0, 7.0, 0.0, 0.0],
    )
    found = bootstrap(delays(judged), judged.group_count)
    assert found["attacks_detected"].value == pytest.approx(2 / 3)
    assert found["delay_median"].value == 0
    assert found["delay_p90"].value == 30
    assert found["delay_p90"].unit == "s"
    assert found["attacks_detected"].n == 3


def test_without_attacks_or_detections_there_is_no_delay() -> None:
    """No attack named: no figure. None detected: an undefined one."""
    assert delays(units([0.9, 0.1], [1, 0], ("no", "yes"), positive="yes")) == []
    missed = units([0.1, 0.1], [1, 0], ("no", "yes"), positive="yes", attacks=["a", ""], seconds=[0, 1])
    found = bootstrap(delays(missed), 2)
    assert found["attacks_detected"].value == 0
    assert np.isnan(found["delay_median"].value)


def test_half_the_input_is_refused() -> None:
    """Attacks need times, finite ones, and a positive class."""
    with pytest.raises(InputError, match="needs both"):
        units([0.9, 0.1], [1, 0], ("no", "yes"), attacks=["a", ""])
    with pytest.raises(InputError, match="seconds: row 1"):
        units([0.9, 0.1], [1, 0], ("no", "yes"), attacks=["a", ""], seconds=[0, np.inf])
    with pytest.raises(InputError, match="positive"):
        delays(units([0.9, 0.1], [1, 0], ("no", "yes"), attacks=["a", ""], seconds=[0, 1]))
