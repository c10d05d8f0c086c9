"""Incidents while alerts come in: each alert joins the incident it shares the rarest entities with, or begins one.

The weight of a shared entity is its rarity, less when the two alerts are of the same detector (a detector that fires on
everyone links nobody), less when both are mild, less when this detector is usual for this entity (one over the alerts
it made there before), and falling with the time between them (half after :data:`HALF_LIFE`). Several shared entities
count together as independent hints do (noisy or). At :data:`ENOUGH` the alert joins; when it joins two incidents, they
are one: the older keeps its id and the other becomes an alias. Nothing else moves, so an incident keeps its id while it
grows.

The constants were chosen on two simulated companies and three of the visible AIT-ADS scenarios; what they reach there
and elsewhere is in ``docs/triage.md``.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from hodoscope.soc.alert import Alert
from hodoscope.soc.attack import tactics_of
from hodoscope.soc.correlation.rarity import Rarity
from hodoscope.soc.finding import Severity
from hodoscope.soc.incident import Incident, Link

ENOUGH = 0.5
SAME_DETECTOR = 0.5
MILDEST = 0.5
HALF_LIFE = timedelta(hours=6)
HORIZON = timedelta(days=7)
"""Alerts further apart than this are never linked."""
LEAST_RARITY = 0.15
"""Entities more common than this link nothing, however many alerts share them."""
MOST_INCIDENTS = 32
"""Incidents remembered per entity, the latest: bounds the work at a hub."""


@dataclass(slots=True)
class _Touch:
    """What an incident has shown of one entity."""

    last_seconds: float
    alert_id: str  # the latest alert
    severity: int
    detectors: set[str]


@dataclass(slots=True)
class _Growing:
    """An incident that is being added to."""

    incident_id: str
    born: tuple[float, str]
    alerts: dict[str, Alert] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    changed: bool = False


@dataclass(frozen=True, slots=True)
class _Offer:
    weight: float
    other_id: str
    entities: tuple[str, ...]


class Correlator:
    """The incidents of one tenant. Not for concurrent use. Alerts are best given in the order of their first time."""

    def __init__(self, tenant: str) -> None:
        self.tenant = tenant
        self.rarity = Rarity()
        self._incidents: dict[str, _Growing] = {}
        self._home: dict[str, str] = {}  # alert → incident
        self._touches: dict[str, dict[str, _Touch]] = {}  # entity → incident → what it has shown
        self._usual: Counter[tuple[str, str]] = Counter()  # (detector, entity) → alerts

    def know(self, incidents: Iterable[Incident], alerts: Iterable[Alert]) -> None:
        """Incidents found earlier, with their alerts as they stand now."""
        by_id = {alert.alert_id: alert for alert in alerts}
        for incident in incidents:
            members = [by_id[alert_id] for alert_id in incident.alert_ids if alert_id in by_id]
            born = (incident.first_time.timestamp(), incident.incident_id)
            growing = _Growing(incident.incident_id, born, merged=list(incident.merged))
            growing.links = {link.alert_id: link for link in incident.links}
            self._incidents[incident.incident_id] = growing
            for alert in members:
                self.rarity.see(_entities(alert))
                self._place(growing, alert)

    def add(self, alert: Alert) -> str:
        """Place an alert that is new or has got more entities; the id of its incident. Under a millisecond."""
        entities = _entities(alert)
        self.rarity.see(entities)
        home = self._home.get(alert.alert_id)
        offers = self._offers(alert, entities)
        good = sorted(
            (key for key, offer in offers.items() if offer.weight >= ENOUGH and key != home),
            key=lambda key: -offers[key].weight,
        )
        if home is None and not good:
            growing = self._begin(alert)
        else:
            chosen = home or good[0]
            growing = self._incidents[chosen]
            for key in good:
                if key != chosen:
                    growing = self._merge(growing, self._incidents[key])
            if good and alert.alert_id not in growing.links:
                offer = offers[good[0]]
                growing.links[alert.alert_id] = Link(
                    alert.alert_id, offer.other_id, offer.entities, round(offer.weight, 4)
                )
        growing.changed = True
        self._place(growing, alert)
        return growing.incident_id

    def incidents(self, *, changed: bool = False) -> list[Incident]:
        """All incidents, or only those that :meth:`add` changed, the earliest first."""
        kept = [each for each in self._incidents.values() if each.changed or not changed]
        return sorted(map(self._frozen, kept), key=lambda each: (each.first_time, each.incident_id))

    def _offers(self, alert: Alert, entities: Sequence[str]) -> dict[str, _Offer]:
        first, last = alert.first_time.timestamp(), alert.last_time.timestamp()
        counted = self._counted(alert)
        found: dict[str, list[tuple[float, str, str]]] = {}
        for entity in entities:
            touches = self._touches.get(entity)
            rarity = self.rarity.of(entity) if touches else 0.0
            if not touches or rarity < LEAST_RARITY:
                continue
            for incident_id, touch in touches.items():
                apart = max(0.0, first - touch.last_seconds, touch.last_seconds - HORIZON.total_seconds() - last)
                if apart > HORIZON.total_seconds():
                    continue
                usual = self._usual[alert.detector, entity] - (entity in counted)
                weight = rarity / (1 + usual) * 0.5 ** (apart / HALF_LIFE.total_seconds())
                if touch.detectors == {alert.detector}:
                    weight *= SAME_DETECTOR
                worst = max(touch.severity, alert.scope.severity) - 1
                weight *= MILDEST + (1 - MILDEST) * worst / 4
                found.setdefault(incident_id, []).append((weight, touch.alert_id, entity))
        return {incident_id: _together(hints) for incident_id, hints in found.items()}

    def _begin(self, alert: Alert) -> _Growing:
        text = f"{self.tenant}\0incident\0{alert.alert_id}"
        incident_id = hashlib.sha256(text.encode()).hexdigest()[:32]
        growing = _Growing(incident_id, (alert.first_time.timestamp(), incident_id))
        self._incidents[incident_id] = growing
        return growing

    def _merge(self, one: _Growing, other: _Growing) -> _Growing:
        older, younger = (one, other) if one.born <= other.born else (other, one)
        older.merged += [younger.incident_id, *younger.merged]
        older.links.update(younger.links)
        older.changed = True
        for alert in younger.alerts.values():
            for entity in _entities(alert):
                self._touches.get(entity, {}).pop(younger.incident_id, None)
            self._place(older, alert)
        del self._incidents[younger.incident_id]
        return older

    def _place(self, growing: _Growing, alert: Alert) -> None:
        last = alert.last_time.timestamp()
        counted = self._counted(alert)
        for entity in _entities(alert):
            self._usual[alert.detector, entity] += entity not in counted
            touches = self._touches.setdefault(entity, {})
            touch = touches.pop(growing.incident_id, None)
            if touch is None:
                touch = _Touch(last, alert.alert_id, alert.scope.severity, {alert.detector})
                if len(touches) >= MOST_INCIDENTS:
                    del touches[next(iter(touches))]
            else:
                if last >= touch.last_seconds:
                    touch.last_seconds, touch.alert_id = last, alert.alert_id
                touch.severity = max(touch.severity, alert.scope.severity)
                touch.detectors.add(alert.detector)
            touches[growing.incident_id] = touch  # the latest touched stand last
        growing.alerts[alert.alert_id] = alert
        self._home[alert.alert_id] = growing.incident_id

    def _counted(self, alert: Alert) -> frozenset[str]:
        """Entities for which this alert is among the usual ones already."""
        home = self._home.get(alert.alert_id)
        held = self._incidents[home].alerts.get(alert.alert_id) if home in self._incidents else None
        return frozenset(_entities(held)) if held else frozenset()

    def _frozen(self, growing: _Growing) -> Incident:
        alerts = sorted(growing.alerts.values(), key=lambda alert: (alert.first_time, alert.alert_id))
        return Incident(
            incident_id=growing.incident_id,
            tenant_id=self.tenant,
            alert_ids=tuple(alert.alert_id for alert in alerts),
            links=tuple(growing.links.values()),
            entities=tuple(dict.fromkeys(entity for alert in alerts for entity in _entities(alert))),
            tactics=tactics_of({technique for alert in alerts for technique in alert.attack}),
            severity=Severity(max(alert.scope.severity for alert in alerts)),
            first_time=min(alert.first_time for alert in alerts),
            last_time=max(alert.last_time for alert in alerts),
            merged=tuple(growing.merged),
        )


def _entities(alert: Alert) -> tuple[str, ...]:
    return alert.entity_ids or (alert.entity,)


def _together(hints: Sequence[tuple[float, str, str]]) -> _Offer:
    against = 1.0
    for weight, _, _ in hints:
        against *= 1 - weight
    ordered = sorted(hints, reverse=True)
    return _Offer(1 - against, ordered[0][1], tuple(entity for _, _, entity in ordered[:5]))
