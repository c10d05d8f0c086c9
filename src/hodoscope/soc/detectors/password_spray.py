"""Password spraying: one source tries few passwords on many accounts, fast, or low and slow over a day.

Per source the accounts that failed lately are kept, each with its tries. Many distinct accounts with few tries each
within ``window_seconds`` are a fast spray; a larger number within ``slow_window_seconds`` is a slow one. What one would
get wrong: a proxy, terminal server or office address also fails for many people, but most of them get in; a source
where ``max_success_share`` of the failing accounts succeed is therefore not reported.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias, cast

import pyarrow as pa

from hodoscope.soc.detectors import logons
from hodoscope.soc.detectors.conclusion import Conclusion, conclude
from hodoscope.soc.detectors.evidence import Note, utc
from hodoscope.soc.detectors.examples import spaced
from hodoscope.soc.detectors.interface import DetectorSpec, Example, Parameter
from hodoscope.soc.detectors.logon_sql import of_source
from hodoscope.soc.detectors.logons import FAILURE, SUCCESS, Attempts, bare
from hodoscope.soc.detectors.running_attack import MAX_NAMED_EVENTS, RunningAttack, begin, from_plain
from hodoscope.soc.detectors.state import Plain, RecentMap, notes_from_plain, notes_to_plain, seal, unseal
from hodoscope.soc.finding import MAX_EVIDENCE, Finding, Severity

PARAMETERS: dict[str, Parameter] = {
    "accounts": Parameter(10, "accounts", "own choice: above what one desk or kiosk mistypes in half an hour"),
    "window_seconds": Parameter(1800, "s", "MITRE T1110.003: sprays wait for lockout counters, often 30 min"),
    "slow_accounts": Parameter(30, "accounts", "own choice: three fast sprays' worth over a day"),
    "slow_window_seconds": Parameter(86400, "s", "MITRE T1110.003: one try per account and day stays under lockout"),
    "max_tries_per_account": Parameter(5, "tries", "CIS Windows Benchmark 1.2.2: lockout at 5; sprays stay under it"),
    "max_success_share": Parameter(0.5, "share", "own choice: shared addresses let most people in, sprays few"),
    "rearm_seconds": Parameter(3600, "s", "as in brute_force"),
    "tracked_sources": Parameter(100_000, "sources", "own measurement: about 0.5 KB per source with one account"),
    "tracked_accounts": Parameter(1000, "accounts per source", "bounds one source's memory to about 0.3 MB"),
}
HOW_TO_CHECK = (
    "Do the account names look like a list (alphabetical, generic, former staff)? Is the source a proxy, VPN or "
    "terminal server of yours? Look for a success from the source, and reset the password of any account that got in."
)
Failed: TypeAlias = tuple[int, Note, bytes]
"""Tries, the last of them, and the ids of all (16 bytes each, the first MAX_NAMED_EVENTS)."""


@dataclass(slots=True)
class Source:
    """Accounts that failed from one source, by last failure, those that succeeded since, and the attack under way."""

    failed: OrderedDict[str, Failed] = field(default_factory=OrderedDict)
    succeeded: OrderedDict[str, int] = field(default_factory=OrderedDict)
    attack: RunningAttack | None = None
    attack_us: int = 0


class PasswordSpray:
    """The detector; the module says what it finds."""

    def __init__(self, parameters: Mapping[str, Parameter] = PARAMETERS) -> None:
        value = {name: parameter.value for name, parameter in parameters.items()}
        self.accounts, self.slow_accounts = max(2, int(value["accounts"])), max(2, int(value["slow_accounts"]))
        self.window_us, self.slow_us = int(value["window_seconds"] * 1e6), int(value["slow_window_seconds"] * 1e6)
        self.max_tries, self.max_share = value["max_tries_per_account"], value["max_success_share"]
        self.rearm_us = int(value["rearm_seconds"] * 1e6)
        self.tracked_sources = int(value["tracked_sources"])
        self.tracked_accounts = max(self.accounts, self.slow_accounts, int(value["tracked_accounts"]))
        self.spec = DetectorSpec(
            name="password_spray",
            version="1",
            title="Password spraying over many accounts",
            attack=("T1110.003",),
            columns=logons.COLUMNS,
            where=logons.WHERE,
            lateness_seconds=300,
            parameters=parameters,
            how_to_check=HOW_TO_CHECK,
        )

    def initial(self) -> RecentMap[str, Source]:
        """No source seen."""
        return RecentMap(self.slow_us, self.tracked_sources)

    def detect(self, events: pa.Table, state: RecentMap[str, Source]) -> Iterator[Finding]:
        """One finding per spray, and one more each time its attempts have grown tenfold."""
        attempts = logons.attempts(events, (SUCCESS, FAILURE), state)
        if attempts is None:
            return
        sources, accounts = attempts.sources, attempts.accounts
        rows = zip(attempts.times_us, attempts.source_of, attempts.account_of, attempts.succeeded, strict=True)
        for row, (time_us, source_code, account_code, success) in enumerate(rows):
            key, account = sources[source_code].entity, accounts[account_code].entity
            source = state.get(key, time_us)
            if success:
                if source is not None:
                    self._let_in(source, account, time_us)
                continue
            if source is None:
                source = Source()
            state.put(key, time_us, source)
            tried = self._fail(source, account, attempts, row)
            if tried and source.attack:
                yield self._finding(attempts, row, source.attack, tried)

    def _let_in(self, source: Source, account: str, time_us: int) -> None:
        source.succeeded[account] = time_us
        source.succeeded.move_to_end(account)
        if len(source.succeeded) > self.tracked_accounts:
            source.succeeded.popitem(last=False)

    def _fail(self, source: Source, account: str, attempts: Attempts, row: int) -> Mapping[str, Failed]:
        """Count a failure; the accounts to report when it starts an attack or makes one grow tenfold, else nothing."""
        time_us = attempts.times_us[row]
        if source.attack is not None:
            if source.attack_us + self.rearm_us >= time_us:
                source.attack_us = time_us
                return {account: (1, attempts.note(row), b"")} if source.attack.grows(account) else {}
            source.attack = None
        note = attempts.note(row)
        self._remember(source, account, note)
        tried = self._spread(source, note.time_us)
        if tried:
            count = sum(tries for tries, _, _ in tried.values())
            first_us = min(last.time_us for _, last, _ in tried.values())
            ids = b"".join(known for _, _, known in tried.values())
            source.attack = begin(first_us, count, dict.fromkeys(tried), (note.time_us, note.event_id), ids)
            source.attack_us = note.time_us
            source.failed.clear()
            source.succeeded.clear()
        return tried

    def _remember(self, source: Source, account: str, note: Note) -> None:
        """Move the account to the end, so that ``failed`` stays in order of last failure; forget the oldest."""
        failed = source.failed
        before = failed.get(account)
        again = before is not None and before[1].time_us + self.window_us >= note.time_us
        tries, known = (before[0], before[2]) if before and again else (0, b"")
        failed[account] = (tries + 1, note, known if tries >= MAX_NAMED_EVENTS else known + note.event_id)
        failed.move_to_end(account)
        oldest = next(iter(failed))
        while len(failed) > self.tracked_accounts or failed[oldest][1].time_us + self.slow_us < note.time_us:
            del failed[oldest]
            oldest = next(iter(failed))

    def _spread(self, source: Source, time_us: int) -> dict[str, Failed]:
        """The accounts of a spray that this moment completes, empty when there is none."""
        failed = source.failed
        if len(failed) < min(self.accounts, self.slow_accounts):
            return {}
        since = time_us - self.slow_us
        if len(failed) < self.slow_accounts:
            since = time_us - self.window_us
            if failed[next(islice(reversed(failed), self.accounts - 1, None))][1].time_us < since:
                return {}
        tried = {account: entry for account, entry in failed.items() if entry[1].time_us >= since}
        passed = sum(1 for last_us in source.succeeded.values() if last_us >= since)
        few_tries = sum(tries for tries, _, _ in tried.values()) <= self.max_tries * len(tried)
        return tried if few_tries and passed <= self.max_share * len(tried) else {}

    def _finding(self, attempts: Attempts, row: int, attack: RunningAttack, tried: Mapping[str, Failed]) -> Finding:
        source, target = attempts.sources[attempts.source_of[row]], attempts.targets[attempts.target_of[row]]
        notes = sorted((note for _, note, _ in tried.values()), key=lambda note: (note.time_us, note.event_id))
        last_us, last_id = attempts.times_us[row], attempts.rows.event_id(row)
        notes = [*notes[-MAX_EVIDENCE + 1 :], attempts.source_note(row)]
        minutes = max(1, round((last_us - attack.first_us) / 60e6))
        slow = minutes * 60_000_000 > self.window_us
        names = ", ".join(bare(account) for account in list(attack.accounts)[:5])
        explanation = (
            f"{bare(source.entity)} failed to log on as {len(attack.accounts)} different accounts ({names} ...) with "
            f"{attack.count} attempts within {minutes} min since {utc(attack.first_us):%Y-%m-%d %H:%M:%S} UTC: few "
            "tries each on many accounts stay below account lockout."
        )
        conclusion = Conclusion(
            entity=source.entity or target.entity or next(iter(attack.accounts)),
            entities=(target.entity, *attack.accounts),
            anchor=last_id.hex(),
            title=f"{'Slow password' if slow else 'Password'} spraying from {bare(source.entity)}",
            severity=Severity.HIGH if len(attack.accounts) >= 3 * self.accounts else Severity.MEDIUM,
            confidence=0.5 if slow else 0.7,
            first_us=attack.first_us,
            last_us=last_us,
            explanation=explanation,
            reasons=(
                (f"{len(attack.accounts)} distinct accounts from one source", 3.0),
                (f"{attack.count / len(attack.accounts):.1f} tries per account", 1.0),
            ),
            notes=notes,
            event_count=attack.count,
            where=attack.where((last_us, last_id), logons.FAILED_WHERE, of_source(source.entity)),
            features={"accounts": len(attack.accounts), "attempts": attack.count, "minutes": minutes},
        )
        return conclude(self.spec, attempts.rows.tenant, conclusion)

    def finish(self, state: RecentMap[str, Source]) -> Iterable[Finding]:
        """Nothing: a finding is made at the failure that completes it."""
        return ()

    def dump(self, state: RecentMap[str, Source]) -> bytes:
        """Sources and their accounts in order of last failure."""
        plain: list[Plain] = []
        for key, touched, source in state.items():
            failed: Plain = [
                [name, tries, notes_to_plain((note,)), known.hex()]
                for name, (tries, note, known) in source.failed.items()
            ]
            passed: Plain = [[name, last_us] for name, last_us in source.succeeded.items()]
            attack = source.attack.to_plain() if source.attack else None
            plain.append([key, touched, failed, passed, attack, source.attack_us])
        return seal(self.spec, plain)

    def load(self, data: bytes) -> RecentMap[str, Source]:
        """The inverse of :meth:`dump`."""
        state = self.initial()
        rows = cast(
            "list[tuple[str, int, list[tuple[str, int, Plain, str]], list[tuple[str, int]], Plain, int]]",
            unseal(self.spec, data),
        )
        for key, touched, failed, passed, attack, attack_us in rows:
            # snapshots from before ids were kept have none
            accounts = OrderedDict(
                (name, (tries, notes_from_plain(note)[0], bytes.fromhex(known[0] if known else "")))
                for name, tries, note, *known in failed
            )
            running = from_plain(attack) if attack else None
            state.restore(key, touched, Source(accounts, OrderedDict(passed), running, attack_us))
        return state


_FAILED = {
    "class_uid": 3002, "activity_id": 1, "status_id": 2, "user_domain": "ACME", "src_endpoint_ip": "203.0.113.77",
    "device_hostname": "dc-01.acme.example", "auth_protocol": "NTLM",
}  # fmt: skip
_NAMES = [f"{first}.{last}" for last in ("berg", "costa", "diaz", "ek", "fox", "gray") for first in "abcdef"]
_EACH = [_FAILED | {"user_name": name} for name in _NAMES]
EXAMPLES = (
    Example("twelve accounts, one try each, in four minutes", True, spaced("2026-03-02T02:00:00", 20, _EACH[:12])),
    Example("thirty accounts over twenty hours", True, spaced("2026-03-02T02:00:00", 2400, _EACH[:31])),
    Example("one account, many tries", False, spaced("2026-03-02T02:00:00", 5, [_EACH[0]] * 60)),
    Example("an office address where people mistype and get in", False, spaced("2026-03-02T08:30:00", 20, [
        row for failed in _EACH for row in (failed, failed | {"status_id": 1})])),
    Example("a few colleagues mistype", False, spaced("2026-03-02T08:30:00", 60, _EACH[:6])),
)  # fmt: skip
