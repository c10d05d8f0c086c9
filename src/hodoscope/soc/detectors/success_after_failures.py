"""A success after failures: the logon that says a guessed password was right.

Two streaks of failures are kept, per (source, account) and per source over all accounts; a failure later than
``quiet_seconds`` after the one before starts a streak anew, and a success ends it. What one would get wrong: behind a
shared address people fail and succeed in turn, so the source's streak must end at *any* success from it; a guesser's
streak does not, because nothing succeeds until the hit.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, cast

import pyarrow as pa

from hodoscope.soc.detectors import logons
from hodoscope.soc.detectors.conclusion import Conclusion, conclude
from hodoscope.soc.detectors.evidence import Note, keep, utc, where_window
from hodoscope.soc.detectors.examples import spaced
from hodoscope.soc.detectors.interface import DetectorSpec, Example, Parameter
from hodoscope.soc.detectors.logons import FAILURE, SUCCESS, Attempt, Logon, bare
from hodoscope.soc.detectors.state import Plain, RecentMap, notes_from_plain, notes_to_plain, seal, unseal
from hodoscope.soc.finding import MAX_EVIDENCE, Finding, Severity

PARAMETERS: dict[str, Parameter] = {
    "account_failures": Parameter(6, "failed logons", "CIS Windows Benchmark 1.2.2: people are locked out at 5"),
    "source_failures": Parameter(15, "failed logons", "own choice: three people at their limit without one success"),
    "quiet_seconds": Parameter(3600, "s", "own choice: the longest pause between guesses still read as one attempt"),
    "tracked_keys": Parameter(200_000, "keys", "own measurement: about 1 KB per key with evidence"),
}
HOW_TO_CHECK = (
    "Ask the account's owner whether it was them (a new password, caps lock, a new phone). If not: disable the account, "
    "end its sessions, and read what it did in the hour after. Has this person used the source before?"
)
KEPT_FAILURES = 10
"""Failures quoted per streak; the success must still fit into the evidence."""


@dataclass(slots=True)
class Streak:
    """Failures without a success between them."""

    first_us: int
    count: int = 0
    accounts: dict[str, None] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def add(self, attempt: Attempt) -> None:
        """One more failure."""
        self.count += 1
        if self.count <= KEPT_FAILURES:
            keep(self.notes, attempt.event_id, attempt.time_us, attempt.logon.fields)
        if len(self.accounts) < MAX_EVIDENCE:
            self.accounts[attempt.logon.account] = None


class State(NamedTuple):
    """Streaks per "source, account" and per source."""

    by_account: RecentMap[tuple[str, str], Streak]
    by_source: RecentMap[str, Streak]


class SuccessAfterFailures:
    """The detector; the module says what it finds."""

    def __init__(self, parameters: Mapping[str, Parameter] = PARAMETERS) -> None:
        self.account_failures = int(parameters["account_failures"].value)
        self.source_failures = int(parameters["source_failures"].value)
        self.quiet_us = int(parameters["quiet_seconds"].value * 1e6)
        self.limit = int(parameters["tracked_keys"].value)
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

    def initial(self) -> State:
        """No streak."""
        return State(RecentMap(self.quiet_us, self.limit), RecentMap(self.quiet_us, self.limit))

    def detect(self, events: pa.Table, state: State) -> Iterator[Finding]:
        """One finding per success that ends a long enough streak."""
        tenant = str(events.column("tenant_id")[0].as_py()) if events.num_rows else ""
        by_account, by_source = state
        for attempt in logons.attempts(events, (SUCCESS, FAILURE)):
            time_us, _, logon, success = attempt
            key = (logon.source, logon.account)
            mine, theirs = by_account.get(key, time_us), by_source.get(logon.source, time_us)
            if not success:
                mine, theirs = mine or Streak(time_us), theirs or Streak(time_us)
                mine.add(attempt)
                theirs.add(attempt)
                by_account.put(key, time_us, mine)
                by_source.put(logon.source, time_us, theirs)
                continue
            if mine is not None:
                by_account.drop(key)
            if theirs is not None:
                by_source.drop(logon.source)
            if theirs is not None and theirs.count >= self.source_failures:
                yield conclude(self.spec, tenant, self._conclusion(attempt, theirs))
            elif mine is not None and mine.count >= self.account_failures:
                yield conclude(self.spec, tenant, self._conclusion(attempt, mine))

    def _conclusion(self, attempt: Attempt, streak: Streak) -> Conclusion:
        logon: Logon = attempt.logon
        notes = list(streak.notes)
        keep(notes, attempt.event_id, attempt.time_us, {**logon.fields, "status_id": str(SUCCESS)})
        minutes = max(1, round((attempt.time_us - streak.first_us) / 60e6))
        tried = "that account" if len(streak.accounts) == 1 else f"{len(streak.accounts)} accounts"
        guessed = streak.count >= self.source_failures
        return Conclusion(
            entity=logon.account or logon.source or logon.target,
            entities=(logon.source, logon.target, *streak.accounts),
            anchor=attempt.event_id.hex(),
            title=f"{bare(logon.account)} logged on after {streak.count} failures from {bare(logon.source)}",
            severity=Severity.HIGH if guessed else Severity.MEDIUM,
            confidence=0.8 if guessed else 0.4,
            first_us=streak.first_us,
            last_us=attempt.time_us,
            explanation=(
                f"{bare(logon.source)} failed {streak.count} times on {tried} in {minutes} min, then logged on as "
                f"{bare(logon.account)} to {bare(logon.target)} at {utc(attempt.time_us):%Y-%m-%d %H:%M:%S} UTC. "
                "Nothing from there had succeeded in between."
            ),
            reasons=(
                (f"{streak.count} failures before the success", 2.0),
                (f"failures on {tried}", 1.0),
                ("the same source succeeded", 1.0),
            ),
            notes=notes,
            event_count=streak.count + 1,
            where=where_window(streak.first_us, attempt.time_us, logons.WHERE, logon.source_where),
            features={"failures": streak.count, "accounts": len(streak.accounts), "minutes": minutes},
        )

    def finish(self, state: State) -> Iterable[Finding]:
        """Nothing: a finding is made at the success."""
        return ()

    def dump(self, state: State) -> bytes:
        """Both maps, least recently touched first."""
        accounts: list[Plain] = [[*key, touched, _plain(streak)] for key, touched, streak in state.by_account.items()]
        sources: list[Plain] = [[key, touched, _plain(streak)] for key, touched, streak in state.by_source.items()]
        return seal(self.spec, {"accounts": accounts, "sources": sources})

    def load(self, data: bytes) -> State:
        """The inverse of :meth:`dump`."""
        plain = cast("dict[str, list[Plain]]", unseal(self.spec, data))
        state = self.initial()
        for source, account, touched, streak in cast("list[tuple[str, str, int, Plain]]", plain["accounts"]):
            state.by_account.restore((source, account), touched, _streak(streak))
        for source, touched, streak in cast("list[tuple[str, int, Plain]]", plain["sources"]):
            state.by_source.restore(source, touched, _streak(streak))
        return state


def _plain(streak: Streak) -> Plain:
    return [streak.first_us, streak.count, list(streak.accounts), notes_to_plain(streak.notes)]


def _streak(plain: Plain) -> Streak:
    first_us, count, accounts, notes = cast("tuple[int, int, list[str], Plain]", plain)
    return Streak(first_us, count, dict.fromkeys(accounts), notes_from_plain(notes))


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
