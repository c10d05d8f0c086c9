"""Sources over bytes in memory, for tests: no file system in between."""

import io
from collections.abc import Iterable, Sequence

from hodoscope.soc.record import RawBatch, SkippedRecord
from hodoscope.soc.sources.detect import detect
from hodoscope.soc.sources.fingerprint import identify, window_of
from hodoscope.soc.sources.limits import Limits
from hodoscope.soc.sources.stream_source import Candidate, StreamSource, as_text, read_head

PLENTY = 1 << 40


def source_of(
    data: bytes, forced: str | None = None, *, limits: Limits | None = None, hold_partial: bool = False
) -> StreamSource:
    """A source over ``data``, as discovery would make it."""
    limits = limits or Limits()
    candidate = Candidate("memory", lambda: io.BytesIO(data), lambda: io.BytesIO(data), len(data), 1.5)
    head, _ = read_head(candidate, limits)
    found = detect(as_text(head), forced)
    return StreamSource(candidate, identify(window_of(head)), found, limits, hold_partial=hold_partial)


def read(source: StreamSource, start: int = 0, max_records: int = PLENTY, max_bytes: int = PLENTY) -> list[RawBatch]:
    """All batches."""
    return list(source.read(start, max_records, max_bytes))


def records_of(batches: Iterable[RawBatch]) -> list[bytes]:
    """The records of all batches."""
    return [record for batch in batches for record in batch.records]


def placed(batches: Iterable[RawBatch]) -> list[tuple[int, bytes]]:
    """(position, record) of all batches."""
    return [pair for batch in batches for pair in zip(batch.positions, batch.records, strict=True)]


def letters_of(batches: Iterable[RawBatch]) -> list[SkippedRecord]:
    """The dead letters of all batches."""
    return [letter for batch in batches for letter in batch.skipped]


def reasons(letters: Sequence[SkippedRecord]) -> list[str]:
    """Their reasons."""
    return [letter.reason for letter in letters]
