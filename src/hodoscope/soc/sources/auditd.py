"""The Linux audit log: an event is several lines with one serial number, and lines of different events interleave.

A line belongs to the event with its serial (and node) that had a line within the last 64 KiB, unless that event has
ended with its EOE line. This rule looks back a bounded distance, so that resuming anywhere gives the same events.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from hodoscope.soc.sources.batching import Piece, Reading
from hodoscope.soc.sources.lines import split_lines, whole_lines

REACH_BYTES = 1 << 16
_SERIAL = re.compile(rb"(?:node=(\S+) )?type=(\S+) (?:msg=)?audit\((\d+\.\d+:\d+)\)")


@dataclass(slots=True)
class _Event:
    position: int
    last: int  # position of its last line
    lines: list[bytes] = field(default_factory=list)
    ended: bool = False


def frame_auditd(reading: Reading) -> Iterator[Piece]:
    """Events in the order of their first lines; lines joined by newlines. Lines without a serial are records of their
    own."""
    joiner = _Joiner(*_before(reading))
    end = reading.start
    for offset, run, letters in whole_lines(reading):
        joiner.add(*split_lines(offset, run))
        end = offset + len(run)
        records, positions = joiner.finished(end)
        yield Piece(records, positions, joiner.resume(end), letters)
    records, positions = joiner.finished(None if not reading.hold_partial else end)
    if records:
        yield Piece(records, positions, joiner.resume(end))


class _Joiner:
    """Events that may still get lines. Those that began before ``start`` were given out in an earlier reading."""

    def __init__(self, start: int, lines: list[bytes], positions: list[int]) -> None:
        self._start = start
        self._by_serial: dict[bytes, _Event] = {}
        self._open: list[_Event] = []  # in the order of their first lines
        self.add(lines, positions)

    def add(self, lines: list[bytes], positions: list[int]) -> None:
        for line, position in zip(lines, positions, strict=True):
            found = _SERIAL.search(line)
            if found is None:
                if position >= self._start:
                    self._open.append(_Event(position, position, [line], ended=True))
                continue
            serial = (found[1] or b"") + b" " + found[3]
            event = self._by_serial.get(serial)
            if event is None or event.ended or position - event.last > REACH_BYTES:
                event = self._by_serial[serial] = _Event(position, position)
                if position >= self._start:
                    self._open.append(event)
            event.last = position
            event.ended = found[2] == b"EOE"
            if event.position >= self._start:
                event.lines.append(line)

    def finished(self, now: int | None) -> tuple[list[bytes], list[int]]:
        """Events that can get no more lines after offset ``now`` (None: the stream has ended), and what precedes them
        not."""
        count = len(self._open)
        if now is not None:
            waiting = (at for at, event in enumerate(self._open) if not event.ended and now - event.last <= REACH_BYTES)
            count = next(waiting, count)
            self._by_serial = {key: event for key, event in self._by_serial.items() if now - event.last <= REACH_BYTES}
        done, self._open = self._open[:count], self._open[count:]
        return [b"\n".join(event.lines) for event in done], [event.position for event in done]

    def resume(self, end: int) -> int:
        """Where the first unfinished event starts, or the end of what was read."""
        return self._open[0].position if self._open else end


def _before(reading: Reading) -> tuple[int, list[bytes], list[int]]:
    """The lines within reach before ``start``: their events are not begun again."""
    since = max(0, reading.start - REACH_BYTES)
    if not reading.start:
        return 0, [], []
    text = b""
    for block in reading.reread(since):
        text += block
        if len(text) >= reading.start - since:
            break
    lines, positions = split_lines(since, text[: reading.start - since])
    # The first one may be cut in half; a half without its serial must not count as a line of its own, and does not.
    return reading.start, lines, positions
