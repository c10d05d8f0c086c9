"""A success after failures: the logon that says a guessed password was right.

Two streaks of failures are kept per source: per account and over all accounts. ``quiet_seconds`` without a failure end
a streak, and so does a success. What one would get wrong: behind a
shared address people fail and succeed in turn, so the source's streak must end at *any* success from it; a guesser's
streak does not, because nothing succeeds until the hit.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

import pyarrow as pa

from hodoscope.soc.detectors import logons
from hodoscope.soc.detectors.conclusion import Conclusion, conclude
from hodoscope.soc.detectors.evidence import Note, utc, where_sequence
from hodoscope.soc.detectors.examples import spaced
from hodoscope.soc.detectors.interface import DetectorSpec, Example, Parameter
from hodoscope.soc.detectors.logon_sql import of_account, of_source
from hodoscope.soc.detectors.logons import FAILURE, SUCCESS, Attempts, bare
from hodoscope.soc.detectors.state import Plain, RecentMap, notes_from_plain, notes_to_plain, seal, unseal
from hodoscope.soc.finding import Finding, Severity

PARAMETERS: dict[str, Parameter] = {
    "account_failures": Parameter(6, "failed logons", "CIS Windows Benchmark 1.2.2: people are locked out at 5"),
    "source_failures": Parameter(15, "failed logons", "own choice: three people at their limit without one success"),
    "quiet_seconds": Parameter(3600, "s", "own choice: the longest pause between guesses still read as one attempt"),
    "tracked_sources": Parameter(100_000, "sources", "own measurement: about 1 KB per source with one account"),
    "tracked_accounts": Parameter(1000, "accounts per source", "bounds one source's memory to about 1 MB"),
}
HOW_TO_CHECK = (
    "Ask the account's owner whether it was them (new password, caps lock, new phone). If not: disable the account, "
    "end its sessions, and read what it did in the hour after. Has this person used the source before?"
)
KEPT_FAILURES = 10
"""Failures quoted per streak: enough to see the pattern, and memory stays small."""


@dataclass(slots=True)
class Streak:
    """Failures without a success between them."""

    first_us: int
    last_us: int
    count: int = 0
    notes: list[Note] = field(default_factory=list)

    def add(self, attempts: Attempts, row: int) -> None:
        """One more failure."""
        self.count += 1
        self.last_us = attempts.times_us[row]
        if self.count <= KEPT_FAILURES:
            self.notes.append(attempts.note(row))


@dataclass(slots=True)
class Source:
    """The streak over all accounts (None after a success) and those per account, by last failure."""

    overall: Streak | None = None
    accounts: OrderedDict[str, Streak] = field(default_factory=OrderedDict)


class SuccessAfterFailures:
    """The detector; the module says what it finds."""

    def __init__(self, parameters: Mapping[str, Parameter] = PARAMETERS) -> None:
        self.account_failures = int(parameters["account_failures"].value)
        self.source_failures = int(parameters["source_failures"].value)
        self.quiet_us = int(parameters["quiet_seconds"].value * 1e6)
        self.tracked_sources = int(parameters["tracked_sources"].value)
        self.tracked_accounts = int(parameters["tracked_accounts"].value)
        self.spec = DetectorSpec(
            name="success_after_failures",
            version="1",
            title="Successful logon after many failures",
            attack=("T1110", "T1078"),
            columns=logons.COLUMNS,
            where=logons.WHERE,
            lateness_seconds=300,
            parameters=parameters,
            how_to_check=HOW_TO_CHECK,
        )

    def initial(self) -> RecentMap[str, Source]:
        """No streak."""
        return RecentMap(self.quiet_us, self.tracked_sources)

    def detect(self, events: pa.Table, state: RecentMap[str, Source]) -> Iterator[Finding]:
        """One finding per success that ends a long enough streak."""
        attempts = logons.attempts(events, (SUCCESS, FAILURE), state)
        if attempts is None:
            return
        sources, accounts = attempts.sources, attempts.accounts
        rows = zip(attempts.times_us, attempts.source_of, attempts.account_of, attempts.succeeded, strict=True)
        for row, (time_us, source_code, account_code, success) in enumerate(rows):
            key, account = sources[source_code].entity, accounts[account_code].entity
            source = state.get(key, time_us)
            if not success:
                if source is None:
                    source = Source()
                self._fail(source, account, attempts, row)
                state.put(key, time_us, source)
            elif source is not None:
                overall, mine = source.overall, source.accounts.pop(account, None)
                source.overall = None
                if overall is not None and overall.count >= self.source_failures:
                    yield self._finding(attempts, row, overall, one_account=False)
                elif mine is not None and mine.count >= self.account_failures and self._fresh(mine, time_us):
                    yield self._finding(attempts, row, mine, one_account=True)

    def _fresh(self, streak: Streak, time_us: int) -> bool:
        return streak.last_us + self.quiet_us >= time_us

    def _fail(self, source: Source, account: str, attempts: Attempts, row: int) -> None:
        time_us = attempts.times_us[row]
        if source.overall is None:
            source.overall = Streak(time_us, time_us)
        source.overall.add(attempts, row)
        mine = source.accounts.get(account)
        if mine is None or not self._fresh(mine, time_us):
            mine = source.accounts[account] = Streak(time_us, time_us)
        mine.add(attempts, row)
        source.accounts.move_to_end(account)
        if len(source.accounts) > self.tracked_accounts:
            source.accounts.popitem(last=False)

    def _finding(self, attempts: Attempts, row: int, streak: Streak, *, one_account: bool) -> Finding:
        time_us = attempts.times_us[row]
        source, target = attempts.sources[attempts.source_of[row]], attempts.targets[attempts.target_of[row]]
        account = attempts.accounts[attempts.account_of[row]]
        notes = [*streak.notes, attempts.note(row), attempts.source_note(row)]
        minutes = max(1, round((time_us - streak.first_us) / 60e6))
        over = "on this account" if one_account else "over all accounts it tried"
        conditions = [logons.WHERE, of_source(source.entity), *([of_account(account.entity)] if one_account else [])]
        first, last = (streak.first_us, streak.notes[0].event_id), (time_us, attempts.rows.event_id(row))
        guessed = streak.count >= self.source_failures
        conclusion = Conclusion(
            entity=account.entity or source.entity or target.entity,
            entities=(source.entity, target.entity),
            anchor=attempts.rows.event_id(row).hex(),
            title=f"{bare(account.entity)} logged on after {streak.count} failures from {bare(source.entity)}",
            severity=Severity.HIGH if guessed else Severity.MEDIUM,
            confidence=0.8 if guessed else 0.4,
            first_us=streak.first_us,
            last_us=time_us,
            explanation=(
                f"{bare(source.entity)} failed {streak.count} times {over} in {minutes} min, then logged on as "
                f"{bare(account.entity)} to {bare(target.entity)} at {utc(time_us):%Y-%m-%d %H:%M:%S} UTC. "
                "No such logon had succeeded in between."
            ),
            reasons=(
                (f"{streak.count} failures before the success", 2.0),
                (f"counted {over}", 1.0),
                ("the same source succeeded", 1.0),
            ),
            notes=notes,
            event_count=streak.count + 1,
            where=where_sequence(first, last, *conditions),
            features={"failures": streak.count, "minutes": minutes},
        )
        return conclude(self.spec, attempts.rows.tenant, conclusion)

    def finish(self, state: RecentMap[str, Source]) -> Iterable[Finding]:
        """Nothing: a finding is made at the success."""
        return ()

    def dump(self, state: RecentMap[str, Source]) -> bytes:
        """Sources, least recently failing first, and their accounts in the same order."""
        plain: list[Plain] = []
        for key, touched, source in state.items():
            accounts: Plain = [[name, _plain(streak)] for name, streak in source.accounts.items()]
            plain.append([key, touched, _plain(source.overall) if source.overall else None, accounts])
        return seal(self.spec, plain)

    def load(self, data: bytes) -> RecentMap[str, Source]:
        """The inverse of :meth:`dump`."""
        state = self.initial()
        rows = cast("list[tuple[str, int, Plain, list[tuple[str, Plain]]]]", unseal(self.spec, data))
        for key, touched, overall, accounts in rows:
            streaks = OrderedDict((name, _streak(streak)) for name, streak in accounts)
            state.restore(key, touched, Source(_streak(overall) if overall else None, streaks))
        return state


def _plain(streak: Streak) -> Plain:
    return [streak.first_us, streak.last_us, streak.count, notes_to_plain(streak.notes)]


def _streak(plain: Plain) -> Streak:
    first_us, last_us, count, notes = cast("tuple[int, int, int, Plain]", plain)
    return Streak(first_us, last_us, count, notes_from_plain(notes))


_FAILED = {
    "class_uid": 3002, "activity_id": 1, "status_id": 2, "user_name": "backup", "src_endpoint_ip": "198.51.100.23",
    "device_hostname": "web-02", "auth_protocol": "password", "service_name": "sshd",
}  # fmt: skip
_OK = {"status_id": 1}
EXAMPLES = (
    Example("eight failures, then in", True, spaced("2026-03-02T03:10:00", 4, [_FAILED] * 8 + [_FAILED | _OK])),
    Example("sixteen accounts tried, the last one opens", True, spaced("2026-03-02T03:10:00", 4, [
        *(_FAILED | {"user_name": f"svc{number}"} for number in range(16)), _FAILED | _OK | {"user_name": "svc16"}])),
    Example("three typing errors, then in", False, spaced("2026-03-02T08:10:00", 6, [_FAILED] * 3 + [_FAILED | _OK])),
    Example("failures only", False, spaced("2026-03-02T03:10:00", 4, [_FAILED] * 30)),
    Example("an office address where people fail and succeed in turn", False, spaced("2026-03-02T08:10:00", 9, [
        row | {"user_name": f"person{number}"} for number in range(30) for row in (_FAILED, _FAILED, _FAILED | _OK)])),
)  # fmt: skip
