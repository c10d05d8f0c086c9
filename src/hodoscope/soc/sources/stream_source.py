"""The one implementation of :class:`Source`: something that can be opened, with a framing that cuts its bytes into
records."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hodoscope.soc.record import RawBatch, SkippedRecord
from hodoscope.soc.sources.auditd import frame_auditd
from hodoscope.soc.sources.batching import Piece, Reading, into_batches
from hodoscope.soc.sources.csv_rows import frame_csv_rows
from hodoscope.soc.sources.detect import Detected, Framing
from hodoscope.soc.sources.evtx import frame_evtx
from hodoscope.soc.sources.evtx_chunks import chunk_floor
from hodoscope.soc.sources.fingerprint import WINDOW_BYTES, Identity, Mark, digest_of
from hodoscope.soc.sources.json_array import frame_json_values
from hodoscope.soc.sources.limits import Limits
from hodoscope.soc.sources.line_ends import as_line_feeds, carriage_returns_only
from hodoscope.soc.sources.lines import frame_json_lines, frame_lines
from hodoscope.soc.sources.stream import ByteStream, Fault, RawFile
from hodoscope.soc.sources.utf16 import as_utf8, utf16_encoding
from hodoscope.soc.sources.zeek_tsv import frame_zeek_tsv

FRAMINGS: dict[Framing, Callable[[Reading], Iterator[Piece]]] = {
    "lines": frame_lines,
    "json_lines": frame_json_lines,
    "json_values": frame_json_values,
    "csv_rows": frame_csv_rows,
    "zeek_tsv": frame_zeek_tsv,
    "auditd": frame_auditd,
    "evtx": frame_evtx,
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that may be read. ``open`` may raise OSError; ``open_head`` gives at least the first 64 KiB again.

    ``once``: a pipe; it is read a single time, from where it stands.
    """

    path: str
    open: Callable[[], RawFile]
    open_head: Callable[[], RawFile]
    size: int | None = None
    modified: float | None = None
    inode: int | None = None
    once: bool = False


def read_head(candidate: Candidate, limits: Limits) -> tuple[bytes, Fault | None]:
    """The first 64 KiB of the decompressed stream, or all of a shorter one, and why it is short if it broke off."""
    head = b""
    with ByteStream(candidate.open_head(), limits, candidate.size) as stream:
        for block in stream.blocks():
            head += block
            if len(head) >= WINDOW_BYTES:
                return head[:WINDOW_BYTES], None
    return head, stream.fault


def as_text(head: bytes) -> bytes:
    """The head as UTF-8 text with line feeds (as it is, unless it is UTF-16 or knows only carriage returns)."""
    encoding = utf16_encoding(head)
    text = b"".join(as_utf8([head], encoding)) if encoding else head
    return b"".join(as_line_feeds([text])) if carriage_returns_only(text) else text


def _text_blocks(stream: ByteStream, head: bytes, start: int) -> Iterator[bytes]:
    """Text from ``start`` of a stream with this head, turned the same way as :func:`as_text` turns the head."""
    encoding = utf16_encoding(head)
    blocks = as_utf8(stream.blocks(), encoding, start) if encoding else stream.blocks(start)
    text = b"".join(as_utf8([head], encoding)) if encoding else head
    return as_line_feeds(blocks) if carriage_returns_only(text) else blocks


class StreamSource:
    """A source over a :class:`Candidate`."""

    def __init__(
        self, candidate: Candidate, identity: Identity, found: Detected, limits: Limits, *, hold_partial: bool = False
    ) -> None:
        self.candidate = candidate
        self.identity = identity
        self.found = found
        self._limits = limits
        self._hold_partial = hold_partial
        self._stream: ByteStream | None = None

    @property
    def source_id(self) -> str:
        return self.identity.id

    @property
    def path(self) -> str:
        return self.candidate.path

    @property
    def format(self) -> str:
        return self.found.format

    @property
    def size(self) -> int | None:
        return self.candidate.size

    @property
    def prefix(self) -> tuple[int, str]:
        return self.identity.prefix_length, self.identity.digest

    def consumed(self) -> int:
        return self._stream.consumed if self._stream else 0

    def read(self, start: int, max_records: int, max_bytes: int) -> Iterator[RawBatch]:
        """Batches from ``start``. A file that can no longer be opened gives one batch with a dead letter.

        A pipe always comes whole: an equal beginning does not prove that it goes on as the one before, and it cannot be
        asked (:meth:`holds`). What is stored already is recognised by its ids.
        """
        candidate, limits = self.candidate, self._limits
        start = 0 if candidate.once else start
        try:
            head, _ = read_head(candidate, limits)
            stream = ByteStream(candidate.open(), limits, candidate.size)
        except OSError as error:
            yield self._unreadable(start, error)
            return
        self._stream = stream
        is_text = self.found.framing != "evtx"

        def reread(offset: int) -> Iterator[bytes]:
            if not candidate.once:
                with ByteStream(candidate.open(), limits, candidate.size) as again:
                    yield from _text_blocks(again, head, offset) if is_text else again.blocks(offset)

        with stream:
            blocks = _text_blocks(stream, head, start) if is_text else stream.blocks(chunk_floor(start))
            reading = Reading(
                stream, blocks, start, as_text(head) if is_text else head, self.source_id, self.path, self.format,
                limits, reread, candidate.modified, self._hold_partial,
            )  # fmt: skip
            yield from into_batches(FRAMINGS[self.found.framing](reading), reading, max_records, max_bytes)

    def holds(self, mark: Mark) -> bool:
        """Whether the record of ``mark`` is still there: the proof that this stream continues the known one."""
        if self.candidate.once:
            return True
        for batch in self.read(mark.last_position, 1, 1):
            if batch.records:
                return batch.positions[0] == mark.last_position and digest_of(batch.records[0]) == mark.last_digest
        return False

    def _unreadable(self, start: int, error: OSError) -> RawBatch:
        letter = SkippedRecord(self.source_id, self.path, start, "unreadable", error.strerror or str(error), b"")
        return RawBatch(self.source_id, self.path, self.format, [], [], start, skipped=(letter,))
