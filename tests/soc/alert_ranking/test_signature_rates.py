"""The look-up table."""

import numpy as np
import pytest

from hodoscope.soc.alert_ranking.signature_rates import SignatureRates


def test_rates_lean_to_the_overall_one_when_little_was_seen() -> None:
    """A single hit proves nothing; an unknown signature has the overall rate."""
    signatures = ["often"] * 90 + ["quiet"] * 9 + ["once"]
    attacks = np.array([True] * 45 + [False] * 45 + [False] * 9 + [True])
    rates = SignatureRates.fit(signatures, attacks)
    often, quiet, once, new = rates.of(["often", "quiet", "once", "new"])
    assert new == pytest.approx(0.46)
    assert often == pytest.approx(0.5, abs=0.01)
    assert quiet < new < once < 0.6


def test_nothing_seen_is_nothing_suspected() -> None:
    """No division by zero."""
    assert SignatureRates.fit([], np.zeros(0, np.bool_)).of(["any"]).tolist() == [0.0]
