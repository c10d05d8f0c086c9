"""Python values as the typed values of Windows Binary XML (type table: [MS-EVEN6] 2.2.12, libevtx documentation)."""

from __future__ import annotations

import re
import struct
import uuid
from datetime import UTC, datetime, timedelta
from enum import IntEnum

FILETIME_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_SID = re.compile(r"S-1-(0|[1-9]\d{0,8})((?:-(?:0|[1-9]\d{0,9})){1,15})")
_HEX = re.compile(r"0x(?:0|[1-9a-f][0-9a-f]{0,15})")
_GUID = re.compile(r"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}")
_FRACTION = re.compile(r"\.(\d{7})")


class ValueType(IntEnum):
    """Type byte of a substitution value."""

    NULL = 0x00
    STRING = 0x01
    UINT8 = 0x04
    UINT16 = 0x06
    UINT32 = 0x08
    INT64 = 0x09
    UINT64 = 0x0A
    BOOL = 0x0D
    BINARY = 0x0E
    GUID = 0x0F
    FILETIME = 0x11
    SID = 0x13
    HEX64 = 0x15
    BINXML = 0x21


Typed = tuple[ValueType, bytes]
NULL: Typed = (ValueType.NULL, b"")
_PACKERS = {
    ValueType.UINT8: struct.Struct("<B"),
    ValueType.UINT16: struct.Struct("<H"),
    ValueType.UINT32: struct.Struct("<I"),
    ValueType.INT64: struct.Struct("<q"),
    ValueType.UINT64: struct.Struct("<Q"),
    ValueType.FILETIME: struct.Struct("<Q"),
    ValueType.HEX64: struct.Struct("<Q"),
}


def utf16(text: str) -> bytes:
    """UTF-16 little-endian without terminator; lone surrogates pass, so that broken strings can be written too."""
    return text.encode("utf-16-le", "surrogatepass")


def sized_int(kind: ValueType, value: int) -> Typed:
    """`value` in the width of `kind`; struct.error when it does not fit."""
    return kind, _PACKERS[kind].pack(value)


def filetime(moment: datetime | str) -> int:
    """100 ns steps since 1601-01-01 UTC; a time without zone is UTC; the 7th digit of an ISO string is kept."""
    steps = 0
    if isinstance(moment, str):
        if found := _FRACTION.search(moment):
            steps = int(found.group(1)[6])
        moment = datetime.fromisoformat(moment)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - FILETIME_EPOCH) // timedelta(microseconds=1) * 10 + steps


def sid_bytes(sid: str) -> bytes:
    """Binary form of `S-1-authority-sub-...`; ValueError when the text is not a canonical SID."""
    found = _SID.fullmatch(sid)
    parts = [int(part) for part in found.group(2)[1:].split("-")] if found else [1 << 32]
    if found is None or max(parts) >= 1 << 32:
        raise ValueError(f"evtx writer: {sid!r} is not a SID; write it as S-1-5-21-...")
    return bytes((1, len(parts))) + int(found.group(1)).to_bytes(6, "big") + struct.pack(f"<{len(parts)}I", *parts)


def guid_bytes(text: str) -> bytes:
    """Little-endian GUID, braces optional."""
    return uuid.UUID(text).bytes_le


def typed_value(value: object) -> Typed:
    """The type Windows would use for an EventData value.

    A string becomes SID, GUID or hexadecimal only when it is in the canonical spelling a reader prints for that
    type, so the text read back is the text given.
    """
    if value is None:
        return NULL
    if isinstance(value, bool):
        return ValueType.BOOL, struct.pack("<I", value)
    if isinstance(value, int):
        wide = ValueType.UINT32 if 0 <= value < 1 << 32 else ValueType.UINT64 if value > 0 else ValueType.INT64
        return sized_int(wide, value)
    if isinstance(value, bytes):
        return ValueType.BINARY, value
    if not isinstance(value, str):
        raise TypeError(f"evtx writer: a value is {type(value).__name__}; give str, int, bool, bytes or None")
    if value.startswith("S-1-") and _SID.fullmatch(value):
        try:
            return ValueType.SID, sid_bytes(value)
        except ValueError:
            return ValueType.STRING, utf16(value)
    if value.startswith("0x") and _HEX.fullmatch(value):
        return sized_int(ValueType.HEX64, int(value, 16))
    if len(value) == 36 and _GUID.fullmatch(value):
        return ValueType.GUID, guid_bytes(value)
    return ValueType.STRING, utf16(value)
