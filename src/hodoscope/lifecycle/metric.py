"""A measured figure with its interval, and the document an evaluation leaves behind.

The same JSON serves benchmarks, reports, model artifacts and the promotion gate, so a figure is written once and never
retyped: ``{"value", "low", "high", "unit", "n"}``.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from hodoscope.errors import InputError


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure: ``low`` ≤ ``value`` ≤ ``high`` (95 % interval unless the evaluation says otherwise).

    ``n`` counts the independent units behind it (groups where the interval resamples groups), and ``unit`` is
    ``share``, ``ms``, ``bytes`` … Without an interval ``low`` and ``high`` equal ``value``. An undefined figure (recall
    without positives) is NaN, written as null.
    """

    value: float
    low: float
    high: float
    unit: str = "share"
    n: int = 0

    def to_json(self) -> dict[str, float | int | str | None]:
        """The five keys above; NaN becomes null."""
        numbers = {name: _null_for_nan(getattr(self, name)) for name in ("value", "low", "high")}
        return {**numbers, "unit": self.unit, "n": self.n}

    @classmethod
    def from_json(cls, document: object, where: str = "$") -> Self:
        """The inverse of :meth:`to_json`. Raises ``InputError`` naming ``where`` when a key is missing or no number."""
        if not isinstance(document, Mapping):
            raise InputError(f"{where}: expected an object with value, low, high, unit, n")
        try:
            value, low, high = (_nan_for_null(document[name]) for name in ("value", "low", "high"))
            return cls(value, low, high, str(document["unit"]), int(document["n"]))
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"{where}: expected an object with value, low, high, unit, n ({error!r})") from None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What one evaluation measured: the headline metrics, the same per slice, and the baselines beside them.

    ``slices`` maps ``"column=value"`` to the metrics there; ``baselines`` a baseline's name to its metrics on the same
    rows. ``config`` holds what reproduces it (command, seed, dataset hashes, threshold).
    """

    metrics: Mapping[str, Metric]
    slices: Mapping[str, Mapping[str, Metric]] = field(default_factory=dict)
    baselines: Mapping[str, Mapping[str, Metric]] = field(default_factory=dict)
    config: Mapping[str, object] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """``{"metrics", "slices", "baselines", "config"}``, ready for ``json.dumps``."""
        return {
            "metrics": _table_to_json(self.metrics),
            "slices": {name: _table_to_json(table) for name, table in self.slices.items()},
            "baselines": {name: _table_to_json(table) for name, table in self.baselines.items()},
            "config": dict(self.config),
        }

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Reads what :meth:`to_json` wrote. Raises ``InputError`` with the path of what is wrong."""
        try:
            document = json.loads(text)
        except ValueError as error:
            raise InputError(f"$: not JSON ({error})") from None
        if not isinstance(document, dict) or "metrics" not in document:
            raise InputError("$: an evaluation is an object with 'metrics'")
        nested = {
            part: {str(name): _table(table, f"$.{part}.{name}") for name, table in document.get(part, {}).items()}
            for part in ("slices", "baselines")
        }
        return cls(_table(document["metrics"], "$.metrics"), **nested, config=document.get("config", {}))


def _table(document: object, where: str) -> dict[str, Metric]:
    if not isinstance(document, Mapping):
        raise InputError(f"{where}: expected an object of metrics")
    return {str(name): Metric.from_json(value, f"{where}.{name}") for name, value in document.items()}


def _table_to_json(table: Mapping[str, Metric]) -> dict[str, object]:
    return {name: metric.to_json() for name, metric in table.items()}


def _null_for_nan(value: float) -> float | None:
    return None if math.isnan(value) else value


def _nan_for_null(value: object) -> float:
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return float(value)
