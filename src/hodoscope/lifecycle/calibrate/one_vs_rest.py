"""Calibrating class by class, as for two classes, and normalising what comes out (Zadrozny and Elkan 2002)."""

import numpy as np

from hodoscope.lifecycle.evaluate.units import Floats

SMALLEST = 1e-12


def normalised(calibrated: Floats, original: Floats) -> Floats:
    """Rows scaled to sum to 1; a row of zeros keeps the ``original`` probabilities. Both (rows, classes)."""
    totals = calibrated.sum(axis=1, keepdims=True)
    return np.where(totals > 0, calibrated / np.where(totals > 0, totals, 1), original)


def log_odds(probabilities: Floats) -> Floats:
    """log(p / (1 - p)), finite for 0 and 1 too."""
    inside = np.clip(probabilities, SMALLEST, 1 - SMALLEST)
    odds: Floats = np.log(inside) - np.log1p(-inside)
    return odds
