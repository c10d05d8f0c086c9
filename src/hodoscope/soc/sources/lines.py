"""Line framing: every non-blank line is a record. The fast path of the whole product; it works on blocks, not on
lines."""

from collections.abc import Iterator

import numpy as np

from hodoscope.soc.record import SkippedRecord
from hodoscope.soc.sources.batching import Piece, Reading
from hodoscope.soc.sources.json_scan import crowded, deeper_than, many_brackets

UTF8_BOM = b"\xef\xbb\xbf"


def whole_lines(reading: Reading) -> Iterator[tuple[int, bytes, tuple[SkippedRecord, ...]]]:
    """Runs of complete lines: offset, text ending in a newline (but for the stream's last line), dead letters before
    it.

    A line longer than ``max_record_bytes`` becomes a dead letter with its start and is passed over in constant memory.
    """
    limit = reading.limits.max_record_bytes
    detail = f"more than {limit} bytes"
    offset, tail = reading.start, b""  # tail: start of an unfinished line, at ``offset``
    giant = False  # inside a line that is being passed over
    letters: list[SkippedRecord] = []
    for block in reading.blocks:
        newline = block.find(b"\n") if giant or tail else -1
        if not giant and len(tail) + newline > limit:
            letters.append(reading.skipped(offset, "line longer than the limit", detail, tail))
            giant, offset, tail = True, offset + len(tail), b""
        if giant:
            offset += newline + 1 if newline >= 0 else len(block)
            if newline < 0:
                continue
            giant, block = False, block[newline + 1 :]
        elif offset == 0 and not tail and block.startswith(UTF8_BOM):
            offset, block = len(UTF8_BOM), block[len(UTF8_BOM) :]
        cut = block.rfind(b"\n") + 1
        if cut:
            run = tail + block[:cut] if tail else block[:cut]
            yield offset, run, tuple(letters)
            letters = []
            offset, tail = offset + len(run), block[cut:]
        else:
            tail += block
        if len(tail) > limit:
            letters.append(reading.skipped(offset, "line longer than the limit", detail, tail))
            giant, offset, tail = True, offset + len(tail), b""
    fault = reading.stream.fault
    if fault:
        letters.append(reading.broken_off(fault, offset, tail))
    elif tail and not reading.hold_partial:
        yield offset, tail, tuple(letters)
        return
    if letters:
        yield offset, b"", tuple(letters)


def split_lines(offset: int, run: bytes) -> tuple[list[bytes], list[int]]:
    """Non-blank lines of a run, without their line ends, and their positions."""
    lines = run.split(b"\n")
    if not lines[-1]:
        lines.pop()
    if not lines:
        return [], []
    sizes = np.fromiter(map(len, lines), dtype=np.int64, count=len(lines))
    ends = np.cumsum(sizes + 1)
    positions: list[int] = (ends - sizes + (offset - 1)).tolist()
    # Looking for two characters costs 1 ns a byte, for one of them next to nothing.
    if b"\r" in run and (b"\r\n" in run or run.endswith(b"\r")):
        lines = [line[:-1] if line.endswith(b"\r") else line for line in lines]
        blank = not all(lines)
    else:
        blank = not sizes.min()
    if blank:
        kept = [at for at, line in enumerate(lines) if line]
        return [lines[at] for at in kept], [positions[at] for at in kept]
    return lines, positions


def frame_lines(reading: Reading) -> Iterator[Piece]:
    """Plain lines."""
    for offset, run, letters in whole_lines(reading):
        records, positions = split_lines(offset, run)
        yield Piece(records, positions, resume(offset, run), letters)


def resume(offset: int, run: bytes) -> int:
    """Where reading goes on after a run: before a last line that has no end yet, because its writer may be in the
    middle of it. Going on inside it would store its second half as a record."""
    return offset + (len(run) if run.endswith(b"\n") else run.rfind(b"\n") + 1)


def frame_json_lines(reading: Reading) -> Iterator[Piece]:
    """Lines that hold JSON: those nested deeper than parsers survive become dead letters."""
    for offset, run, letters in whole_lines(reading):
        records, positions = split_lines(offset, run)
        piece = Piece(records, positions, resume(offset, run), letters)
        longest = len(max(records, key=len, default=b""))
        yield without_deep(reading, piece) if crowded(run, reading.limits.max_json_depth, longest) else piece


def without_deep(reading: Reading, piece: Piece) -> Piece:
    """The piece without records nested deeper than ``max_json_depth`` levels; these become dead letters."""
    levels, records, positions = reading.limits.max_json_depth, piece.records, piece.positions
    if not records or len(max(records, key=len)) <= 2 * levels:  # a level takes two characters
        return piece
    deep = {
        at
        for at, record in enumerate(records)
        if len(record) > 2 * levels and many_brackets(record, levels) and deeper_than(record, levels)
    }
    if not deep:
        return piece
    detail = f"more than {levels} levels"
    letters = tuple(reading.skipped(positions[at], "nested too deep", detail, records[at]) for at in sorted(deep))
    kept = [at for at in range(len(records)) if at not in deep]
    fine, places = [records[at] for at in kept], [positions[at] for at in kept]
    return Piece(fine, places, piece.end, piece.skipped + letters, piece.header)
