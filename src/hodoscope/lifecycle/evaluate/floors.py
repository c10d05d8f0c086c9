"""Figures that must not fall below a stated value, class by class."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hodoscope.errors import InputError
from hodoscope.lifecycle.metric import Metric


class Standing(StrEnum):
    """Where a figure stands against its floor; ``UNSURE``: the value is above it, its interval is not."""

    MET = "met"
    UNSURE = "unsure"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Floor:
    """One figure beside the least it must be."""

    name: str
    metric: Metric
    least: float

    @property
    def standing(self) -> Standing:
        """An undefined figure has missed; one without an interval is unsure at best."""
        if not self.metric.value >= self.least:
            return Standing.MISSED
        return Standing.MET if self.metric.low >= self.least else Standing.UNSURE


def floors(metrics: Mapping[str, Metric], least: Mapping[str, float]) -> list[Floor]:
    """Every floor with its figure, the worst standing first. Raises ``InputError`` for an unmeasured one."""
    if unknown := sorted(least.keys() - metrics.keys()):
        raise InputError(f"floors: {unknown} were not measured; measured are {sorted(metrics)}")
    order = (Standing.MISSED, Standing.UNSURE, Standing.MET)
    found = [Floor(name, metrics[name], value) for name, value in least.items()]
    return sorted(found, key=lambda floor: order.index(floor.standing))
