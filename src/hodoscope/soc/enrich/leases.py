"""Which machine held an address at an event's time: disjoint lease intervals, looked up as of many times at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from hodoscope.soc.enrich.codes import Ints
from hodoscope.soc.enrich.records import Lease


def _empty() -> Ints:
    return np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class LeaseTable:
    """Intervals ``[start, end)`` in microseconds UTC, sorted by (address, start), never overlapping per address.

    ``addresses`` maps an ``ip:`` id to its number in this table; ``holders`` is the ``host:`` id per interval.
    """

    addresses: Mapping[str, int] = field(default_factory=dict)
    holders: tuple[str, ...] = ()
    ends: Ints = field(default_factory=_empty)
    start_ranks: Ints = field(default_factory=_empty)  # all distinct starts, sorted
    keys: Ints = field(default_factory=_empty)  # address number * (distinct starts + 1) + rank of the start

    def holder(self, addresses: Ints, times: Ints) -> Ints:
        """Number of the interval in force per (address number, time), -1 where there is none or the address is -1."""
        if not len(self.keys):
            return np.full(len(addresses), -1, np.int64)
        ranks = np.searchsorted(self.start_ranks, times, side="right")
        wanted = addresses * (len(self.start_ranks) + 1) + ranks
        found = np.searchsorted(self.keys, wanted, side="right") - 1
        safe = np.maximum(found, 0)
        same_address = self.keys[safe] // (len(self.start_ranks) + 1) == addresses
        in_force = (found >= 0) & (addresses >= 0) & same_address & (times < self.ends[safe])
        return np.where(in_force, safe, -1)


def build_leases(leases: Iterable[Lease]) -> tuple[LeaseTable, list[tuple[Lease, Lease]]]:
    """Table and the pairs of leases that gave one address to two machines at once.

    A later lease ends the one before (that is what a DHCP server does when it hands an address on); renewals by the
    same machine are joined. ``ip`` must be an ``ip:`` id and ``host`` a ``host:`` id.
    """
    rows: list[Lease] = []
    conflicts: list[tuple[Lease, Lease]] = []
    for lease in sorted(leases, key=lambda row: (row.ip, row.start)):
        before = rows[-1] if rows and rows[-1].ip == lease.ip else None
        if before is not None and lease.start <= before.end and lease.host == before.host:
            rows[-1] = before._replace(end=max(before.end, lease.end))
            continue
        if before is not None and lease.start < before.end:
            conflicts.append((before, lease))
            rows[-1] = before._replace(end=lease.start)
            if before.start == lease.start:
                rows.pop()
        rows.append(lease)
    addresses = {ip: number for number, ip in enumerate(dict.fromkeys(row.ip for row in rows))}
    starts = np.array([row.start for row in rows], np.int64)
    distinct = np.unique(starts)
    ranks = np.searchsorted(distinct, starts, side="right")
    numbers = np.array([addresses[row.ip] for row in rows], np.int64)
    table = LeaseTable(
        addresses,
        tuple(row.host for row in rows),
        np.array([row.end for row in rows], np.int64),
        distinct,
        numbers * (len(distinct) + 1) + ranks,
    )
    return table, conflicts
