"""Brute force: many failed logons to one account of one machine from one source, in a sliding window.

The first finding comes at the failure that completes the window: nobody waits for the attack to end. While it goes on
no further finding follows until its failures have grown tenfold (10, 100, 1 000 ...): a growing attack is told again
and a steady one is not. An attack ends after ``rearm_seconds`` without a failure.
Failures spread thin over many accounts are :mod:`.password_spray`'s.

Guessers from the internet try a handful of passwords and leave, so a public address from which nobody has ever logged
on is told earlier, counting its failures over all accounts, and as less severe until they grow. What one would get
wrong: an office behind one public address fails all day long, but people also get in from it, which makes it known.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

import pyarrow as pa

from hodoscope.soc.detectors import logons
from hodoscope.soc.detectors.conclusion import Conclusion, conclude
from hodoscope.soc.detectors.evidence import Note, user_entity, utc
from hodoscope.soc.detectors.examples import spaced
from hodoscope.soc.detectors.interface import DetectorSpec, Example, Parameter
from hodoscope.soc.detectors.logon_sql import of_source, of_target
from hodoscope.soc.detectors.logons import FAILURE, SUCCESS, Attempts, Party, bare
from hodoscope.soc.detectors.networks import Networks
from hodoscope.soc.detectors.running_attack import RunningAttack, begin, from_plain
from hodoscope.soc.detectors.state import Plain, RecentMap, notes_from_plain, notes_to_plain, seal, unseal
from hodoscope.soc.finding import MAX_EVIDENCE, Finding, Severity

PARAMETERS: dict[str, Parameter] = {
    "failures": Parameter(10, "failed logons", "CIS Windows Benchmark 1.2.2 locks at 5; doubled for typing errors"),
    "stranger_failures": Parameter(
        5, "failed logons", "CIS Windows Benchmark 1.2.2 locks at 5; benchmarks/detectors.py: sshd hangs up after 6"
    ),
    "known_days": Parameter(30, "days", "own choice: a monthly visitor's address stays known"),
    "window_seconds": Parameter(600, "s", "near the 15 min counter reset of CIS Windows Benchmark 1.2.3"),
    "rearm_seconds": Parameter(3600, "s", "own choice: one attack an hour and source keeps the queue readable"),
    "tracked_keys": Parameter(200_000, "keys", "own measurement: about 1 KB per key at 10 remembered failures"),
}
HOW_TO_CHECK = (
    "Does the source belong to a scanner, a jump host or a person you can ask? A service with an old password fails at "
    "a steady rhythm on one account; guessing is faster and often walks through account names. Then look for a "
    "success from the same source after the first failure."
)

AccountKey: TypeAlias = tuple[str, str, str]
AttackKey: TypeAlias = tuple[str, str]


@dataclass(slots=True)
class State:
    """Latest failures per (source, target, account), running attacks per (source, target), sources that got in.

    A stranger's failures are counted under the account "*".
    """

    failures: RecentMap[AccountKey, list[Note]]
    attacks: RecentMap[AttackKey, RunningAttack]
    known: RecentMap[str, bool]


class _Public:
    """Contains the entity ids of public addresses; sources without an address are our own machines."""

    def __init__(self) -> None:
        self._networks = Networks()

    def __contains__(self, entity: object) -> bool:
        kind, _, address = str(entity).partition(":")
        return kind == "ip" and not self._networks.is_internal(address)


class BruteForce:
    """The detector; the module says what it finds."""

    def __init__(self, parameters: Mapping[str, Parameter] = PARAMETERS) -> None:
        self.failures = max(2, int(parameters["failures"].value))
        self.window_us = int(parameters["window_seconds"].value * 1e6)
        self.rearm_us = int(parameters["rearm_seconds"].value * 1e6)
        self.limit = int(parameters["tracked_keys"].value)
        self.stranger_failures = max(2, int(parameters["stranger_failures"].value))
        self.known_us = int(parameters["known_days"].value * 86_400e6)
        self.public = _Public()
        self.spec = DetectorSpec(
            name="brute_force",
            version="1",
            title="Password guessing against an account",
            attack=("T1110.001",),
            columns=logons.COLUMNS,
            where=logons.WHERE,
            lateness_seconds=300,
            parameters=parameters,
            how_to_check=HOW_TO_CHECK,
        )

    def initial(self) -> State:
        """No failures seen."""
        return State(
            RecentMap(self.window_us, self.limit),
            RecentMap(self.rearm_us, self.limit),
            RecentMap(self.known_us, self.limit),
        )

    def detect(self, events: pa.Table, state: State) -> Iterator[Finding]:
        """One finding per attack, and one more each time its failures have grown tenfold."""
        attempts = logons.attempts(events, (SUCCESS, FAILURE), self.public)
        if attempts is None:
            return
        sources, targets, accounts = attempts.sources, attempts.targets, attempts.accounts
        public = [party.entity in self.public for party in sources]
        codes = zip(attempts.source_of, attempts.target_of, attempts.account_of, attempts.succeeded, strict=True)
        for row, (time_us, (source, target, account, success)) in enumerate(zip(attempts.times_us, codes, strict=True)):
            entity = sources[source].entity
            if success:
                if public[source]:
                    state.known.put(entity, time_us, value=True)
                continue
            key = (entity, targets[target].entity)
            attack = state.attacks.get(key, time_us)
            if attack is None:
                stranger = public[source] and not state.known.get(entity, time_us)
                name = "*" if stranger else accounts[account].entity
                limit = self.stranger_failures if stranger else self.failures
                recent = self._count((*key, name), attempts.note(row), limit, state)
                if recent is not None:
                    tried = _tried(recent, accounts[account])
                    ids = b"".join(note.event_id for note in recent)
                    since = (time_us, recent[-1].event_id)
                    attack = begin(recent[0].time_us, len(recent), tried, since, ids)
                    state.attacks.put(key, time_us, attack)
                    yield self._finding(attempts, row, attack, recent)
            else:
                grown = attack.grows(accounts[account].entity)
                state.attacks.put(key, time_us, attack)
                if grown:
                    yield self._finding(attempts, row, attack, [attempts.note(row)])

    def _count(self, key: AccountKey, note: Note, limit: int, state: State) -> list[Note] | None:
        """The failures that complete the window with this one, None while they do not."""
        recent = state.failures.get(key, note.time_us)
        if recent is None:
            recent = []
        recent.append(note)
        if len(recent) > limit:
            del recent[0]
        if len(recent) < limit or recent[0].time_us < note.time_us - self.window_us:
            state.failures.put(key, note.time_us, recent)
            return None
        state.failures.drop(key)
        return recent

    def _finding(self, attempts: Attempts, row: int, attack: RunningAttack, notes: list[Note]) -> Finding:
        source, target = attempts.sources[attempts.source_of[row]], attempts.targets[attempts.target_of[row]]
        last_us, last_id = notes[-1].time_us, notes[-1].event_id
        notes = [*notes[-MAX_EVIDENCE + 1 :], attempts.source_note(row)]
        minutes = max(1, round((last_us - attack.first_us) / 60e6))
        few = attack.count < self.failures
        grown = attack.count > max(self.failures, self.stranger_failures)
        who = bare(next(iter(attack.accounts))) if len(attack.accounts) == 1 else f"{len(attack.accounts)} accounts"
        explanation = (
            f"{attack.count} failed logons from {bare(source.entity)} to {bare(target.entity)} as {who} within "
            f"{minutes} min, since {utc(attack.first_us):%Y-%m-%d %H:%M:%S} UTC. "
        )
        if few:
            explanation += (
                "Nobody has logged on from this public address before; the limit for such is "
                f"{self.stranger_failures} failures in {self.window_us // 60_000_000} min."
            )
        elif grown:
            explanation += "The attack has grown tenfold since the last finding."
        else:
            explanation += f"The limit is {self.failures} on one account in {self.window_us // 60_000_000} min."
        severity = Severity.LOW if few else Severity.MEDIUM
        between = (of_source(source.entity), of_target(target.entity))
        conclusion = Conclusion(
            entity=source.entity or target.entity or next(iter(attack.accounts)),
            entities=(target.entity, *attack.accounts),
            anchor=last_id.hex(),
            title=f"Password guessing from {bare(source.entity)} against {bare(target.entity)}",
            severity=Severity.HIGH if attack.count >= 50 * self.failures else severity,
            confidence=0.8 if grown else 0.4 if few else 0.6,
            first_us=attack.first_us,
            last_us=last_us,
            explanation=explanation,
            reasons=((f"{attack.count} failed logons in {minutes} min", 3.0), (f"aimed at {who}", 1.0)),
            notes=notes,
            event_count=attack.count,
            where=attack.where((last_us, last_id), logons.FAILED_WHERE, *between),
            features={"failures": attack.count, "accounts": len(attack.accounts), "minutes": minutes},
        )
        return conclude(self.spec, attempts.rows.tenant, conclusion)

    def finish(self, state: State) -> Iterable[Finding]:
        """Nothing: a finding is made at the failure that completes it."""
        return ()

    def dump(self, state: State) -> bytes:
        """Every map, least recently touched first."""
        failures: list[Plain] = [
            [list(key), touched, notes_to_plain(recent)] for key, touched, recent in state.failures.items()
        ]
        attacks: list[Plain] = [
            [list(key), touched, attack.to_plain()] for key, touched, attack in state.attacks.items()
        ]
        known: list[Plain] = [[entity, touched] for entity, touched, _ in state.known.items()]
        return seal(self.spec, {"failures": failures, "attacks": attacks, "known": known})

    def load(self, data: bytes) -> State:
        """The inverse of :meth:`dump`."""
        plain = cast("dict[str, list[list[Plain]]]", unseal(self.spec, data))
        state = self.initial()
        for key, touched, recent in cast("list[tuple[list[str], int, Plain]]", plain["failures"]):
            state.failures.restore((key[0], key[1], key[2]), touched, notes_from_plain(recent))
        for key, touched, attack in cast("list[tuple[list[str], int, Plain]]", plain["attacks"]):
            state.attacks.restore((key[0], key[1]), touched, from_plain(attack))
        for entity, touched in cast("list[tuple[str, int]]", plain["known"]):
            state.known.restore(entity, touched, value=True)
        return state


def _tried(notes: list[Note], last: Party) -> dict[str, None]:
    """Accounts of the failures; notes hold bare names, so only names equal to the last one get its domain."""
    names = (note.value for note in notes if note.field != "status_id")
    return dict.fromkeys(last.entity if name == last.value else user_entity("", name) for name in names) or {
        last.entity: None
    }


_FAILED = {
    "class_uid": 3002, "activity_id": 1, "status_id": 2, "user_name": "administrator", "user_domain": "ACME",
    "src_endpoint_ip": "203.0.113.40", "device_hostname": "srv-rdp-01.acme.example", "auth_protocol": "NTLM",
}  # fmt: skip
EXAMPLES = (
    Example("twelve failures in two minutes", True, spaced("2026-03-02T09:00:00", 10, [_FAILED] * 12)),
    Example("five failures from a public address nobody uses", True, spaced("2026-03-02T09:00:00", 2, [_FAILED] * 5)),
    Example("five failures from an office address people log on from", False, spaced("2026-03-02T09:00:00", 20, [
        _FAILED | {"status_id": 1, "user_name": "kim"}, *[_FAILED] * 5])),
    Example("a person mistypes four times and gets in", False, spaced(
        "2026-03-02T09:00:00", 15, [_FAILED] * 4 + [_FAILED | {"status_id": 1}])),
    Example("a stale password retried every five minutes", False, spaced("2026-03-02T09:00:00", 300, [_FAILED] * 40)),
    Example("a machine account with broken trust", False, spaced(
        "2026-03-02T09:00:00", 5, [_FAILED | {"user_name": "WS-117$"}] * 30)),
)  # fmt: skip
