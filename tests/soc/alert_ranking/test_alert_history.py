"""Only what was known."""

from collections.abc import Sequence

import numpy as np
from tests.soc.alert_ranking.alerts import SECOND, Row, network, table

from hodoscope.soc.alert_ranking.alert_history import AlertHistory


def _column(rows: Sequence[Row], name: str) -> list[float]:
    history = AlertHistory.of(table(rows))
    features = history.features(np.full(len(history.first), 0.5))
    column = features.dense()[:, features.names.index(name)]
    return [round(float(value), 6) for value in np.expm1(column)]


def test_earlier_alerts_of_the_same_key_and_network_count() -> None:
    """Neither the same moment, nor the future, nor another network; a flood counts in full."""
    rows = [
        (0, "scan", "a", "h", "x"),
        (1, "scan", "a", "h", "x"),
        (2, "probe", "a", "h", "x"),
        (2, "other", "a", "h", "x"),
        (3, "probe", "a", "h", "y"),
        (700, "probe", "a", "h", "x"),
    ]
    assert _column(rows, "address_alerts_10min") == [0, 2, 2, 0, 0]
    assert _column(rows, "address_alerts_1h") == [0, 2, 2, 0, 4]
    assert _column(rows, "address_suspicion_1h") == [0, 0.5, 0.5, 0, 1.5]
    assert _column(rows, "signature_pause")[-1] == 698


def test_features_never_see_the_future() -> None:
    """Cutting off what comes later changes no bit of what came before."""
    alerts, _ = network(1, "x")
    whole = AlertHistory.of(alerts)
    early = alerts.filter(alerts.column("time_us").to_numpy() <= 40_000 * SECOND)
    cut = AlertHistory.of(early)
    rows = len(cut.first)
    rates = np.linspace(0, 1, len(whole.first))
    assert np.array_equal(whole.first[:rows], cut.first)
    assert np.array_equal(whole.features(rates).dense()[:rows], cut.features(rates[:rows]).dense())


def test_a_shifted_clock_changes_nothing() -> None:
    """No feature tells the absolute time; the shift is whole windows."""
    alerts, _ = network(2, "x")
    later = alerts.set_column(0, "time_us", [np.asarray(alerts.column("time_us")) + 1_000 * 600 * SECOND])
    features = [
        history.features(np.full(len(history.first), 0.1)).dense()
        for history in (AlertHistory.of(alerts), AlertHistory.of(later))
    ]
    assert np.array_equal(features[0], features[1])
