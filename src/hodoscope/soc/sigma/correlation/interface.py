"""What goes into a correlation and what it tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

MOST_HITS = 10_000
"""Hits kept per correlation and group. A threshold above it is refused by the loader."""
MOST_GROUPS = 100_000
"""Groups kept per correlation."""

Values = tuple[str, ...]
"""A field's values in one event, empty ones left out."""


@dataclass(frozen=True, slots=True)
class HitBatch:
    """Hits of rules, sorted by time; successive batches continue the same sorted stream (cuts may be anywhere).

    ``fields`` has a column per field that :func:`hodoscope.soc.sigma.correlation.fields.needed_fields` asks for, with
    an entry per hit (``()`` where the event has no value).
    """

    time_us: npt.NDArray[np.int64]
    rule: Sequence[str]  # rule ids
    event: Sequence[str]  # event ids
    fields: Mapping[str, Sequence[Values]]

    def __len__(self) -> int:
        return len(self.time_us)


@dataclass(frozen=True, slots=True)
class CorrelationHit:
    """One hit as evidence."""

    time_us: int
    rule_id: str
    events: tuple[str, ...]  # one event, or those of a referred correlation's match


@dataclass(frozen=True, slots=True)
class CorrelationMatch:
    """What a correlation tells: once per window and group."""

    correlation: str  # rule id
    group: tuple[tuple[str, str], ...]  # (group-by name, value), in the rule's order
    first_us: int
    time_us: int
    measured: float  # the count, sum ... that met the conditions; for an expression the number of rules with a hit
    hits: tuple[CorrelationHit, ...]
    dropped: int = 0  # older hits of the group that were no longer known
