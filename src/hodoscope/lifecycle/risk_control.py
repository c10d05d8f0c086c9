"""Acting without a human under a stated bound: thresholds λ with P(missed fraction > α) ≤ δ, else abstain.

Learn-then-Test (Angelopoulos, Bates, Candès, Jordan, Lei 2021, arXiv:2110.01052) with MAPIE's Hoeffding–Bentkus
p-values and its control of the family-wise error. The probability is over the calibration units, which must be
exchangeable with what comes later: independent draws of the same source. Under drift nothing is promised;
:func:`observed` and :func:`alarm_after` say from later labels whether the bound still holds.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike

from hodoscope.errors import InputError
from hodoscope.lifecycle.evaluate.units import Flags, Floats
from hodoscope.lifecycle.extra import load
from hodoscope.lifecycle.metric import Metric

GRID: Floats = 1 / (1 + np.exp(-np.linspace(-12, 12, 481)))
"""Thresholds that are tried, equally far apart in log odds (.05): fixed before any data is seen, as the method asks."""
STARTS = 8
"""Where sequences of tests begin when the risk is not monotone: each at an eighth of the thresholds, with δ / 8."""


class Risk(StrEnum):
    """``MISSED``: share of the attacks that are closed. ``WRONG``: share of the automatic actions that are wrong."""

    MISSED = "missed"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Bound:
    """A promise: acting on ``threshold`` keeps the risk above ``alpha`` with probability at most ``delta``.

    ``threshold`` None: the ``units`` (independent ones that the promise rests on) prove nothing, so never act.
    """

    risk: Risk
    alpha: float
    delta: float
    threshold: float | None
    units: int

    def acts(self, scores: ArrayLike) -> Flags:
        """Where to act, (rows,): below the threshold for ``MISSED``, from it upwards for ``WRONG``; else abstain."""
        values = np.asarray(scores, dtype=np.float64)
        if self.threshold is None:
            return np.zeros(values.shape, np.bool_)
        return values < self.threshold if self.risk is Risk.MISSED else values >= self.threshold

    def to_json(self) -> dict[str, object]:
        """The five fields, for the artifact."""
        return {
            "risk": self.risk.value,
            "alpha": self.alpha,
            "delta": self.delta,
            "threshold": self.threshold,
            "units": self.units,
        }

    @classmethod
    def from_json(cls, document: object, where: str = "$") -> Self:
        """The inverse. Raises ``InputError`` naming ``where``."""
        if not isinstance(document, Mapping):
            raise InputError(f"{where}: expected an object with risk, alpha, delta, threshold, units")
        try:
            threshold = document["threshold"]
            return cls(
                Risk(document["risk"]),
                float(document["alpha"]),
                float(document["delta"]),
                None if threshold is None else float(threshold),
                int(document["units"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"{where}: expected risk, alpha, delta, threshold, units ({error!r})") from None


def lost_below(scores: ArrayLike, attacks: ArrayLike, lost_when: Literal["all", "any"] = "all") -> Floats:
    """The score below which each attack is lost, (attacks,): one value per attack, so that they are independent.

    ``scores`` and ``attacks`` (rows,) cover the units of attacks. An attack is lost when ``all`` its units are closed
    (one open unit still shows it), or when ``any`` is.
    """
    values = np.asarray(scores, dtype=np.float64)
    _, codes = np.unique(np.asarray(attacks), return_inverse=True)
    order = np.lexsort((values, codes))
    codes = codes[order]
    edge = np.r_[codes[1:] != codes[:-1], True] if lost_when == "all" else np.r_[True, codes[1:] != codes[:-1]]
    lost: Floats = values[order][edge]
    return lost


def close_below(attack_scores: ArrayLike, alpha: float, delta: float, grid: Floats = GRID) -> Bound:
    """Highest threshold such that closing everything below it misses at most ``alpha`` of attacks, but for ``delta``.

    ``attack_scores``: scores of known attacks, one per independent attack (see :func:`lost_below`), not used in
    training. At least ln δ / ln(1 - α) of them are needed for any threshold: 299 for α = .01, δ = .05. Raises
    ``InputError`` for α or δ outside (0, 1) and for scores outside 0…1.
    """
    scores = np.sort(_checked(attack_scores, alpha, delta))
    missed = np.searchsorted(scores, grid, "left")
    valid = _proven(missed, np.full(len(grid), len(scores)), alpha, delta, starts=1)
    return Bound(Risk.MISSED, alpha, delta, float(grid[valid].max()) if valid.any() else None, len(scores))


def act_above(confidence: ArrayLike, right: ArrayLike, alpha: float, delta: float, grid: Floats = GRID) -> Bound:
    """Lowest threshold such that of the actions from it upwards at most ``alpha`` are wrong, but for ``delta``.

    ``confidence`` of the action and whether it was ``right``, (rows,), one row per independent unit. Everything below
    the threshold is left to a human. Raises ``InputError`` as :func:`close_below`.
    """
    scores = _checked(confidence, alpha, delta)
    flags = np.asarray(right, dtype=np.bool_)
    if flags.shape != scores.shape:
        raise InputError(f"right: shape {flags.shape}, confidence {scores.shape}; one answer per action")
    falling = grid[::-1]
    acted, wrong = (len(some) - np.searchsorted(np.sort(some), falling, "left") for some in (scores, scores[~flags]))
    valid = _proven(wrong, acted, alpha, delta, STARTS)
    return Bound(Risk.WRONG, alpha, delta, float(falling[valid].min()) if valid.any() else None, len(scores))


def fewest_attacks(alpha: float, delta: float) -> int:
    """How many independent attacks, none missed, it takes to prove anything: smallest n with (1 - α)^n ≤ δ."""
    return math.ceil(math.log(delta) / math.log1p(-alpha))


def observed(bad: int, of: int, level: float = 0.95) -> Metric:
    """The risk seen on later labelled units: ``bad`` out of ``of`` attacks missed, or actions wrong.

    The interval is exact (Clopper and Pearson 1934). A promise is refuted where even its lower end is above α; with 0
    units the figure is undefined.
    """
    if not of:
        return Metric(math.nan, math.nan, math.nan, "share", 0)
    beta, tail = load("scipy.stats").beta, (1 - level) / 2
    low = float(beta.ppf(tail, bad, of - bad + 1)) if bad else 0.0
    high = float(beta.ppf(1 - tail, bad + 1, of - bad)) if bad < of else 1.0
    return Metric(bad / of, low, high, "share", of)


def alarm_after(bound: Bound, bad: ArrayLike, false_alarm: float = 0.05) -> int | None:
    """After how many later units, in order, it is proven that the risk exceeds α; None when it never is.

    ``bad`` (rows,): whether each labelled attack was missed (or action wrong). Looking after every unit is allowed: the
    bound of MAPIE's risk monitoring holds at all times together, with a false alarm in at most ``false_alarm`` of runs.
    """
    losses = np.asarray(bad, dtype=np.int64)
    # Half of MAPIE's level is for estimating the acceptable risk, which is given here: α.
    monitor = load("mapie.exchangeability_testing").RiskMonitoring(
        "recall", test_level=min(2 * false_alarm, 0.999), threshold=bound.alpha, warn=False
    )
    if not len(losses):
        return None
    monitor.update(np.ones(len(losses), np.int64), 1 - losses)
    above = np.asarray(monitor.online_risk_lower_bound_sequence_history) > bound.alpha
    return int(np.argmax(above)) + 1 if above.any() else None


def _proven(bad: np.ndarray, of: np.ndarray, alpha: float, delta: float, starts: int) -> Flags:
    """Which thresholds, safest first, are proven to keep the risk: (thresholds,)."""
    control = load("mapie.risk_control")
    # The library rounds rate × number up to a count; without the nudge 3.0000000000000004 would become 4.
    counts = np.maximum(bad - 1e-6, 0)
    p_values = load("mapie.risk_control.methods").compute_hoeffding_bentkus_p_value(
        counts / np.maximum(of, 1), np.maximum(of, 1), alpha, binary=True
    )[:, 0]
    p_values = np.where(of > 0, p_values, 1.0)  # nothing acted upon proves nothing
    valid = np.zeros(len(of), np.bool_)
    valid[control.control_fwer(p_values, delta, control.FWERFixedSequenceTesting(n_starts=starts))] = True
    return valid


def _checked(scores: ArrayLike, alpha: float, delta: float) -> Floats:
    if not (0 < alpha < 1 and 0 < delta < 1):
        raise InputError(f"alpha {alpha}, delta {delta}: both lie between 0 and 1, such as .01 and .05")
    values = np.asarray(scores, dtype=np.float64)
    if values.ndim != 1 or not ((values >= 0) & (values <= 1)).all():
        raise InputError("scores: expected one dimension of numbers from 0 to 1")
    return values
