"""What a task demands of a model before it is promoted: the ``[gate]`` part of the task's TOML file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from hodoscope.lifecycle.evaluate.bootstrap import Resampling
from hodoscope.lifecycle.evaluate.direction import lower_is_better as lower_is_better
from hodoscope.lifecycle.evaluate.evaluation import Plan
from hodoscope.lifecycle.typed_table import read_table


@dataclass(frozen=True, slots=True)
class Policy:
    """Every figure is named as the evaluation names it, and is judged at the unfavourable end of its interval.

    ``headline`` must exceed the champion's (without one: every baseline's) by more than ``minimum_gain``, paired on the
    same rows. On each slice with at least ``slice_least_units`` units, ``slice_metric`` may fall behind the champion's
    by less than ``slice_margin``. ``floors`` are absolute (ceilings for figures where lower is better).
    ``calibration_metric`` stays below ``calibration_most``. ``cpu_ms_per_1000_rows`` is processor time of predicting,
    ``size_bytes`` weights and preprocessing. ``shadow_most_changed`` is the share of the champion's decisions that may
    change, ``draws`` the resamples behind every interval.
    """

    headline: str
    calibration_most: float
    cpu_ms_per_1000_rows: float
    size_bytes: int
    minimum_gain: float = 0.0
    slice_metric: str = ""
    slice_margin: float = 0.02
    slice_least_units: int = 30
    calibration_metric: str = "ece"
    shadow_most_changed: float = 1.0
    draws: int = 1000
    floors: Mapping[str, float] = field(default_factory=dict)

    @property
    def plan(self) -> Plan:
        """How evaluations and comparisons for this gate are made."""
        return Plan(Resampling(draws=self.draws))

    @property
    def judged_per_slice(self) -> str:
        """The figure compared on slices: the headline unless another is named."""
        return self.slice_metric or self.headline

    @classmethod
    def from_table(cls, table: Mapping[str, object], where: str) -> Self:
        """Read the TOML table. ``InputError`` names missing, unknown and mistyped keys."""
        return read_table(cls, table, where)
