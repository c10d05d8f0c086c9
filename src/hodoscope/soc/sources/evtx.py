"""Windows event log files: each event as JSON text in the plain ``Event``/``System``/``EventData`` shape.

Chunks are checked first and parsed in groups; one bad chunk or record becomes a dead letter with its byte offset and
the rest is read. Positions are byte offsets of records in the file. The ids inside the events (EventRecordID) are the
vendor's key.
"""

import io
from collections.abc import Iterator

from evtx import PyEvtxParser  # noqa: TID251 -- this file owns the library

from hodoscope.soc.record import SkippedRecord
from hodoscope.soc.sources.batching import Piece, Reading
from hodoscope.soc.sources.evtx_chunks import CHUNK_BYTES, FILE_HEADER_BYTES, Chunk, chunk_floor, examine, file_of

_GROUP_CHUNKS = 16  # 1 MiB: parsing cost per call vanishes, memory stays small


def frame_evtx(reading: Reading) -> Iterator[Piece]:
    """Events of sound chunks, what can be saved of damaged ones, dead letters for the rest."""
    group: list[Chunk] = []
    for chunk in _chunks(reading):
        if chunk.state == "sound":
            group.append(chunk)
            if len(group) < _GROUP_CHUNKS:
                continue
        if group:
            yield _piece(reading, group)
            group = []
        if chunk.state in ("damaged", "broken"):
            yield _damaged(reading, chunk)
    if group:
        yield _piece(reading, group)
    fault = reading.stream.fault
    if fault:
        yield Piece([], [], fault.position, (reading.broken_off(fault, fault.position, b""),))


def _chunks(reading: Reading) -> Iterator[Chunk]:
    """Chunks from the one that holds ``start``; the stream begins there, or with the file header."""
    offset = chunk_floor(reading.start)
    data = b""
    for block in reading.blocks:
        data += block
        if offset == 0 and len(data) >= FILE_HEADER_BYTES:
            offset, data = FILE_HEADER_BYTES, data[FILE_HEADER_BYTES:]
        if not offset:
            continue
        whole = len(data) - len(data) % CHUNK_BYTES
        for at in range(0, whole, CHUNK_BYTES):
            yield examine(offset + at, data[at : at + CHUNK_BYTES])
        offset, data = offset + whole, data[whole:]
    if data and not reading.hold_partial:
        if offset:
            yield examine(offset, data)
        else:
            yield Chunk(0, data, "broken", "the file ends inside its header", ())


def _piece(reading: Reading, group: list[Chunk]) -> Piece:
    try:
        texts, errors = _parsed(group)
    except _ParserPanicError as panic:
        if len(group) > 1:
            return _joined([_piece(reading, [chunk]) for chunk in group])
        letter = reading.skipped(group[0].offset, "unreadable chunk", str(panic), group[0].data)
        return Piece([], [], group[0].offset + CHUNK_BYTES, (letter,))
    return _aligned(reading, group, texts, errors)


def _damaged(reading: Reading, chunk: Chunk) -> Piece:
    """A chunk whose checksum is wrong (a live system's last chunk, or real damage): its readable events, and a word
    of it."""
    piece = _piece(reading, [chunk]) if chunk.state == "damaged" and chunk.records else Piece([], [], chunk.offset)
    if chunk.offset < reading.start:  # told when the chunk's first records were read
        return piece
    saved = f"{chunk.problem}; {len(piece.records)} of its records were read"
    letter = reading.skipped(chunk.offset, "damaged chunk", saved, chunk.data)
    end = max(piece.end, chunk.offset + len(chunk.data))
    return Piece(piece.records, piece.positions, end, (letter, *piece.skipped))


def _joined(pieces: list[Piece]) -> Piece:
    return Piece(
        [record for piece in pieces for record in piece.records],
        [position for piece in pieces for position in piece.positions],
        pieces[-1].end,
        tuple(letter for piece in pieces for letter in piece.skipped),
    )


class _ParserPanicError(Exception):
    """The parser gave up on the whole input."""


def _parsed(group: list[Chunk]) -> tuple[list[tuple[int, bytes]], list[str]]:
    """(record id, JSON) of what parses, in file order, and the messages for what does not."""
    texts: list[tuple[int, bytes]] = []
    errors: list[str] = []
    most = sum(len(chunk.records) for chunk in group) + len(group)
    try:
        records = PyEvtxParser(io.BytesIO(file_of(group)), number_of_threads=1).records_json()
        while len(errors) <= most:
            try:
                record = next(records)
            except StopIteration:
                break
            except (RuntimeError, OSError, ValueError) as error:
                errors.append(str(error))
                continue
            if record is not None:
                texts.append((record["event_record_id"], record["data"].encode("utf-8", "replace")))
    except BaseException as error:
        # A panic of the native parser arrives as a BaseException of its own; Ctrl-C and exits must pass.
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit | MemoryError):
            raise
        raise _ParserPanicError(str(error)) from error
    return texts, errors


def _aligned(reading: Reading, group: list[Chunk], texts: list[tuple[int, bytes]], errors: list[str]) -> Piece:
    """Gives each text the offset of its record; records without a text become dead letters."""
    places = [place for chunk in group for place in chunk.records]
    if places and places[0][0] >= reading.start and [place[2] for place in places] == [number for number, _ in texts]:
        end = places[-1][0] + places[-1][1]
        return Piece([text for _, text in texts], [place[0] for place in places], end)
    records: list[bytes] = []
    positions: list[int] = []
    letters: list[SkippedRecord] = []
    why = errors[0] if errors else "the parser passed over it"
    at = 0
    for number, text in texts:
        found = next((next_at for next_at in range(at, len(places)) if places[next_at][2] == number), None)
        if found is None:
            continue  # a leftover outside the records that the chunk claims to hold
        letters += [_unparsed(reading, group, place, why) for place in places[at:found]]
        at = found + 1
        if places[found][0] >= reading.start:
            records.append(text)
            positions.append(places[found][0])
    letters += [_unparsed(reading, group, place, why) for place in places[at:]]
    end = places[-1][0] + places[-1][1] if places else group[-1].offset
    kept = tuple(letter for letter in letters if letter.position >= reading.start)
    return Piece(records, positions, max(end, reading.start), kept)


def _unparsed(reading: Reading, group: list[Chunk], place: tuple[int, int, int], why: str) -> SkippedRecord:
    offset, size, number = place
    chunk = next(chunk for chunk in group if chunk.offset <= offset < chunk.offset + CHUNK_BYTES)
    raw = chunk.data[offset - chunk.offset : offset - chunk.offset + size]
    return reading.skipped(offset, "unreadable event", f"EventRecordID {number}: {why}", raw)
