"""What a rule engine returns: which rule matched which row, and on what it rests."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hodoscope.soc.sigma.rule import Match


class LeafEvidence(NamedTuple):
    """One leaf a verdict rests on.

    ``present`` true: ``value`` matched at ``[start, end)`` (code points). False: a negated part, ``value`` is what the
    field held instead ("" when it had none) and the span is (0, 0).
    """

    field: str  # for a keyword: the field that holds it, or "raw"
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
