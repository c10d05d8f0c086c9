"""Attackers of a new network."""

import numpy as np
import pyarrow as pa
import pytest
from tests.soc.alert_ranking.alerts import network

from hodoscope.errors import InputError
from hodoscope.soc.alert_ranking.alert_history import AlertHistory
from hodoscope.soc.alert_ranking.rank import Known, fit_ranker


def _known(seed: int) -> Known:
    alerts, attacks = network(seed, f"net{seed}")
    history = AlertHistory.of(alerts)
    return Known(history, alerts.column("signature").take(pa.array(history.first)).to_pylist(), attacks[history.first])


def test_an_ordinary_signature_is_suspicious_beside_an_exploit() -> None:
    """Failed logons of the attacker rank above everybody's, in a network never seen; a look-up table cannot do that."""
    new = _known(9)
    scores = fit_ranker([_known(seed) for seed in range(4)], seed=7).scores(new.history, new.signatures)
    logons = np.array(new.signatures) == "logon failed"
    attacks, harmless = scores[logons & new.attacks], scores[logons & ~new.attacks]
    assert np.median(attacks) > np.quantile(harmless, 0.95)


def test_one_network_is_not_enough() -> None:
    """Its rates would have seen its own truth."""
    with pytest.raises(InputError, match="second"):
        fit_ranker([_known(1)], seed=7)
