"""An attack already reported: its later events are counted, and it is reported again each time it has grown tenfold."""

from dataclasses import dataclass
from typing import cast

from hodoscope.soc.detectors.state import Plain

MAX_NAMED_ACCOUNTS = 1000
"""Accounts remembered by name; beyond that a finding says "at least"."""


@dataclass(slots=True)
class RunningAttack:
    """Attempts so far, the count of the next report, and the accounts tried (insertion order, values unused)."""

    first_us: int
    count: int
    next_count: int
    accounts: dict[str, None]

    def grows(self, account: str) -> bool:
        """Count one more attempt; true when it makes the attack ten times what was reported."""
        self.count += 1
        if len(self.accounts) < MAX_NAMED_ACCOUNTS:
            self.accounts[account] = None
        if self.count < self.next_count:
            return False
        self.next_count *= 10
        return True

    def to_plain(self) -> Plain:
        """For a snapshot."""
        return [self.first_us, self.count, self.next_count, list(self.accounts)]


def from_plain(plain: Plain) -> RunningAttack:
    """The inverse of :meth:`RunningAttack.to_plain`."""
    first_us, count, next_count, accounts = cast("tuple[int, int, int, list[str]]", plain)
    return RunningAttack(first_us, count, next_count, dict.fromkeys(accounts))
