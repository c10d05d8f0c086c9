"""The ports between rules and events: how events look to Sigma, and what an engine returns.

Rows of a batch that agree in :data:`KIND_COLUMNS` are one *event kind*: they belong to the same log sources and keep
their fields in the same places. A batch has few kinds, so routing costs nothing per event.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from hodoscope.soc.sigma.rule import LogSource, Match

KIND_COLUMNS = (
    "format",
    "mapping_rule",
    "metadata_log_provider",
    "metadata_log_name",
    "metadata_event_code",
)
"""Columns (all dictionary-encoded text) whose combination decides routing."""

KindKey = tuple[str, str, str, str, str]
"""One value per kind column, "" where absent."""


@dataclass(frozen=True, slots=True)
class FieldSource:
    """Where a vendor field's value is in an event row; ``routing/values.py`` reads it, ``routing/sql.py`` too.

    ``column`` of text, list or port kind; or ``column="unmapped"`` with ``key``; or, with ``path``, inside the JSON
    text that column (``raw`` for the whole record) or key holds. A ``key`` that ends in ``*`` stands for every key that
    begins so, together. Steps of a path are object keys, for which lists fan out to several values, or steps into a
    list: ``[2]`` one element (from 0), ``[name=x]`` the elements with this text under the key. The path ``("[]",)``
    means the elements when the text is a JSON list, else the text itself.

    ``table`` gives texts other words (pairs; texts it lacks are no value). ``constant`` is a value that every event of
    the kind has (``column`` is then empty).
    """

    column: str
    key: str = ""
    path: tuple[str, ...] = ()
    constant: str = ""
    table: tuple[tuple[str, str], ...] = ()


class Router(Protocol):
    """Routing of events to rules. Pure and cached by its callers per kind."""

    def logsources(self, kind: KindKey, wanted: Sequence[LogSource]) -> frozenset[LogSource]:
        """Those of the rules' log sources that events of this kind belong to."""

    def sources(self, kind: KindKey, field: str) -> tuple[FieldSource, ...]:
        """Where events of this kind have the field, best first (the first one with a value counts); empty: nowhere."""


class LeafEvidence(NamedTuple):
    """One leaf a verdict rests on.

    ``present`` true: ``value`` matched at ``[start, end)`` (code points). False: a negated part, ``value`` is what the
    field held instead ("" when it had none) and the span is (0, 0).
    """

    field: str  # for a keyword: the field of a JSON record that holds it, keys joined by dots, or "raw"
    match: Match
    wanted: str
    value: str
    start: int
    end: int
    present: bool


@dataclass(frozen=True, slots=True)
class Hits:
    """All matches in one batch, sorted by (row, rule). ``evidence[evidence_index[i]]`` belongs to hit ``i``.

    Hits that rest on equal values share their evidence.
    """

    rule: npt.NDArray[np.int32]  # index into the rules the engine was built with
    row: npt.NDArray[np.int64]  # row of the batch
    evidence_index: npt.NDArray[np.int32]
    evidence: tuple[tuple[LeafEvidence, ...], ...]

    def __len__(self) -> int:
        return len(self.rule)
