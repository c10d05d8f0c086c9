"""On real alerts: no column of the history changes when later alerts are taken away."""

import numpy as np
import pyarrow as pa
import pytest
from benchmarks.triage_alerts import NO_STEP, read_alerts
from tests.support.shared_data import SKIPPED, find_shared_data

from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.leakage.future import sees_future
from hodoscope.lifecycle.leakage.scan import find_leaks
from hodoscope.lifecycle.split import leave_one_group_out
from hodoscope.soc.alert_ranking.alert_history import AlertHistory


def _features(alerts: pa.Table) -> Features:
    """One row per alert, zeros for those that are no first ones; the rate of a signature is some share of its name."""
    history = AlertHistory.of(alerts)
    signatures = alerts.column("signature").take(pa.array(history.first)).to_pylist()
    features = history.features(np.array([len(name) % 7 / 7 for name in signatures]))
    values = np.zeros((alerts.num_rows, len(features.names)))
    values[history.first] = features.values
    return Features(features.names, values)


def test_history_looks_back_only_and_leaks_nothing_to_another_company() -> None:
    """Every file, some 1.3 million alerts, by the leakage scan with each company left out."""
    data = find_shared_data()
    if data is None:
        pytest.skip(SKIPPED)
    dataset = read_alerts(data)
    alerts, groups = dataset.table, dataset.groups()
    smallest = int(np.argmin(np.bincount(groups)))
    assert sees_future(_features, alerts.take(pa.array(np.flatnonzero(groups == smallest))), "time_us") == []
    history = AlertHistory.of(alerts)
    attacks = np.array(alerts.column("step").take(pa.array(history.first)).to_pylist()) != NO_STEP
    company = groups[history.first]
    report = find_leaks(
        history.features(np.zeros(len(attacks))),
        attacks.astype(np.int64),
        ("benign", "attack"),
        folds=leave_one_group_out(company),
        levels={"company": company},
    )
    columns = [leak.where for leak in report.leaks if leak.where in history.counted]
    assert columns == [], report.to_text()
    assert len(attacks) > 10_000
