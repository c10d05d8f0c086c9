"""The port of ordinary activity: a source writes the events that begin within one window of time."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hodoscope.soc.simulate.company import Company
from hodoscope.soc.simulate.dice import Dice
from hodoscope.soc.simulate.outbox import Outbox
from hodoscope.soc.simulate.rhythm import DayPlan, Window


@dataclass(frozen=True, slots=True)
class Moment:
    """What a source may look at. `dice` belongs to this source and window alone."""

    company: Company
    window: Window
    plan: DayPlan
    presence: NDArray[np.float64]
    dice: Dice
    out: Outbox


class Activity(Protocol):
    """Writes into `moment.out`. Follow-up events may lie after the window, never before its start."""

    def __call__(self, moment: Moment) -> None: ...
