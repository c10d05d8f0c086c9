"""The outer layer of an EVTX file, checked before a parser sees it: chunks, their checksums, where records lie.

Facts of the format from the libevtx documentation. A chunk is 64 KiB, stands alone, and starts with a 512-byte header
that holds 64 string and 32 template lists linked through the chunk.
"""

import struct
import zlib
from dataclasses import dataclass
from typing import Literal

FILE_HEADER_BYTES = 4096
CHUNK_BYTES = 1 << 16
_CHUNK_MAGIC = b"ElfChnk\x00"
_RECORD_MAGIC = b"\x2a\x2a\x00\x00"
_FIRST_RECORD = 512
_SMALLEST_RECORD = 28

State = Literal["sound", "damaged", "broken", "empty"]


@dataclass(frozen=True, slots=True)
class Chunk:
    """``records``: (byte offset in the file, size, record id). ``damaged`` ones are read alone, ``broken`` ones
    never."""

    offset: int
    data: bytes
    state: State
    problem: str
    records: tuple[tuple[int, int, int], ...]


def chunk_floor(position: int) -> int:
    """The offset of the chunk that ``position`` lies in; 0 stays 0, so that the file header is read."""
    if position < FILE_HEADER_BYTES:
        return 0
    return position - (position - FILE_HEADER_BYTES) % CHUNK_BYTES


def examine(offset: int, data: bytes) -> Chunk:
    """Checks the chunk at file offset ``offset``; a short one at the end of the file is filled up with zeros."""
    if not data.strip(b"\0"):
        return Chunk(offset, b"", "empty", "", ())
    if not data.startswith(_CHUNK_MAGIC):
        return Chunk(offset, data, "broken", "no chunk signature", ())
    short = len(data) < CHUNK_BYTES
    data = data.ljust(CHUNK_BYTES, b"\0")
    free: int = struct.unpack_from("<I", data, 48)[0]
    records_sum, header_sum = struct.unpack_from("<I", data, 52)[0], struct.unpack_from("<I", data, 124)[0]
    free = free if _FIRST_RECORD <= free <= CHUNK_BYTES else CHUNK_BYTES
    records = _records(offset, data, free)
    if _endless(data, 128, 64) or _endless(data, 384, 32):
        return Chunk(offset, data, "broken", "a string or template list runs in a circle", records)
    if short:
        return Chunk(offset, data, "damaged", "the file ends inside the chunk", records)
    if zlib.crc32(data[128:512], zlib.crc32(data[:120])) != header_sum:
        return Chunk(offset, data, "damaged", "wrong checksum of the chunk header", records)
    if zlib.crc32(data[_FIRST_RECORD:free]) != records_sum:
        return Chunk(offset, data, "damaged", "wrong checksum of the records", records)
    return Chunk(offset, data, "sound", "", records)


def file_of(chunks: list[Chunk]) -> bytes:
    """A small EVTX file of these chunks, with a header that fits."""
    count = len(chunks)
    fields = (
        0,
        count - 1,
        chunks[-1].records[-1][2] + 1 if chunks[-1].records else 1,
        128,
        1,
        3,
        FILE_HEADER_BYTES,
        count,
    )
    try:
        head = struct.pack("<8s3QI4H76x", b"ElfFile\x00", *fields)
    except struct.error:  # a record id near 2**64
        head = struct.pack("<8s3QI4H76x", b"ElfFile\x00", 0, count - 1, 1, *fields[3:])
    header = (head + struct.pack("<II", 0, zlib.crc32(head))).ljust(FILE_HEADER_BYTES, b"\0")
    return header + b"".join(chunk.data for chunk in chunks)


def _records(offset: int, data: bytes, free: int) -> tuple[tuple[int, int, int], ...]:
    found: list[tuple[int, int, int]] = []
    at = _FIRST_RECORD
    while at + _SMALLEST_RECORD <= free and data[at : at + 4] == _RECORD_MAGIC:
        size, number = struct.unpack_from("<IQ", data, at + 4)
        if not _SMALLEST_RECORD <= size <= CHUNK_BYTES - at:
            break
        found.append((offset + at, size, number))
        at += size
    return tuple(found)


def _endless(data: bytes, table: int, count: int) -> bool:
    """Whether a linked list of the chunk comes back to itself: a parser would follow it for ever."""
    for place in struct.unpack_from(f"<{count}I", data, table):
        seen: set[int] = set()
        while place:
            if place in seen:
                return True
            if place > CHUNK_BYTES - 4:
                break
            seen.add(place)
            place = struct.unpack_from("<I", data, place)[0]
    return False
