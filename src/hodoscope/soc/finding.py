"""A finding: what a detector saw, which events and values it rests on, and how to check it.

A finding outlives its events: it carries up to :data:`MAX_EVIDENCE` evidence rows, the total count and a WHERE clause
that finds them again.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

MAX_EVIDENCE = 50
"""Evidence rows kept per finding; the total is in ``event_count``."""


class Severity(IntEnum):
    """OCSF ``severity_id``."""

    INFORMATIONAL = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4
    CRITICAL = 5


@dataclass(frozen=True, slots=True)
class Evidence:
    """One event's field and value that the finding rests on. ``event_id`` is 32 hex digits."""

    event_id: str
    time: datetime
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Contribution:
    """One reason in plain words, with its share of the score (shares sum to 1)."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Finding:
    """One explained detection. All times are timezone-aware UTC."""

    finding_id: str
    tenant_id: str
    detector: str
    detector_version: str
    title: str
    severity: Severity
    confidence: float  # 0..1: the detector's own belief, uncalibrated unless its card says otherwise
    entity: str  # the entity the finding is about, canonical id such as "user:acme\\bob" or "ip:192.0.2.7"
    entity_ids: tuple[str, ...]
    first_time: datetime
    last_time: datetime
    attack: tuple[str, ...]  # ATT&CK technique ids
    explanation: str
    how_to_check: str
    contributions: tuple[Contribution, ...]
    evidence: tuple[Evidence, ...]
    event_count: int
    where: str  # SQL condition over the events table that selects the evidence again
    rule_hash: str  # hash of the detector's name, version and parameters
    features: Mapping[str, float | int | str] = field(default_factory=dict)
    revision: int = 0  # the store's: odd once a replay no longer supported it, even again when one did

    @property
    def withdrawn(self) -> bool:
        """Whether the last replay of its detector no longer found it."""
        return self.revision % 2 == 1


def finding_id(tenant: str, detector: str, version: str, entity: str, anchor: str) -> str:
    """32 hex digits from what the finding *is*; ``anchor`` is the window start (ISO) or the triggering event's id.

    Never feed it a batch number, a score or the clock: replaying the same events must give the same id.
    """
    text = f"{tenant}\0{detector}\0{version}\0{entity}\0{anchor}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]
