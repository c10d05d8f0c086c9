"""What is read of a flood."""

import pytest
from tests.soc.alert_ranking.alerts import table

from hodoscope.errors import InputError
from hodoscope.soc.alert_ranking.first_alerts import first_alerts


def test_one_alert_of_a_signature_address_and_ten_minutes_is_kept() -> None:
    """Another address, signature, network or window is another alert; the earliest of each stands for it."""
    rows = [
        (599, "scan", "a", "h", "x"),
        (5, "scan", "a", "h", "x"),
        (6, "scan", "a", "other", "x"),
        (601, "scan", "a", "h", "x"),
        (7, "scan", "b", "h", "x"),
        (8, "probe", "a", "h", "x"),
        (9, "scan", "a", "h", "y"),
    ]
    assert first_alerts(table(rows)).tolist() == [1, 4, 5, 6, 3]


def test_missing_columns_are_named() -> None:
    """Before anything is computed."""
    with pytest.raises(InputError, match="address"):
        first_alerts(table([(1, "s", "a", "h", "x")]).drop_columns(["address"]))
