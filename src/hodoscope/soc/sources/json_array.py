"""JSON that is not one value per line: arrays, arrays in a wrapping object, pretty-printed or concatenated values.

Each element is a record with its exact bytes, but that line breaks (white space in JSON) become spaces, so that a
record is one line. Works block by block: memory is bounded by the longest record, whatever the file's size.
"""

from bisect import bisect_left
from collections.abc import Iterator

from hodoscope.soc.record import SkippedRecord
from hodoscope.soc.sources.batching import Piece, Reading
from hodoscope.soc.sources.json_scan import CLOSE, COMMA, OPEN, JsonScanner
from hodoscope.soc.sources.json_shape import WRAPPING_KEY, Shape, json_shape
from hodoscope.soc.sources.lines import UTF8_BOM

_BASE_DEPTH: dict[Shape, int] = {"array": 1, "wrapped": 2, "sequence": 0, "lines": 0}
_LINE_BREAKS = bytes.maketrans(b"\n\r", b"  ")
_KEY_BYTES = 64  # how far back a wrapping key is looked for


def frame_json_values(reading: Reading) -> Iterator[Piece]:
    """Elements of the array, or values one after another, as the stream's head says."""
    shape = json_shape(reading.head) or ("array" if reading.head.lstrip().startswith(b"[") else "sequence")
    cutter = _Cutter(reading, _BASE_DEPTH[shape])
    for block in reading.blocks:
        yield cutter.cut(block)
    last = cutter.rest()
    if last:
        yield Piece([], [], cutter.resume, (last,))


class _Cutter:
    """State between blocks. ``resume`` is always a place where a new cutter would be in the state it assumes: inside
    the array."""

    def __init__(self, reading: Reading, base: int) -> None:
        self._reading = reading
        self._base = base
        self._inside = base == 0 or reading.start > 0  # between the brackets whose elements are records
        self._scanner = JsonScanner(base if reading.start > 0 else 0)
        self._pending = b""  # bytes since ``_anchor``: the unfinished element, or what precedes the array
        self._anchor = reading.start
        self.resume = reading.start
        self._giant = False
        self._deep = False
        self._records: list[bytes] = []
        self._positions: list[int] = []
        self._letters: list[SkippedRecord] = []

    def cut(self, block: bytes) -> Piece:
        """The elements that end in this block."""
        self._records, self._positions, self._letters = [], [], []
        shift = len(self._pending)
        data = self._pending + block if shift else block
        at, chars, depths = self._scanner.scan(block)
        kind, base = chars | 0x20, self._base
        if base:
            edge = ((chars == COMMA) & (depths == base)) | ((kind == OPEN) & (depths == base))
            edge |= (kind == CLOSE) & (depths == base - 1)
        else:
            edge = (kind == CLOSE) & (depths <= 0)
        over: list[int] = (at[depths > base + self._reading.limits.max_json_depth] + shift).tolist()
        done = 0
        for place, what in zip((at[edge] + shift).tolist(), kind[edge].tolist(), strict=True):
            if what == OPEN:
                self._inside = data[place : place + 1] == b"[" and (base < 2 or _follows_wrapping_key(data, place))
            elif self._inside:
                end = place if base else place + 1
                deep = self._deep or bisect_left(over, done) < bisect_left(over, place)
                self._element(data[done:end], self._anchor + done, deep=deep)
                self._giant = self._deep = False
                # After the closing bracket a new cutter would be outside; before it, it sees an empty element.
                self.resume = self._anchor + (place if base and what == CLOSE else place + 1)
                self._inside = not base or what != CLOSE
            done = place + 1
        if not base:
            self._scanner.depth = max(self._scanner.depth, 0)  # a stray closing bracket must not shift what follows
        self._deep = self._deep or (bool(over) and over[-1] >= done)
        self._keep(data, done)
        return Piece(self._records, self._positions, self.resume, tuple(self._letters))

    def rest(self) -> SkippedRecord | None:
        """The dead letter for what is left at the end of the stream, if anything."""
        text, fault = self._pending.strip(b" \t\r\n,"), self._reading.stream.fault
        if fault:
            return self._reading.broken_off(fault, self._anchor, text)
        if self._giant or self._reading.hold_partial or not (text and self._inside):
            return None
        return self._reading.skipped(self._anchor, "truncated JSON", "the stream ends inside a value", text)

    def _element(self, text: bytes, position: int, *, deep: bool) -> None:
        if self._giant:
            return
        if len(text) > self._reading.limits.max_record_bytes:
            self._too_long(position, text)
            return
        left = text.lstrip(b" \t\r\n,") if not self._base else text.lstrip()
        position += len(text) - len(left)
        record = left.rstrip()
        if position == 0 and record.startswith(UTF8_BOM):
            position, record = len(UTF8_BOM), record[len(UTF8_BOM) :].lstrip()
        if not record:
            return
        if b"\n" in record or b"\r" in record:
            record = record.translate(_LINE_BREAKS)
        if deep:
            detail = f"more than {self._reading.limits.max_json_depth} levels"
            self._letters.append(self._reading.skipped(position, "nested too deep", detail, record))
        elif not self._base and record[:1] not in (b"{", b"["):
            self._letters.append(self._reading.skipped(position, "not JSON", "text between values", record))
        else:
            self._records.append(record)
            self._positions.append(position)

    def _keep(self, data: bytes, done: int) -> None:
        """Holds back the unfinished element; one that grows past the limit becomes a dead letter now."""
        limit = self._reading.limits.max_record_bytes
        if not self._inside:
            done = max(done, len(data) - _KEY_BYTES)
        elif self._giant:
            done = len(data)
        elif len(data) - done > limit:
            self._too_long(self._anchor + done, data[done:])
            self._giant, done = True, len(data)
        self._anchor += done
        self._pending = data[done:]

    def _too_long(self, position: int, text: bytes) -> None:
        detail = f"more than {self._reading.limits.max_record_bytes} bytes"
        self._letters.append(self._reading.skipped(position, "record longer than the limit", detail, text))


def _follows_wrapping_key(data: bytes, place: int) -> bool:
    return WRAPPING_KEY.search(data[max(0, place - _KEY_BYTES) : place]) is not None
