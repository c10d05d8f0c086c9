"""Exactly once: which events of a batch are not stored yet, answered from memory.

An index of the full 128-bit ids, held as sorted runs that are merged as they grow (16 bytes per event). Ids are grouped
by UTC day and a day is read from the store when a batch first touches it, so a long history costs nothing until asked
about. Events whose time was assumed form one group of their own: the assumed year may differ when a file is read
again.

What one would get wrong: the mask also remembers. Rows it lets pass count as seen from then on, in the same batch and
in later ones, so they must be inserted, or the index thrown away.
"""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.soc.storage.interface import EventStore

_DAY_MICROSECONDS = 86_400_000_000
_ASSUMED = np.iinfo(np.int64).min  # group of events without an exact time
_MERGE_PIECE = 65_536  # ids merged at a time

Words = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]


class KnownIds:
    """The ids of one tenant's stored events. Not for concurrent use."""

    def __init__(self, store: EventStore, tenant: str) -> None:
        self._store = store
        self._tenant = tenant
        self._groups: dict[int, _Group] = {}
        self._unread = {_ASSUMED if bucket.day is None else bucket.day for bucket in store.id_buckets(tenant)}

    def new_mask(self, event_ids: pa.Array, times: pa.Array, time_quality: pa.Array | None = None) -> Mask:
        """True for each row not stored and not seen before, nor earlier in this batch.

        ``event_ids`` is ``binary(16)``, ``times`` UTC microseconds without nulls; rows whose ``time_quality`` is not
        ``exact`` are looked up among their like (None: all are exact).
        """
        high, low = words(event_ids)
        days = np.floor_divide(np.asarray(pc.cast(times, pa.int64())), _DAY_MICROSECONDS)
        if time_quality is not None:
            exact = pc.equal(time_quality.cast(pa.string()), "exact")
            days = np.where(np.asarray(exact), days, _ASSUMED)
        if len(days) == 0 or (days == days[0]).all():
            return self._new_in(int(days[0]), high, low) if len(days) else np.zeros(0, np.bool_)
        mask = np.zeros(len(high), np.bool_)
        order = np.argsort(days, kind="stable")
        for rows in np.split(order, np.flatnonzero(np.diff(days[order])) + 1):
            mask[rows] = self._new_in(int(days[rows[0]]), high[rows], low[rows])
        return mask

    @property
    def size_bytes(self) -> int:
        """Memory held by the index."""
        return sum(group.size_bytes for group in self._groups.values())

    def _new_in(self, day: int, high: Words, low: Words) -> Mask:
        group = self._groups.get(day)
        if group is None:
            group = self._groups[day] = _Group()
            if day in self._unread:
                self._unread.discard(day)
                stored = self._store.event_ids(self._tenant, None if day == _ASSUMED else day)
                group.add(*words(stored))
        return group.new(high, low)


class _Group:
    """A set of 128-bit ids as sorted runs, each at least twice as long as the next."""

    def __init__(self) -> None:
        self._runs: list[tuple[Words, Words]] = []

    @property
    def size_bytes(self) -> int:
        return sum(high.nbytes + low.nbytes for high, low in self._runs)

    def new(self, high: Words, low: Words) -> Mask:
        """True for the first occurrence of each id not in the set; adds those."""
        order = _order(high, low)
        high, low = high[order], low[order]
        fresh = np.ones(len(high), np.bool_)
        fresh[1:] = (high[1:] != high[:-1]) | (low[1:] != low[:-1])
        for run_high, run_low in self._runs:
            fresh &= ~_contains(run_high, run_low, high, low)
        self._push(high[fresh], low[fresh])
        mask = np.zeros(len(high), np.bool_)
        mask[order] = fresh  # the order is stable: of equal ids the earliest row is the one kept
        return mask

    def add(self, high: Words, low: Words) -> None:
        """Add ids that may repeat each other but are not in the set."""
        order = _order(high, low)
        self._push(high[order], low[order])

    def _push(self, high: Words, low: Words) -> None:
        if not len(high):
            return
        self._runs.append((high, low))
        while len(self._runs) > 1 and len(self._runs[-2][0]) < 2 * len(self._runs[-1][0]):
            right, left = self._runs.pop(), self._runs.pop()
            self._runs.append(_merged(left, right))


def words(event_ids: pa.Array) -> tuple[Words, Words]:
    """A ``binary(16)`` array as two arrays of big-endian 64-bit words."""
    buffer = event_ids.buffers()[1]
    if buffer is None or not len(event_ids):
        return np.zeros(0, np.uint64), np.zeros(0, np.uint64)
    pairs = np.frombuffer(buffer, ">u8", 2 * len(event_ids), 16 * event_ids.offset).reshape(-1, 2)
    return pairs[:, 0].astype(np.uint64), pairs[:, 1].astype(np.uint64)


def _contains(run_high: Words, run_low: Words, high: Words, low: Words) -> Mask:
    """Which ids are in a run. Ids that share their first word are walked through one by one: a fair hash never does
    that, but someone who can write log lines could search for such a pair."""
    found = np.zeros(len(high), np.bool_)
    place = np.searchsorted(run_high, high)
    asking = np.flatnonzero(place < len(run_high))
    while len(asking):
        asking = asking[run_high[place[asking]] == high[asking]]
        hit = run_low[place[asking]] == low[asking]
        found[asking[hit]] = True
        asking = asking[~hit]
        place[asking] += 1
        asking = asking[place[asking] < len(run_high)]
    return found


def _order(high: Words, low: Words) -> npt.NDArray[np.int64]:
    """Stable order by (high, low); the slow two-key sort only when first words repeat."""
    order = np.argsort(high)
    ordered = high[order]
    return np.lexsort((low, high)) if (ordered[1:] == ordered[:-1]).any() else order


def _merged(left: tuple[Words, Words], right: tuple[Words, Words]) -> tuple[Words, Words]:
    """Two sorted runs as one, merged piece by piece: pieces stay in the processor's cache and the copies stay small."""
    total = len(left[0]) + len(right[0])
    high, low = np.empty(total, np.uint64), np.empty(total, np.uint64)
    pieces = max(1, total // _MERGE_PIECE)
    pivots = left[0][np.arange(1, pieces) * len(left[0]) // pieces]
    cuts = zip(
        np.concatenate(([0], np.searchsorted(left[0], pivots), [len(left[0])])),
        np.concatenate(([0], np.searchsorted(right[0], pivots), [len(right[0])])),
        strict=True,
    )
    for (left_from, right_from), (left_to, right_to) in pairwise(cuts):
        keys = np.concatenate((left[0][left_from:left_to], right[0][right_from:right_to]))
        rest = np.concatenate((left[1][left_from:left_to], right[1][right_from:right_to]))
        order = np.argsort(keys, kind="stable")  # two sorted halves: linear
        piece = slice(left_from + right_from, left_to + right_to)
        high[piece], low[piece] = keys[order], rest[order]
    return high, low
