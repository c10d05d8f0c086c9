"""The bound on missed attacks holds where it is promised, and the drift that breaks it is seen."""

import math

import numpy as np
import pytest
from scipy.stats import beta, binom

from hodoscope.errors import InputError
from hodoscope.lifecycle.risk_control import (
    GRID,
    Bound,
    Risk,
    act_above,
    alarm_after,
    close_below,
    fewest_attacks,
    lost_below,
    observed,
)

REPETITIONS, ALPHA, DELTA = 1000, 0.1, 0.1
MOST = int(binom.ppf(0.999, REPETITIONS, DELTA))
"""Violations that a method which keeps its promise exceeds once in a thousand runs of this test."""
COARSE = GRID[::6]


def missed_shares(attacks: int, drift: float, seed: int) -> list[float]:
    """True missed fraction of each repeated calibration; ``drift`` lowers the first parameter of later scores."""
    dice = np.random.default_rng(seed)
    shares = []
    for _ in range(REPETITIONS):
        bound = close_below(dice.beta(5, 2, attacks), ALPHA, DELTA, COARSE)
        shares.append(0.0 if bound.threshold is None else float(beta.cdf(bound.threshold, 5 - drift, 2)))
    return shares


def test_the_missed_fraction_exceeds_alpha_in_at_most_delta_of_1000_repetitions() -> None:
    """On exchangeable data; and the threshold is of use: the mean share closed wrongly is not far below α."""
    shares = np.array(missed_shares(300, 0, 1))
    assert (shares > ALPHA).sum() <= MOST
    assert 0.4 * ALPHA < shares.mean() < ALPHA


def test_the_bound_breaks_under_drift_and_is_not_claimed_there() -> None:
    """Attacks that score lower later: the promise fails in most repetitions, which is why later labels are watched."""
    assert (np.array(missed_shares(300, 1.5, 2)) > ALPHA).mean() > 0.9


def test_wrong_actions_exceed_alpha_in_at_most_delta_of_1000_repetitions() -> None:
    """Calibrated confidence: acting above the threshold is wrong as often as 1 - confidence says."""
    dice = np.random.default_rng(3)
    everyone = dice.beta(4, 1, 200_000)
    broken = acted = 0
    for _ in range(REPETITIONS):
        confidence = dice.beta(4, 1, 800)
        bound = act_above(confidence, dice.random(800) < confidence, ALPHA, DELTA, COARSE)
        if bound.threshold is not None:
            acted += 1
            broken += float((1 - everyone[everyone >= bound.threshold]).mean()) > ALPHA
    assert broken <= MOST
    assert acted > 0.8 * REPETITIONS


def test_too_few_attacks_prove_nothing() -> None:
    """One less than the least number: abstain always. With the least, none may be missed."""
    least = fewest_attacks(0.01, 0.05)
    assert least == 299
    assert close_below(np.full(least - 1, 0.9), 0.01, 0.05).threshold is None
    bound = close_below(np.full(least, 0.9), 0.01, 0.05)
    assert bound.threshold is not None
    assert bound.threshold <= 0.9
    assert not close_below([], 0.1, 0.1).acts([0.0, 0.5]).any()


@pytest.mark.parametrize("attacks", [150, 299, 400, 1500])
def test_the_threshold_is_as_high_as_the_exact_binomial_allows(attacks: int) -> None:
    """As many attacks may lie below it as a binomial tail of δ permits: no rounding on the way costs one."""
    permitted = int(np.flatnonzero(binom.cdf(np.arange(attacks), attacks, ALPHA) <= DELTA).max())
    scores = np.sort(np.random.default_rng(attacks).permutation(GRID[10:-10])[np.arange(attacks) % 400])
    bound = close_below(scores, ALPHA, DELTA)
    assert bound.threshold is not None
    following = GRID[bound.threshold < GRID][0]
    assert (scores < bound.threshold).sum() <= permitted < (scores < following).sum()


def test_closing_is_below_and_acting_from_the_threshold_upwards() -> None:
    """Everything else is left to a human."""
    assert Bound(Risk.MISSED, 0.1, 0.1, 0.5, 9).acts([0.4, 0.5, 0.6]).tolist() == [True, False, False]
    assert Bound(Risk.WRONG, 0.1, 0.1, 0.5, 9).acts([0.4, 0.5, 0.6]).tolist() == [False, True, True]


def test_an_attack_is_lost_with_its_last_or_its_first_unit() -> None:
    """One value per attack: the highest score of its units, or the lowest."""
    scores, attacks = [0.2, 0.9, 0.4, 0.3], ["a", "a", "b", "b"]
    assert lost_below(scores, attacks).tolist() == [0.9, 0.4]
    assert lost_below(scores, attacks, "any").tolist() == [0.2, 0.3]


def test_later_labels_show_whether_the_bound_holds() -> None:
    """Exact interval; undefined without labels."""
    seen = observed(30, 100)
    assert (seen.value, seen.n) == (0.3, 100)
    assert (seen.low, seen.high) == pytest.approx((0.2124, 0.3998), abs=1e-3)
    assert observed(0, 20).low == 0
    assert observed(20, 20).high == 1
    assert math.isnan(observed(0, 0).value)


def test_drift_raises_an_alarm_and_standing_still_rarely_does() -> None:
    """Missing 40 % where 10 % were promised: told within a hundred labels; at 10 % in at most about 5 % of runs."""
    bound, dice = Bound(Risk.MISSED, 0.1, 0.1, 0.5, 300), np.random.default_rng(4)
    alarms = [alarm_after(bound, dice.random(300) < 0.4) for _ in range(9)]
    assert np.median([alarm or 999 for alarm in alarms]) < 100
    assert sum(alarm_after(bound, dice.random(300) < 0.1) is not None for _ in range(40)) <= 6
    assert alarm_after(bound, []) is None


def test_a_bound_survives_its_json() -> None:
    """With and without a threshold; a damaged one names the place."""
    for threshold in (0.25, None):
        bound = Bound(Risk.WRONG, 0.05, 0.1, threshold, 400)
        assert Bound.from_json(bound.to_json()) == bound
    for broken in (3, {}, {**bound.to_json(), "risk": "other"}):
        with pytest.raises(InputError, match=r"^\$\.bound"):
            Bound.from_json(broken, "$.bound")


def test_bad_input_is_refused() -> None:
    """Levels and scores outside their range, NaN, another number of answers."""
    with pytest.raises(InputError, match="alpha 0"):
        close_below([0.5], 0, 0.1)
    with pytest.raises(InputError, match="delta 1"):
        close_below([0.5], 0.1, 1)
    for wrong in ([1.5], [math.nan], [[0.5]]):
        with pytest.raises(InputError, match="scores"):
            close_below(wrong, 0.1, 0.1)
    with pytest.raises(InputError, match="right: shape"):
        act_above([0.5], [True, False], 0.1, 0.1)
