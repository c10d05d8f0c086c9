"""When a task is trained again and how carefully: the ``[retrain]`` table of its TOML file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from hodoscope.lifecycle.retrain.labels.label_plan import LabelPlan
from hodoscope.lifecycle.typed_table import read_table


@dataclass(frozen=True, slots=True)
class Schedule:
    """``every_days`` and ``new_labels``: 0 switches the reason off; ``shadow_hours``: 0 goes straight to the gate."""

    every_days: float = 30.0
    new_labels: int = 500
    on_drift: bool = True
    shadow_hours: float = 0.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class RetrainPlan:
    """The schedule and, in the sub-table ``labels``, what new labels must stand up to."""

    schedule: Schedule = field(default_factory=Schedule)
    labels: LabelPlan = field(default_factory=LabelPlan)

    @classmethod
    def from_table(cls, table: Mapping[str, object], where: str) -> Self:
        """``InputError`` names what is missing, unknown or mistyped."""
        labels = table.get("labels", {})
        schedule = {key: value for key, value in table.items() if key != "labels"}
        checked = labels if isinstance(labels, Mapping) else {"labels": labels}
        return cls(
            read_table(Schedule, schedule, where),
            read_table(LabelPlan, checked, f"{where}.labels"),
        )
