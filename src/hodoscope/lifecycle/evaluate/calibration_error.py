"""How far stated probabilities are from what happens: expected calibration error, Brier score, log loss."""

import numpy as np

from hodoscope.lifecycle.evaluate.counted import Cells, Counted, Sums, ratio
from hodoscope.lifecycle.evaluate.units import Codes, Floats, Units

BINS = 15
"""As Guo et al. 2017 (arXiv:1706.04599), but of equal mass: bins of equal width are mostly empty for a good model."""
SMALLEST = 1e-15


def equal_mass_bins(confidence: Floats, bins: int = BINS) -> Codes:
    """Bin 0…bins-1 of each value, about equally full; equal values share a bin, so some may stay empty."""
    ordered = np.sort(confidence)
    edges = ordered[[len(ordered) * number // bins for number in range(1, bins)]]
    return np.searchsorted(edges, confidence, "right")


def top_label(units: Units) -> tuple[Floats, Floats]:
    """Highest probability of each row and whether its class is in the truth (1.0 or 0.0), both (rows,)."""
    best = units.probabilities.argmax(axis=1)
    rows = np.arange(units.rows)
    return units.probabilities[rows, best], units.truth[rows, best].astype(np.float64)


def calibration(units: Units) -> tuple[Counted, Counted]:
    """``ece`` (top label, 15 equal-mass bins) and ``brier`` (sum over classes), and ``log_loss`` in nats per row.

    With several allowed classes their probabilities count together. The bins are those of the data as they are,
    in every draw. ECE is biased upwards: even a perfect model shows some, which the reliability diagram marks.
    """
    confidence, right = top_label(units)
    allowed = np.where(units.truth, units.probabilities, 0).sum(axis=1)
    squares = (np.where(units.truth, 0, units.probabilities) ** 2).sum(axis=1) + (1 - allowed) ** 2
    gaps = Cells.of(units.groups, equal_mass_bins(confidence), BINS, confidence - right)
    sums = Sums.of(units.groups, squares)
    surprise = Sums.of(units.groups, -np.log(np.maximum(allowed, SMALLEST)))
    support: Codes = np.full(2, units.groups_present)
    return (
        Counted(("ece", "brier"), support, (gaps, sums), _gaps_and_squares),
        Counted(("log_loss",), support[:1], (surprise,), lambda totals: ratio(totals[:, :1], totals[:, 1:]), "nats"),
    )


def _gaps_and_squares(totals: Floats) -> Floats:
    gaps, squares, rows = np.abs(totals[:, :BINS]).sum(axis=1), totals[:, BINS], totals[:, BINS + 1 :]
    return ratio(np.column_stack([gaps, squares]), rows)
