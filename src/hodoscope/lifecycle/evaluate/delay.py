"""How long an attack runs before a unit of it is decided to be one."""

from dataclasses import dataclass

import numpy as np

from hodoscope.errors import InputError
from hodoscope.lifecycle.evaluate.counted import Counted, Sums, ratio
from hodoscope.lifecycle.evaluate.interface import Statistic, Weights
from hodoscope.lifecycle.evaluate.units import Codes, Floats, Units

QUANTILES = (0.5, 0.9)


@dataclass(frozen=True, slots=True)
class Waits:
    """A :class:`Statistic`: ``delay_median`` and ``delay_p90`` in seconds over the attacks that are detected at all."""

    support: Codes
    _groups: Codes
    _ordered: Floats
    names: tuple[str, ...] = ("delay_median", "delay_p90")
    unit: str = "s"

    def gather(self, weights: Weights) -> Floats:
        """The smallest delay that so many attacks do not exceed, (2,); NaN when none was detected."""
        running = np.cumsum(weights[self._groups])
        if not len(running) or not running[-1]:
            return np.full(len(QUANTILES), np.nan)
        places = np.searchsorted(running, np.ceil(np.array(QUANTILES) * running[-1]))
        found: Floats = self._ordered[places]
        return found

    def finish(self, gathered: Floats) -> Floats:
        """Nothing is left to do."""
        return gathered


def delays(units: Units) -> list[Statistic]:
    """``attacks_detected`` (share) and the delays of those detected; nothing where no attacks are named.

    An attack begins with its first unit and is detected at its first unit that was decided positive. It belongs to the
    group of its first unit. Read the delays beside the share: an attack never detected has none. Raises ``InputError``
    without a positive class.
    """
    if units.attacks is None or units.seconds is None or not (units.attacks >= 0).any():
        return []
    if units.positive is None:
        raise InputError("attacks: a detection is a decision for one class; name it as positive")
    rows = np.flatnonzero(units.attacks >= 0)
    rows = rows[np.lexsort((units.seconds[rows], units.attacks[rows]))]
    begins, first = np.unique(units.attacks[rows], return_index=True)
    hits = rows[units.decisions[rows] == units.classes.index(units.positive)]
    found, earliest = np.unique(units.attacks[hits], return_index=True)
    starts, groups = units.seconds[rows[first]], units.groups[rows[first]]
    detected = np.isin(begins, found)
    waits = units.seconds[hits[earliest]] - starts[detected]
    order = np.argsort(waits, kind="stable")
    share = Counted(
        ("attacks_detected",),
        np.array([len(np.unique(groups))]),
        (Sums.of(groups, detected),),
        lambda totals: ratio(totals[:, :1], totals[:, 1:]),
    )
    behind = np.full(2, len(np.unique(groups[detected])))
    return [share, Waits(behind, groups[detected][order], waits[order])]
