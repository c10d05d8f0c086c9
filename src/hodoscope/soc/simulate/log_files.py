"""Writes the log files in time order, window by window, and notes the line of every attack event."""

import os
from collections import Counter
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO, NamedTuple

import orjson

from hodoscope.soc.simulate.dice import Dice
from hodoscope.soc.simulate.formats import zeek
from hodoscope.soc.simulate.outbox import CONN, DNS, Mark, Outbox, Record, Timed

_TIME = itemgetter(0)  # Timed.time_us; records themselves must not be compared
_TSV = {CONN: "conn", DNS: "dns"}


class TruthLine(NamedTuple):
    """Where an attack event was written: file and 1-based physical line."""

    time_us: int
    file: str
    line: int
    mark: Mark


class LogFiles:
    """Open log files below `root`. Records later than the window wait here for their turn."""

    def __init__(self, root: Path, start_us: int, seed: int) -> None:
        self._root = root
        self._start_us = start_us
        self._seed = seed
        self._handles: dict[str, BinaryIO] = {}
        self._lines: Counter[str] = Counter()
        self._waiting: dict[str, list[Timed]] = {}
        self._record_numbers: dict[tuple[object, object], int] = {}
        self.events: Counter[str] = Counter()
        self.truth: list[TruthLine] = []

    def take(self, outbox: Outbox) -> None:
        """Accept records of any time."""
        for file, records in outbox.files.items():
            self._waiting.setdefault(file, []).extend(records)

    def write_before(self, end_us: int) -> None:
        """Write all waiting records earlier than `end_us` (microseconds), sorted by time; equal times keep order."""
        for file in sorted(self._waiting):
            records = self._waiting[file]
            records.sort(key=_TIME)
            cut = len(records)
            while cut and records[cut - 1].time_us >= end_us:
                cut -= 1
            if cut:
                self._write(file, records[:cut])
                self._waiting[file] = records[cut:]

    def close(self, end_us: int) -> int:
        """Finish every file and return how many records lay after the end and were dropped.

        Files get the end of the simulation as their modification time, from which readers of auth.log infer the year.
        """
        for file, handle in self._handles.items():
            if file in _TSV:
                handle.write(_joined(zeek.footer(end_us)))
            handle.close()
            os.utime(self._root / file, ns=(1000 * end_us, 1000 * end_us))
        return sum(map(len, self._waiting.values()))

    def _open(self, file: str) -> BinaryIO:
        if file not in self._handles:
            path = self._root / file
            path.parent.mkdir(parents=True, exist_ok=True)
            self._handles[file] = path.open("wb")
            if file in _TSV:
                opening = zeek.header(_TSV[file], self._start_us)
                self._handles[file].write(_joined(opening))
                self._lines[file] = len(opening)
        return self._handles[file]

    def _write(self, file: str, records: list[Timed]) -> None:
        handle = self._open(file)
        line = self._lines[file]
        rendered: list[bytes] = []
        for time_us, record, mark in records:
            line += 1
            rendered.append(self._render(record))
            if mark is not None:
                self.truth.append(TruthLine(time_us, file, line, mark))
        rendered.append(b"")
        handle.write(b"\n".join(rendered))
        self._lines[file] = line
        self.events[file] += len(records)

    def _render(self, record: Record) -> bytes:
        if isinstance(record, str):
            return record.encode()
        if "RecordNumber" in record:
            key = (record["Hostname"], record["Channel"])
            number = self._record_numbers.get(key)
            if number is None:
                number = Dice(self._seed, "record number", *map(str, key)).small.randint(10_000, 4_000_000)
            self._record_numbers[key] = record["RecordNumber"] = number + 1
        return orjson.dumps(record)


def _joined(lines: list[str]) -> bytes:
    return "".join(line + "\n" for line in lines).encode()
