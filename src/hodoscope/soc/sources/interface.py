"""What a source yields: raw records with their positions, and the records it could not read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SkippedRecord:
    """A record that could not be read, on its way to the dead letters. Nothing of it is lost: ``raw`` holds its start."""

    source_id: str
    path: str
    position: int
    reason: str  # a short fixed phrase, so that reasons can be counted
    detail: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class RawBatch:
    """Consecutive records of one source.

    ``positions[i]`` is the byte offset of ``records[i]`` in the decompressed stream (record number for EVTX and arrays);
    ``end`` is where reading resumes after this batch is stored. ``format`` is the detected or forced format name;
    ``header`` what the framing learned from the stream's head (field names of TSV and CSV ...), the same for all batches
    of a source unless the header changes midway.
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


class Source(Protocol):
    """One stream of records: a file, an archive member, standard input."""

    @property
    def source_id(self) -> str:
        """32 hex digits: fingerprint of the decompressed prefix, never of the path."""

    @property
    def path(self) -> str:
        """Where it was found, for people; archive members as ``archive.zip!member``."""

    @property
    def format(self) -> str:
        """Format name found by content or forced."""

    @property
    def size(self) -> int | None:
        """Compressed size in bytes for progress, if known."""

    def read(self, start: int, max_records: int, max_bytes: int) -> Iterator[RawBatch]:
        """Batches from position ``start`` (a former ``end``, or 0) to the end of the stream."""

    def consumed(self) -> int:
        """Compressed bytes read so far, for progress."""
