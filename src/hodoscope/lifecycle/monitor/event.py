"""What a monitor says: one observation beyond its limit."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum


class EventKind(StrEnum):
    """What went beyond its limit."""

    MISSING = "missing"  # values of a column
    NEW_CATEGORY = "new_category"
    RATE = "rate"  # rows per window
    INPUT_DRIFT = "input_drift"
    SCORE_DRIFT = "score_drift"
    PERFORMANCE = "performance"  # judged by labels that came later
    SILENCE = "silence"  # of a sensor


@dataclass(frozen=True, slots=True)
class MonitorEvent:
    """``value`` went beyond ``limit``, both in ``unit``, for ``subject`` (a column, a sensor, a figure).

    ``time_us`` is the end of the window that showed it, in microseconds since 1970 UTC; ``detail`` says it in words.
    """

    model: str
    kind: EventKind
    subject: str
    time_us: int
    value: float
    limit: float
    unit: str
    detail: str

    def to_json(self) -> Mapping[str, object]:
        """All fields, ready for ``json.dumps``."""
        return asdict(self)
