"""Counting per key in fixed windows of event time: the frame that the volume-like detectors share.

Windows are aligned to the epoch and do not overlap; since events come sorted, exactly one is open. It closes when an
event of a later window arrives, and its keys are judged then, so findings do not depend on batch cuts. What one would
get wrong: anything learnt across windows (``memory``) may change only while a window is judged, never while it fills.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar, cast

import numpy as np
import pyarrow as pa

from hodoscope.soc.detectors.conclusion import Conclusion, conclude
from hodoscope.soc.detectors.interface import DetectorSpec
from hodoscope.soc.detectors.rows import Codes, Mask, Rows, numbers
from hodoscope.soc.detectors.state import Plain, seal, unseal
from hodoscope.soc.finding import Finding

R = TypeVar("R")
Key = tuple[str, ...]
Memory = dict[str, list[float]]
"""What stays from window to window: key → numbers."""


@dataclass(slots=True)
class Tally(Generic[R]):
    """The open window (index since the epoch, None before the first event), its records by key, and the memory."""

    tenant: str = ""
    window: int | None = None
    records: dict[Key, R] = field(default_factory=dict)
    memory: Memory = field(default_factory=dict)


class WindowTally(ABC, Generic[R]):
    """A detector that fills one record per key and window, and judges all of them when the window closes."""

    spec: DetectorSpec
    window_us: int
    max_keys: int

    @abstractmethod
    def wanted(self, events: pa.Table) -> Mask:
        """Rows to look at; must depend on the row alone."""

    @abstractmethod
    def collect(self, rows: Rows, records: dict[Key, R]) -> None:
        """Add rows of one window; new keys through :meth:`record`."""

    @abstractmethod
    def judge(self, records: dict[Key, R], memory: Memory, window_us: int) -> Iterator[Conclusion]:
        """Conclusions of a window that starts at ``window_us``; may change ``memory``, not ``records``."""

    @abstractmethod
    def new_record(self) -> R:
        """An empty record."""

    @abstractmethod
    def to_plain(self, record: R) -> Plain:
        """A record as plain data, sets sorted."""

    @abstractmethod
    def from_plain(self, plain: Plain) -> R:
        """The inverse of :meth:`to_plain`."""

    def record(self, records: dict[Key, R], key: Key) -> R | None:
        """The key's record, new when there is room; None beyond ``max_keys``, where the earliest keys stay."""
        found = records.get(key)
        if found is None and len(records) < self.max_keys:
            found = records[key] = self.new_record()
        return found

    def initial(self) -> Tally[R]:
        """Nothing seen."""
        return Tally()

    def detect(self, events: pa.Table, state: Tally[R]) -> Iterator[Finding]:
        """Findings of the windows that end before an event in ``events``."""
        wanted = self.wanted(events)
        if not wanted.any():
            return
        rows = Rows(events, wanted)
        state.tenant = rows.tenant
        windows = numbers(rows.table, "time") // self.window_us
        starts = np.flatnonzero(np.r_[True, windows[1:] != windows[:-1]]).tolist()
        for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
            window = int(windows[start])
            if state.window is not None and state.window != window:
                yield from self._close(state, state.memory)
                state.records = {}
            state.window = window
            self.collect(rows if len(starts) == 1 else Rows(rows.table.slice(start, end - start)), state.records)

    def finish(self, state: Tally[R]) -> Iterator[Finding]:
        """Findings of the open window; the state stays as it is."""
        if state.window is not None:
            yield from self._close(state, {key: list(values) for key, values in state.memory.items()})

    def _close(self, state: Tally[R], memory: Memory) -> Iterator[Finding]:
        for conclusion in self.judge(state.records, memory, (state.window or 0) * self.window_us):
            yield conclude(self.spec, state.tenant, conclusion)

    def dump(self, state: Tally[R]) -> bytes:
        """Records in the order of their keys' first appearance, which decides who stays beyond ``max_keys``."""
        records: Plain = [[list(key), self.to_plain(record)] for key, record in state.records.items()]
        memory: Plain = {key: list(values) for key, values in state.memory.items()}
        return seal(self.spec, [state.tenant, state.window, records, memory])

    def load(self, data: bytes) -> Tally[R]:
        """The inverse of :meth:`dump`."""
        tenant, window, records, memory = cast("list[Plain]", unseal(self.spec, data))
        state: Tally[R] = Tally(str(tenant), cast("int | None", window), {}, cast("Memory", memory))
        for key, plain in cast("list[tuple[list[str], Plain]]", records):
            state.records[tuple(key)] = self.from_plain(plain)
        return state


class Groups:
    """Rows grouped by code, groups by first appearance (which batch cuts cannot change), rows ascending inside a group.

    ``codes`` has one entry per group; ``first`` and ``last`` are row numbers, ``sums(values)`` totals per group.
    """

    def __init__(self, codes: Codes, mask: Mask | None = None) -> None:
        """All rows, or those under ``mask``; row numbers count all of them."""
        rows = np.arange(len(codes)) if mask is None else np.flatnonzero(mask)
        order = rows[np.argsort(codes[rows], kind="stable")]
        ordered = codes[order]
        starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(rows) else np.empty(0, dtype=np.int64)
        ends = np.append(starts[1:], len(rows)) if len(rows) else starts
        self._rank = np.argsort(order[starts], kind="stable")
        self._order, self._starts = order, starts
        self._bounds = list(zip(starts[self._rank].tolist(), ends[self._rank].tolist(), strict=True))
        self.codes: list[int] = ordered[starts][self._rank].tolist()
        self.first: list[int] = order[starts][self._rank].tolist()
        self.last: list[int] = order[ends - 1][self._rank].tolist() if len(rows) else []
        self.counts: list[int] = (ends - starts)[self._rank].tolist()

    def members(self, group: int) -> list[int]:
        """Row numbers of a group."""
        low, high = self._bounds[group]
        rows: list[int] = self._order[low:high].tolist()
        return rows

    def sums(self, values: Codes) -> list[int]:
        """Total of ``values`` (one per row) per group."""
        if not len(self._starts):
            return []
        totals: list[int] = np.add.reduceat(values[self._order], self._starts)[self._rank].tolist()
        return totals
