"""The source port."""

from collections.abc import Iterator
from typing import Protocol

from hodoscope.soc.record import RawBatch, SkippedRecord

__all__ = ["RawBatch", "SkippedRecord", "Source"]


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

    @property
    def prefix(self) -> tuple[int, str]:
        """Length and digest of the identifying prefix as seen now: what the journal needs to know a grown file
        again."""

    def read(self, start: int, max_records: int, max_bytes: int) -> Iterator[RawBatch]:
        """Batches from position ``start`` (a former ``end``, or 0) to the end of the stream."""

    def consumed(self) -> int:
        """Compressed bytes read so far, for progress."""
