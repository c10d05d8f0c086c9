"""Connection times per (source, destination, port) over one pane of event time, in bounded memory.

A busy pair keeps its first ``per_hour`` connections of each hour, with exact counts beside them: runs of true
neighbouring intervals, unlike a coarser clock, which would make any dense stream look regular. At most ``max_pairs``
pairs are kept, the earliest. Both rules depend on the sequence of events only, so batch cuts do not show.
"""

from dataclasses import dataclass, field
from typing import cast

import numpy as np
from numpy.typing import NDArray

from hodoscope.soc.detectors.evidence import Note
from hodoscope.soc.detectors.state import Plain, hashes_from_plain, hashes_to_plain, notes_from_plain, notes_to_plain

Ints = NDArray[np.int64]
Pair = tuple[str, str, str, str]
"""Source address, destination name (may be empty), destination address, port."""

HOUR_US = 3_600_000_000
NOTES_PER_PAIR = 6
UNKNOWN_SIZE = -1


@dataclass(slots=True)
class Pane:
    """Connections of one stretch of time. ``first_us``/``last_us`` span everything observed, kept or not."""

    per_hour: int
    max_pairs: int
    pairs: dict[Pair, int] = field(default_factory=dict)
    counts: list[int] = field(default_factory=list)
    notes: list[list[Note]] = field(default_factory=list)
    rows: Ints = field(default_factory=lambda: np.empty((0, 3), dtype=np.int64))  # pair, time, size; stream order
    fresh: list[Ints] = field(default_factory=list)
    first_us: int = 0
    last_us: int = 0

    def observe(self, first_us: int, last_us: int) -> None:
        """Widen the observed span."""
        self.first_us = min(self.first_us or first_us, first_us)
        self.last_us = max(self.last_us, last_us)

    def number_of(self, pair: Pair) -> int:
        """The pair's number, a new one when there is room, -1 when there is none."""
        number = self.pairs.get(pair)
        if number is None:
            if len(self.pairs) >= self.max_pairs:
                return -1
            number = len(self.pairs)
            self.pairs[pair] = number
            self.counts.append(0)
            self.notes.append([])
        return number

    def add(self, rows: Ints) -> None:
        """Append (pair, time, size) rows in stream order; compacts when what is new outgrows what is kept."""
        self.fresh.append(rows)
        if sum(len(part) for part in self.fresh) > max(len(self.rows), 50_000):
            self.compact()

    def compact(self) -> None:
        """Drop what exceeds ``per_hour``; doing it more often changes nothing."""
        rows = np.concatenate([self.rows, *self.fresh])
        self.fresh = []
        if len(rows):
            key = rows[:, 0] * (1 << 32) + rows[:, 1] // HOUR_US
            order = np.argsort(key, kind="stable")
            grouped = key[order]
            starts = np.r_[True, grouped[1:] != grouped[:-1]]
            rank = np.arange(len(rows)) - np.maximum.accumulate(np.where(starts, np.arange(len(rows)), 0))
            rows = rows[np.sort(order[rank < self.per_hour])]
        self.rows = rows

    def to_plain(self) -> Plain:
        """Compacted, so that equal streams give equal snapshots."""
        self.compact()
        return {
            "pairs": [list(pair) for pair in self.pairs],
            "counts": list(self.counts),
            "notes": [notes_to_plain(notes) for notes in self.notes],
            "rows": [hashes_to_plain(column.astype(np.uint64).tolist()) for column in self.rows.T],
            "span": [self.first_us, self.last_us],
        }

    def restore(self, plain: Plain) -> None:
        """The inverse of :meth:`to_plain`, into an empty pane."""
        saved = cast("dict[str, list[Plain]]", plain)
        pairs = cast("list[list[str]]", saved["pairs"])
        self.pairs = {(src, name, dst, port): number for number, (src, name, dst, port) in enumerate(pairs)}
        self.counts = cast("list[int]", saved["counts"])
        self.notes = [notes_from_plain(notes) for notes in saved["notes"]]
        columns = [np.array(hashes_from_plain(column), dtype=np.uint64).astype(np.int64) for column in saved["rows"]]
        self.rows = np.stack(columns, axis=1)
        self.first_us, self.last_us = cast("list[int]", saved["span"])
