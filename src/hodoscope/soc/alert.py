"""An alert: findings of one detector about one entity, grouped without hiding, and what analysts said of it.

What a group has shown so far is its :class:`Scope`. Whatever exceeds a scope is said in words
(:meth:`Scope.grown_since`), and that one comparison does three jobs: it dates the escalations inside an alert, opens an
alert again after a verdict, and lets an alert through a suppression that was meant for something smaller.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from hodoscope.soc.attack import KILL_CHAIN
from hodoscope.soc.finding import Severity

VOLUME_FACTOR = 10
"""A group escalates when it holds this many times the events it held at the last change …"""
VOLUME_LEAST = 100
"""… and at least this many in all: ten events after one are no news."""


class Verdict(StrEnum):
    """What an analyst concluded."""

    TRUE_POSITIVE = "true_positive"
    BENIGN_POSITIVE = "benign_positive"
    FALSE_POSITIVE = "false_positive"
    UNDETERMINED = "undetermined"


REASONS: Mapping[Verdict, Mapping[str, str]] = {
    Verdict.TRUE_POSITIVE: {
        "malicious_activity": "an attacker or malicious software did this",
        "policy_violation": "somebody broke a rule knowingly",
        "compromised_account": "an account was used by somebody else",
    },
    Verdict.BENIGN_POSITIVE: {
        "authorised_test": "a penetration test, red team or scan of our own",
        "administration": "ordinary administration or maintenance",
        "expected_business": "unusual but legitimate work",
    },
    Verdict.FALSE_POSITIVE: {
        "wrong_logic": "the detection matches what it does not mean",
        "wrong_data": "the data are wrong, incomplete or misread",
        "wrong_context": "known software, an address or a user that the detection does not know",
        "threshold": "right idea, threshold too low",
    },
    Verdict.UNDETERMINED: {
        "missing_data": "what is needed to tell is not there",
        "out_of_time": "nobody could look closely enough",
        "handed_over": "another team decides",
    },
}
"""The fixed list of reasons, by verdict."""


def louder(events: int, before: int) -> bool:
    """Whether so many events after ``before`` are news."""
    return events >= VOLUME_LEAST and events >= VOLUME_FACTOR * before


@dataclass(frozen=True, slots=True)
class Scope:
    """What a group of findings has shown: its worst severity, its most critical asset, tactics, users and events."""

    severity: int = 0
    criticality: int = 0
    tactics: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    events: int = 0

    def joined(self, other: "Scope") -> "Scope":
        """Both together."""
        return Scope(
            max(self.severity, other.severity),
            max(self.criticality, other.criticality),
            self.tactics | other.tactics,
            self.users | other.users,
            self.events + other.events,
        )

    def holds(self, other: "Scope") -> bool:
        """Whether ``other`` shows nothing new but events."""
        return (
            other.severity <= self.severity
            and other.criticality <= self.criticality
            and other.tactics <= self.tactics
            and other.users <= self.users
        )

    def grown_since(self, before: "Scope") -> tuple[str, ...]:
        """In words, what here exceeds ``before``; empty when nothing does."""
        words = []
        if self.severity > before.severity:
            words.append(f"severity rose to {Severity(self.severity).name.lower()}")
        if self.criticality > before.criticality:
            words.append(f"an asset of criticality {self.criticality} is concerned")
        tactics = self.tactics - before.tactics
        if tactics:
            words.append("new tactic: " + ", ".join(sorted(tactics, key=KILL_CHAIN.index)))
        users = self.users - before.users
        if users:
            shown = sorted(users)
            more = f" and {len(shown) - 3} more" if len(shown) > 3 else ""
            words.append("new user: " + ", ".join(shown[:3]) + more)
        if louder(self.events, before.events):
            words.append(f"volume rose from {before.events:,} to {self.events:,} events")
        return tuple(words)

    def to_json(self) -> dict[str, object]:
        """Plain lists and numbers."""
        return {
            "severity": self.severity,
            "criticality": self.criticality,
            "tactics": sorted(self.tactics, key=KILL_CHAIN.index),
            "users": sorted(self.users),
            "events": self.events,
        }


@dataclass(frozen=True, slots=True)
class Escalation:
    """When a group came to exceed what it had shown before, and in what."""

    time: datetime
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alert:
    """Findings of one ``detector`` about one ``entity`` within a window. All times are timezone-aware UTC.

    ``detector`` is ``NAME``, or ``NAME:RULE`` for one that carries rules (``sigma:0b3e…``).
    ``alert_id`` (32 hex digits) is fixed by the finding the alert began with. ``findings`` counts the members;
    ``reason`` says why they stand together.
    """

    alert_id: str
    tenant_id: str
    detector: str
    title: str
    entity: str
    entity_ids: tuple[str, ...]
    attack: tuple[str, ...]
    first_time: datetime
    last_time: datetime
    findings: int
    confidence: float
    scope: Scope
    reason: str
    escalations: tuple[Escalation, ...] = ()
    marked_events: int = 0  # how many events it held when its volume was last news

    @property
    def severity(self) -> Severity:
        """The worst among the findings."""
        return Severity(self.scope.severity)


@dataclass(frozen=True, slots=True)
class VerdictEntry:
    """One line of an alert's history; never changed. ``verdict`` None takes the last one back."""

    alert_id: str
    verdict: Verdict | None
    reason: str
    note: str
    author: str
    time: datetime
    scope: Scope  # what the alert had shown when it was judged


@dataclass(frozen=True, slots=True)
class Suppression:
    """Alerts of a ``detector`` about an ``entity`` (each may be ``*``) stay out of the queue until ``expires``.

    It never hides more than its owner saw: alerts that exceed ``limit`` come through. ``ended`` is set by a rollback.
    """

    suppression_id: str
    detector: str
    entity: str
    reason: str
    owner: str
    created: datetime
    expires: datetime
    limit: Scope
    ended: datetime | None = None

    def active(self, now: datetime) -> bool:
        """Whether it hides anything at ``now``."""
        return self.ended is None and self.created <= now < self.expires

    def covers(self, alert: Alert) -> bool:
        """Whether the alert is of this kind, whatever its scope."""
        return self.detector in ("*", alert.detector) and self.entity in ("*", alert.entity)

    def hides(self, alert: Alert, now: datetime) -> bool:
        """Whether the alert stays out of the queue at ``now``."""
        # for every entity there are users its owner has not seen; that is what "every" means
        limit = self.limit if self.entity != "*" else replace(self.limit, users=alert.scope.users)
        return self.active(now) and self.covers(alert) and not alert.scope.grown_since(limit)
