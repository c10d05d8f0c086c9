"""Groups what a framing cuts out of a stream into batches of the size that the caller asked for."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from hodoscope.soc.record import RawBatch, SkippedRecord
from hodoscope.soc.sources.limits import Limits
from hodoscope.soc.sources.stream import ByteStream, Fault

NO_HEADER: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Reading:
    """One pass over one source: everything a framing needs. ``hold_partial``: an unfinished last record waits for
    more."""

    stream: ByteStream
    blocks: Iterator[bytes]  # text, or EVTX bytes, from ``start``
    start: int
    head: bytes  # the first 64 KiB of the same text, from offset 0: headers and shapes are found there
    source_id: str
    path: str
    format: str
    limits: Limits
    reread: Callable[[int], Iterator[bytes]]  # the same text again from another offset; empty for a pipe
    modified: float | None = None
    hold_partial: bool = False

    def skipped(self, position: int, reason: str, detail: str, raw: bytes) -> SkippedRecord:
        """A dead letter of this source."""
        return SkippedRecord(self.source_id, self.path, position, reason, detail, raw[: self.limits.kept_bytes])

    def broken_off(self, fault: Fault, position: int, rest: bytes) -> SkippedRecord:
        """The dead letter for a stream that ended early, holding the record it broke off in."""
        return self.skipped(position, fault.reason, fault.detail, rest)


@dataclass(frozen=True, slots=True)
class Piece:
    """Consecutive records as framed from about one block. ``end``: where the next piece starts."""

    records: list[bytes]
    positions: list[int]
    end: int
    skipped: tuple[SkippedRecord, ...] = ()
    header: Mapping[str, str] = field(default_factory=lambda: NO_HEADER)


def into_batches(pieces: Iterable[Piece], reading: Reading, max_records: int, max_bytes: int) -> Iterator[RawBatch]:
    """Batches of at most ``max_records`` records spanning about ``max_bytes``, never empty, one header each."""
    held: list[Piece] = []
    records = 0
    for piece in pieces:
        for part in _cut(piece, max_records, max_bytes):
            if held and (
                part.header is not held[0].header
                or records + len(part.records) > max_records
                or _first(part) - _first(held[0]) + (part.end - _first(part)) > max_bytes
            ):
                yield _batch(held, reading)
                held, records = [], 0
            held.append(part)
            records += len(part.records)
    if held:
        yield _batch(held, reading)


def _first(piece: Piece) -> int:
    return piece.positions[0] if piece.positions else piece.end


def _cut(piece: Piece, max_records: int, max_bytes: int) -> Iterator[Piece]:
    """Parts of a piece within the bounds; each has at least one record."""
    count, positions, skipped = len(piece.records), piece.positions, piece.skipped
    at = 0
    while at < count:
        to = min(at + max_records, bisect_left(positions, positions[at] + max_bytes))
        to = max(to, at + 1)
        if to >= count:
            break
        end = positions[to]
        early = tuple(letter for letter in skipped if letter.position < end)
        skipped = tuple(letter for letter in skipped if letter.position >= end)
        yield Piece(piece.records[at:to], positions[at:to], end, early, piece.header)
        at = to
    if at < count or skipped or not count:
        whole = at == 0
        records, places = (piece.records, positions) if whole else (piece.records[at:], positions[at:])
        yield Piece(records, places, piece.end, skipped, piece.header)


def _batch(pieces: list[Piece], reading: Reading) -> RawBatch:
    first = pieces[0]
    records, positions = first.records, first.positions
    if len(pieces) > 1:
        records = [record for piece in pieces for record in piece.records]
        positions = [position for piece in pieces for position in piece.positions]
    return RawBatch(
        source_id=reading.source_id,
        path=reading.path,
        format=reading.format,
        records=records,
        positions=positions,
        end=pieces[-1].end,
        header=first.header,
        skipped=tuple(letter for piece in pieces for letter in piece.skipped),
        modified=reading.modified,
    )
