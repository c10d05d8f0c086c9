"""An attack already reported: its later events are counted, and it is reported again each time it has grown tenfold."""

from dataclasses import dataclass
from typing import cast

from hodoscope.soc.detectors.evidence import where_packed, where_sequence
from hodoscope.soc.detectors.rows import EVENT_ID_BYTES
from hodoscope.soc.detectors.state import Plain

MAX_NAMED_ACCOUNTS = 1000
"""Accounts remembered by name; beyond that a finding says "at least"."""
MAX_NAMED_EVENTS = 200
"""Events of a first report remembered by id; see :meth:`RunningAttack.where`."""


@dataclass(slots=True)
class RunningAttack:
    """Attempts so far, the count of the next report, and the accounts tried (insertion order, values unused).

    ``since`` is the attempt that completed the attack; ``ids`` are the ``began_with`` attempts counted up to it, 16
    bytes each, empty when there were more than :data:`MAX_NAMED_EVENTS`.
    """

    first_us: int
    count: int
    next_count: int
    accounts: dict[str, None]
    since: tuple[int, bytes]
    ids: bytes
    began_with: int

    def grows(self, account: str) -> bool:
        """Count one more attempt; true when it makes the attack ten times what was reported."""
        self.count += 1
        if len(self.accounts) < MAX_NAMED_ACCOUNTS:
            self.accounts[account] = None
        if self.count < self.next_count:
            return False
        self.next_count *= 10
        return True

    def where(self, last: tuple[int, bytes], *conditions: str) -> str:
        """SQL for the attempts counted up to ``last``; ``conditions`` select an attempt after the first report.

        The first attempts are named one by one, since what was counted then depends on the accounts and windows of
        that moment. Where they were too many to keep, all that meet the conditions since the first one stand in.
        """
        if len(self.ids) != self.began_with * EVENT_ID_BYTES or not self.ids:
            return where_sequence((self.first_us, bytes(EVENT_ID_BYTES)), last, *conditions)
        first = where_packed(self.ids)
        if self.count == self.began_with:
            return first
        return f"({first} OR ({where_sequence(self.since, last, *conditions)}))"

    def to_plain(self) -> Plain:
        """For a snapshot."""
        since: Plain = [self.since[0], self.since[1].hex()]
        return [self.first_us, self.count, self.next_count, list(self.accounts), since, self.ids.hex(), self.began_with]


def begin(first_us: int, count: int, accounts: dict[str, None], since: tuple[int, bytes], ids: bytes) -> RunningAttack:
    """An attack at its first report, of ``count`` attempts; ``ids`` may hold fewer when not all are known."""
    known = ids if len(ids) == count * EVENT_ID_BYTES and count <= MAX_NAMED_EVENTS else b""
    return RunningAttack(first_us, count, 10 * count, accounts, since, known, count)


def from_plain(plain: Plain) -> RunningAttack:
    """The inverse of :meth:`RunningAttack.to_plain`; snapshots from before ids were kept have none."""
    fields = cast("list[Plain]", plain)
    first_us, count, next_count, accounts = cast("tuple[int, int, int, list[str]]", fields[:4])
    began = fields[4:] or [[first_us, ""], "", count]
    (since_us, since_id), ids, began_with = cast("tuple[tuple[int, str], str, int]", began)
    since = (since_us, bytes.fromhex(since_id))
    return RunningAttack(first_us, count, next_count, dict.fromkeys(accounts), since, bytes.fromhex(ids), began_with)
