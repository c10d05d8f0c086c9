"""Why a task should be trained again now; no reason, no training."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hodoscope.errors import InputError
from hodoscope.lifecycle.retrain.plan import Schedule

SECONDS_PER_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Situation:
    """``released`` is when the newest release was made, None for none; ``drift`` names what was found to drift."""

    now: datetime
    released: datetime | None
    new_labels: int
    drift: Sequence[str] = ()


def reasons(schedule: Schedule, situation: Situation) -> list[str]:
    """One sentence per reason; empty when training can wait.

    ``InputError`` when the newest release lies in the future: one of the two clocks is wrong.
    """
    if situation.released is None:
        return ["nothing was released yet"]
    seconds = (situation.now - situation.released).total_seconds()
    if seconds < 0:
        raise InputError(
            f"the newest release is from {situation.released.isoformat()}, the clock says {situation.now.isoformat()}; "
            "correct the clock"
        )
    found = []
    if schedule.every_days and seconds >= schedule.every_days * SECONDS_PER_DAY:
        found.append(f"{seconds / SECONDS_PER_DAY:.1f} days since the newest release (every {schedule.every_days:g})")
    if schedule.new_labels and situation.new_labels >= schedule.new_labels:
        found.append(f"{situation.new_labels} new labels (from {schedule.new_labels})")
    if schedule.on_drift:
        found += [f"drift: {what}" for what in situation.drift]
    return found
