"""One EVTX chunk being filled: records, interned names and shared templates (layout: libevtx format documentation).

Names and template definitions are stored where they are first used and referenced by chunk offset afterwards, as
Windows does; a reader therefore parses each template once per chunk and each record only as an array of values.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from .evtx_values import Typed, ValueType, utf16

CHUNK_SIZE = 65536
CHUNK_HEADER_SIZE = 512
_STRING_TABLE, _STRING_BUCKETS = 128, 64
_TEMPLATE_TABLE, _TEMPLATE_BUCKETS = 384, 32
_FRAGMENT_HEADER = b"\x0f\x01\x01\x00"
_U32 = struct.Struct("<I")


@dataclass(frozen=True)
class Slot:
    """Place of substitution value `index` in a template; `optional` drops the element or attribute on a null."""

    index: int
    kind: ValueType
    optional: bool = False


@dataclass(frozen=True)
class Element:
    """Template element; a string in `attributes` or `content` is literal text."""

    name: str
    attributes: tuple[tuple[str, str | Slot], ...] = ()
    content: tuple[Element | Slot | str, ...] = ()


@dataclass(frozen=True)
class Instance:
    """Values for the template named `key`; `build` is called once per chunk. A nested Instance is a BinXml value."""

    key: Hashable
    build: Callable[[], Element]
    values: Sequence[Typed | Instance]


def name_hash(name: str) -> int:
    """Low 16 bits of the multiplicative (65599) hash over UTF-16 units that [MS-EVEN6] gives for names."""
    units = utf16(name)
    value = 0
    for low, high in zip(units[::2], units[1::2], strict=True):
        value = (value * 65599 + (low | high << 8)) & 0xFFFFFFFF
    return value & 0xFFFF


class ChunkBuffer:
    """Fills one chunk record by record; `add_record` refuses the record that no longer fits."""

    def __init__(self) -> None:
        self._data = bytearray(CHUNK_HEADER_SIZE)
        self._names: dict[str, int] = {}
        self._templates: dict[Hashable, tuple[int, int]] = {}  # key -> (offset of the definition, identifier)
        self._record_ids: list[int] = []
        self._last_record = 0

    def __len__(self) -> int:
        return len(self._record_ids)

    def add_record(self, record_id: int, written: int, event: Instance) -> bool:
        """Append one record; False, leaving the chunk as it was, when it does not fit. `written` is a FILETIME."""
        start, data = len(self._data), self._data
        data += struct.pack("<4sIQQ", b"**\x00\x00", 0, record_id, written) + _FRAGMENT_HEADER
        self._instance(event)
        data += b"\x00"
        data += bytes(-(len(data) + 4 - start) % 8)
        size = len(data) + 4 - start
        if start + size > CHUNK_SIZE:
            del data[start:]
            return False
        data += _U32.pack(size)
        _U32.pack_into(data, start + 4, size)
        self._record_ids.append(record_id)
        self._last_record = start
        return True

    def close(self, first_number: int) -> bytes:
        """The finished 64 KiB chunk; `first_number` is the number of its first record in the file, from 1."""
        end = len(self._data)
        # Entries at or after `end` belong to a record that was refused.
        names = [(offset, name_hash(name)) for name, offset in self._names.items() if offset < end]
        self._link(names, _STRING_TABLE, _STRING_BUCKETS)
        self._link([entry for entry in self._templates.values() if entry[0] < end], _TEMPLATE_TABLE, _TEMPLATE_BUCKETS)
        ids = self._record_ids
        numbers = (first_number, first_number + len(ids) - 1, ids[0], ids[-1]) if ids else (1, -1, -1, -1)
        crc = zlib.crc32(memoryview(self._data)[CHUNK_HEADER_SIZE:])
        struct.pack_into("<8s4q4I", self._data, 0, b"ElfChnk\x00", *numbers, 128, self._last_record, end, crc)
        _U32.pack_into(self._data, 124, chunk_header_crc(self._data))
        return bytes(self._data.ljust(CHUNK_SIZE, b"\x00"))

    def _link(self, entries: list[tuple[int, int]], table: int, buckets: int) -> None:
        """Chain entries (offset, hash) per bucket, newest first: the table holds the head, entries their follower."""
        for offset, hashed in sorted(entries):
            slot = table + hashed % buckets * 4
            self._data[offset : offset + 4] = self._data[slot : slot + 4]
            _U32.pack_into(self._data, slot, offset)

    def _name(self, name: str) -> None:
        """Reference to an interned name, followed by the name itself at its first use in the chunk."""
        known = self._names.get(name)
        if known is not None:
            self._data += _U32.pack(known)
            return
        offset = self._names[name] = len(self._data) + 4
        encoded = utf16(name)
        self._data += struct.pack("<IIHH", offset, 0, name_hash(name), len(encoded) // 2) + encoded + b"\x00\x00"

    def _content(self, part: Element | Slot | str) -> None:
        if isinstance(part, Element):
            self._element(part)
        elif isinstance(part, Slot):
            self._data += struct.pack("<BHB", 0x0E if part.optional else 0x0D, part.index, part.kind)
        else:
            encoded = utf16(part)
            self._data += struct.pack("<BBH", 0x05, ValueType.STRING, len(encoded) // 2) + encoded

    def _element(self, element: Element) -> None:
        data = self._data
        data += struct.pack("<BHI", 0x41 if element.attributes else 0x01, 0xFFFF, 0)
        body = len(data)
        self._name(element.name)
        if element.attributes:
            data += bytes(4)
            listed = len(data)
            for left, (name, value) in zip(range(len(element.attributes) - 1, -1, -1), element.attributes, strict=True):
                data.append(0x46 if left else 0x06)
                self._name(name)
                self._content(value)
            _U32.pack_into(data, listed - 4, len(data) - listed)
        if element.content:
            data.append(0x02)
            for part in element.content:
                self._content(part)
            data.append(0x04)
        else:
            data.append(0x03)
        _U32.pack_into(data, body - 4, len(data) - body)

    def _instance(self, instance: Instance) -> None:
        data = self._data
        known = self._templates.get(instance.key)
        if known is not None:
            data += struct.pack("<BBII", 0x0C, 1, known[1], known[0])
        else:
            guid = blake2b(repr(instance.key).encode("utf-8", "surrogatepass"), digest_size=16).digest()
            identifier = int.from_bytes(guid[:4], "little")
            definition = len(data) + 10
            self._templates[instance.key] = (definition, identifier)
            data += struct.pack("<BBIII16sI", 0x0C, 1, identifier, definition, 0, guid, 0) + _FRAGMENT_HEADER
            self._element(instance.build())
            data += b"\x00"
            _U32.pack_into(data, definition + 20, len(data) - definition - 24)
        self._values(instance.values)

    def _values(self, values: Sequence[Typed | Instance]) -> None:
        """Substitution array: count, then (size, type) of each value, then the values."""
        data = self._data
        data += _U32.pack(len(values))
        descriptor = len(data)
        data += bytes(4 * len(values))
        for value in values:
            start = len(data)
            if isinstance(value, Instance):
                kind = ValueType.BINXML
                data += _FRAGMENT_HEADER
                self._instance(value)
                data += b"\x00"
            else:
                kind, encoded = value
                data += encoded
            size = len(data) - start
            if size > 0xFFFF:
                raise ValueError(f"evtx writer: a value takes {size} bytes, the format allows 65535; shorten it")
            struct.pack_into("<HBB", data, descriptor, size, kind, 0)
            descriptor += 4


def chunk_header_crc(chunk: bytes | bytearray) -> int:
    """CRC32 of the chunk header without its bytes 120 to 128 (unknown field and the checksum itself)."""
    return zlib.crc32(memoryview(chunk)[128:CHUNK_HEADER_SIZE], zlib.crc32(memoryview(chunk)[:120]))
