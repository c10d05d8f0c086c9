"""How good the model is in service, from verdicts that come days after its scores."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hodoscope.errors import InputError
from hodoscope.lifecycle.metric import Metric
from hodoscope.lifecycle.monitor.event import EventKind, MonitorEvent
from hodoscope.lifecycle.monitor.shares import wilson

Times = NDArray[np.int64]
Flags = NDArray[np.bool_]
_Z95 = 1.959964


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts:
    """One row per scored thing: when it was scored, whether it was flagged, and when a verdict came and what it was.

    ``labelled_us`` is -1 where none has come; ``positive`` means nothing there. Times in microseconds.
    Raises ``InputError`` for arrays of different length.
    """

    scored_us: Times
    flagged: Flags
    labelled_us: Times
    positive: Flags

    def __post_init__(self) -> None:
        lengths = {len(self.scored_us), len(self.flagged), len(self.labelled_us), len(self.positive)}
        if len(lengths) > 1:
            raise InputError(f"monitor: columns of verdicts have {sorted(lengths)} rows; one row per scored thing")


@dataclass(frozen=True, slots=True)
class Performance:
    """``coverage`` is the share of scored things that have a verdict; precision and recall are among those."""

    coverage: Metric
    precision: Metric
    recall: Metric


def performance(verdicts: Verdicts, now_us: int, maturity_us: int, since_us: int = 0) -> Performance:
    """Figures over things scored from ``since_us`` until ``maturity_us`` before now, as known at ``now_us``.

    Younger things are left out: quick verdicts are about the obvious ones, and counting them makes every model look
    better than it is. A verdict given later than now is not known yet. Wilson 95 % intervals. Recall is over what got
    a verdict: where nobody looks at what was not flagged, it is an upper bound.
    """
    mature = (verdicts.scored_us >= since_us) & (verdicts.scored_us <= now_us - maturity_us)
    known = mature & (verdicts.labelled_us >= 0) & (verdicts.labelled_us <= now_us)
    right = known & verdicts.flagged & verdicts.positive
    return Performance(
        _share(known, mature), _share(right, known & verdicts.flagged), _share(right, known & verdicts.positive)
    )


def judge(model: str, found: Performance, floors: dict[str, float], time_us: int) -> list[MonitorEvent]:
    """Figures whose whole interval lies below their floor (``coverage``, ``precision``, ``recall``)."""
    events = []
    for name, floor in floors.items():
        metric: Metric = getattr(found, name)
        if metric.n and metric.high < floor:
            detail = f"{name} is {metric.value:.3f} ({metric.low:.3f}-{metric.high:.3f}) over {metric.n}; floor {floor}"
            events.append(
                MonitorEvent(model, EventKind.PERFORMANCE, name, time_us, metric.value, floor, "share", detail)
            )
    return events


def _share(part: Flags, whole: Flags) -> Metric:
    hits, total = int(part.sum()), int(whole.sum())
    low, high = wilson(hits, total, _Z95)
    return Metric(hits / total if total else float("nan"), low, high, n=total)
