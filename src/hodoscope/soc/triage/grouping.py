"""Findings of one detector about one entity become one alert while they keep coming.

A finding joins the alert of its (detector, entity) when it lies within :data:`GAP` of what the alert covers and the
alert then covers at most :data:`SPAN`; otherwise it begins a new one. Alerts never merge, so an id once shown stays:
``alert_id`` is a hash of the finding the alert began with. Both limits are conventions of this house: a working shift
apart is a new story, and one alert must not absorb a week.

What one would get wrong: findings come late. The alert they belong to in time gets them even when newer alerts of the
same key exist; what an alert shows (its scope) does not depend on the order of arrival, only its dated escalations do.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from hodoscope.soc.alert import Alert, Escalation, Scope, louder
from hodoscope.soc.attack import tactics_of

GAP = timedelta(hours=8)
SPAN = timedelta(hours=24)

MOST_ENTITIES = 200
"""Entities listed per alert; the findings keep all of theirs."""
MOST_ESCALATIONS = 50

_REASON = (
    f"same detector and entity, at most {GAP // timedelta(hours=1)} hours apart, "
    f"{SPAN // timedelta(hours=1)} hours in all"
)

Key = tuple[str, str]
"""Detector and entity."""


@dataclass(frozen=True, slots=True)
class Member:
    """What grouping needs of a finding."""

    finding_id: str
    detector: str
    title: str
    entity: str
    entity_ids: tuple[str, ...]
    attack: tuple[str, ...]
    severity: int
    confidence: float
    first_time: datetime
    last_time: datetime
    event_count: int

    @property
    def key(self) -> Key:
        """What alerts are grouped by."""
        return self.detector, self.entity


class Grouping:
    """The alerts of one tenant while findings come in. Not for concurrent use.

    ``criticality`` gives the highest criticality among entity ids (0 when none is known). ``joined`` maps each finding
    given to :meth:`add` to its alert.
    """

    def __init__(self, tenant: str, criticality: Callable[[Iterable[str]], int]) -> None:
        self.tenant = tenant
        self.joined: dict[str, str] = {}
        self._criticality = lru_cache(maxsize=100_000)(criticality)
        self._groups: dict[str, _Group] = {}
        self._by_key: dict[Key, list[_Group]] = {}

    def know(self, alerts: Iterable[Alert]) -> None:
        """Alerts made earlier, which findings to come may join."""
        for alert in alerts:
            self._keep(_Group(alert))

    def add(self, members: Sequence[Member]) -> None:
        """Group findings not grouped before, in the order of their time."""
        for member in sorted(members, key=lambda each: (each.first_time, each.finding_id)):
            group = next((each for each in self._by_key.get(member.key, ()) if each.fits(member)), None)
            if group is None:
                group = _Group(self._begin(member))
                self._keep(group)
            group.add(member, self._scope(member))
            group.findings += 1
            self.joined[member.finding_id] = group.alert_id

    def grow(self, alert_id: str, member: Member, events: int) -> None:
        """A finding of this alert was told again, with ``events`` more than before."""
        self._groups[alert_id].add(member, replace(self._scope(member), events=events))

    def changed(self) -> list[Alert]:
        """The alerts that :meth:`add` and :meth:`grow` made or changed, in the order of their first time."""
        alerts = [group.alert() for group in self._groups.values() if group.changed]
        return sorted(alerts, key=lambda alert: (alert.first_time, alert.alert_id))

    def _keep(self, group: "_Group") -> None:
        self._groups[group.alert_id] = group
        self._by_key.setdefault(group.key, []).append(group)

    def _begin(self, member: Member) -> Alert:
        text = f"{self.tenant}\0alert\0{member.finding_id}"
        return Alert(
            alert_id=hashlib.sha256(text.encode()).hexdigest()[:32],
            tenant_id=self.tenant,
            detector=member.detector,
            title=member.title,
            entity=member.entity,
            entity_ids=(),
            attack=(),
            first_time=member.first_time,
            last_time=member.last_time,
            findings=0,
            confidence=0.0,
            scope=replace(self._scope(member), events=0),
            reason=_REASON,
            marked_events=member.event_count,
        )

    def _scope(self, member: Member) -> Scope:
        return Scope(
            member.severity,
            self._criticality(member.entity_ids),
            _tactics(member.attack),
            _users(member.entity_ids),
            member.event_count,
        )


class _Group:
    """An alert that is being added to."""

    def __init__(self, alert: Alert) -> None:
        self._born = alert
        self.alert_id = alert.alert_id
        self.key = (alert.detector, alert.entity)
        self.findings = alert.findings
        self.changed = False
        self._first, self._last = alert.first_time, alert.last_time
        self._entities = dict.fromkeys(alert.entity_ids)
        self._attack = dict.fromkeys(alert.attack)
        self._scope, self._events, self._marked = alert.scope, alert.scope.events, alert.marked_events
        self._begun = alert.findings > 0
        self._escalations = list(alert.escalations)
        self._confidence = alert.confidence

    def fits(self, member: Member) -> bool:
        first, last = self._first, self._last
        if member.first_time > last + GAP or member.last_time < first - GAP:
            return False
        return max(last, member.last_time) - min(first, member.first_time) <= SPAN

    def add(self, member: Member, shown: Scope) -> None:
        events = self._events + shown.events
        news = louder(events, self._marked)
        if news or not self._scope.holds(shown):  # mostly there is only more of the same
            scope = replace(self._scope.joined(shown), events=events)
            reasons = scope.grown_since(replace(self._scope, events=self._marked)) if self._begun else ()
            if reasons and len(self._escalations) < MOST_ESCALATIONS:
                self._escalations.append(Escalation(member.last_time, reasons))
            self._marked = events if news else self._marked
            self._scope = scope
        self._events, self._begun, self.changed = events, True, True
        self._first, self._last = min(self._first, member.first_time), max(self._last, member.last_time)
        if len(self._entities) < MOST_ENTITIES:
            self._entities.update(dict.fromkeys(member.entity_ids))
        self._attack.update(dict.fromkeys(member.attack))
        self._confidence = max(self._confidence, member.confidence)

    def alert(self) -> Alert:
        return replace(
            self._born,
            entity_ids=tuple(self._entities)[:MOST_ENTITIES],
            attack=tuple(sorted(self._attack)),
            first_time=self._first,
            last_time=self._last,
            findings=self.findings,
            confidence=self._confidence,
            scope=replace(self._scope, events=self._events),
            escalations=tuple(self._escalations),
            marked_events=self._marked,
        )


@lru_cache(maxsize=4096)
def _tactics(attack: tuple[str, ...]) -> frozenset[str]:
    return frozenset(tactics_of(attack))


@lru_cache(maxsize=100_000)
def _users(entity_ids: tuple[str, ...]) -> frozenset[str]:
    return frozenset(entity for entity in entity_ids if entity.startswith("user:"))
