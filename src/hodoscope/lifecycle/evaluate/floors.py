"""Figures that must reach a stated value, class by class; where less is better, must not exceed it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hodoscope.errors import InputError
from hodoscope.lifecycle.evaluate.direction import lower_is_better
from hodoscope.lifecycle.metric import Metric


class Standing(StrEnum):
    """Where a figure stands; ``UNSURE``: the value is on the right side of its limit, the interval is not wholly."""

    MET = "met"
    UNSURE = "unsure"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Floor:
    """One figure beside its limit: the least it must be, or the most where less is better."""

    name: str
    metric: Metric
    limit: float

    @property
    def standing(self) -> Standing:
        """An undefined figure has missed; one without an interval is unsure at best."""
        sign = -1 if lower_is_better(self.name) else 1
        value, low, high = (sign * number for number in (self.metric.value, self.metric.low, self.metric.high))
        if not value >= sign * self.limit:
            return Standing.MISSED
        return Standing.MET if min(low, high) >= sign * self.limit else Standing.UNSURE


def floors(metrics: Mapping[str, Metric], limits: Mapping[str, float]) -> list[Floor]:
    """Every limit with its figure, the worst standing first. Raises ``InputError`` for an unmeasured one."""
    if unknown := sorted(limits.keys() - metrics.keys()):
        raise InputError(f"floors: {unknown} were not measured; measured are {sorted(metrics)}")
    order = (Standing.MISSED, Standing.UNSURE, Standing.MET)
    found = [Floor(name, metrics[name], value) for name, value in limits.items()]
    return sorted(found, key=lambda floor: order.index(floor.standing))
