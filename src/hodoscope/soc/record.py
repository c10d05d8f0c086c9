"""Raw records on their way in: what a source yields and what could not be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SkippedRecord:
    """A record that could not be read, on its way to the dead letters; ``raw`` holds its start."""

    source_id: str
    path: str
    position: int
    reason: str  # a short fixed phrase, so that reasons can be counted
    detail: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class RawBatch:
    """Consecutive records of one source.

    ``positions[i]`` is the byte offset of ``records[i]`` in the decompressed stream (record number for EVTX and
    arrays); ``end`` is where reading resumes after this batch is stored. ``format`` is the detected or forced format
    name; ``header`` what the framing learned from the stream's head (field names of TSV and CSV ...), the same for all
    batches of a source unless the header changes midway.
    """

    source_id: str
    path: str
    format: str
    records: list[bytes]
    positions: list[int]
    end: int
    header: Mapping[str, str] = field(default_factory=dict)
    skipped: tuple[SkippedRecord, ...] = ()
    modified: float | None = None  # file's modification time (epoch seconds): the year of stamps that lack one
