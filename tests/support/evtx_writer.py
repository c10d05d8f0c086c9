"""Writes Windows EVTX files for tests and benchmarks, and damages them on purpose.

File and chunk layout from the public format facts in the libevtx documentation; Binary XML from [MS-EVEN6].
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import cast

from .evtx_binxml import CHUNK_SIZE, ChunkBuffer
from .evtx_event_template import event_instance
from .evtx_values import filetime

FILE_HEADER_SIZE = 4096


def write_evtx(path: str | os.PathLike[str], events: Iterable[Mapping[str, object]], *, dirty: bool = False) -> int:
    """Write `events` to `path` and return their number; any earlier file there is replaced.

    Keys of an event: Provider, EventID, Version, Level, Task, Opcode, Keywords, TimeCreated (datetime or ISO text),
    EventRecordID, Computer, Channel, ProcessID, ThreadID, UserID (SID or None) and EventData (name -> value, or a list
    of unnamed values) or UserData (element -> {name -> value}); optionally ProviderGuid, EventSourceName, Qualifiers,
    ActivityID. EventID and TimeCreated must be there; a missing EventRecordID continues from the previous one, other
    missing keys leave their element out, as old event sources do. `dirty` leaves the file as a crashed host
    would: flag set, and a header that does not know the last chunk yet.
    ValueError: an event does not fit into an empty 64 KiB chunk.
    """
    chunks, records, next_id = 0, 0, 1
    with Path(path).open("wb") as out:
        out.write(bytes(FILE_HEADER_SIZE))
        for chunk, count, next_free in _chunks(events):
            out.write(chunk)
            chunks, records, next_id = chunks + 1, records + count, next_free
        known = chunks - 1 if dirty and chunks > 1 else chunks
        out.seek(0)
        out.write(file_header(known, next_id, dirty=dirty))
    return records


def file_header(chunk_count: int, next_record_id: int, *, dirty: bool = False) -> bytes:
    """The 4096 byte file header (format 3.1) of a file with `chunk_count` chunks."""
    if chunk_count > 0xFFFF:
        raise ValueError(f"evtx writer: {chunk_count} chunks do not fit into one file (65535); write several files")
    fields = (0, max(chunk_count - 1, 0), next_record_id, 128, 1, 3, FILE_HEADER_SIZE, chunk_count)
    head = struct.pack("<8s3QI4H76x", b"ElfFile\x00", *fields)
    return (head + struct.pack("<II", int(dirty), zlib.crc32(head))).ljust(FILE_HEADER_SIZE, b"\x00")


def corrupt_chunk(path: str | os.PathLike[str], chunk_index: int, *, part: str = "records") -> int:
    """Damage chunk `chunk_index` (from 0) in place and return the byte offset in the file of the first damaged byte.

    `part`: "records" overwrites the head of the first record (nothing of the chunk is readable, checksums disagree),
    "magic" the chunk signature, "checksum" only the stored checksum of the records (the events stay readable),
    "middle" 64 bytes half-way through the used space (mostly text: a reader without checksums gives wrong values),
    "names" makes two entries of the string table follow each other for ever (a reader that trusts it never returns).
    """
    start = FILE_HEADER_SIZE + chunk_index * CHUNK_SIZE
    with Path(path).open("r+b") as file:
        file.seek(max(start, 0))
        chunk = bytearray(file.read(CHUNK_SIZE))
        if len(chunk) < CHUNK_SIZE or chunk_index < 0:
            raise IndexError(f"{path}: no chunk {chunk_index}; the file is too short")
        if part == "names":
            heads: tuple[int, ...] = struct.unpack_from("<64I", chunk, 128)
            first, second = sorted(offset for offset in heads if offset)[:2]
            struct.pack_into("<I", chunk, first, second)
            struct.pack_into("<I", chunk, second, first)
        else:
            middle = (512 + int.from_bytes(chunk[48:52], "little")) // 2
            first, size = {"records": (512, 64), "magic": (0, 8), "checksum": (52, 4), "middle": (middle, 64)}[part]
            chunk[first : first + size] = bytes(byte ^ 0xFF for byte in chunk[first : first + size])
        file.seek(start)
        file.write(chunk)
    return start + first


def truncate(path: str | os.PathLike[str], size: int) -> None:
    """Cut the file to its first `size` bytes, as an interrupted copy does; the header keeps its old chunk count."""
    if size > Path(path).stat().st_size:
        raise ValueError(f"{path}: already shorter than {size} bytes; truncate() only cuts")
    os.truncate(path, size)


def _chunks(events: Iterable[Mapping[str, object]]) -> Iterator[tuple[bytes, int, int]]:
    """(chunk, number of its records, next free record id) of each full chunk and of the last one, even if empty."""
    buffer, first_number, next_id = ChunkBuffer(), 1, 1
    for event in events:
        given = event.get("EventRecordID")
        record_id = next_id if given is None else int(cast("int | str", given))
        written = filetime(cast("datetime | str", event["TimeCreated"]))
        record = event_instance(event, record_id, written)
        if not buffer.add_record(record_id, written, record):
            if buffer:
                yield buffer.close(first_number), len(buffer), next_id
            first_number, buffer = first_number + len(buffer), ChunkBuffer()
            if not buffer.add_record(record_id, written, record):
                raise ValueError(f"evtx writer: event {record_id} is larger than a 64 KiB chunk; shorten its values")
        next_id = record_id + 1
    if buffer or first_number == 1:
        yield buffer.close(first_number), len(buffer), next_id
