"""Alerting: the store's findings that no alert holds yet into alerts, exactly once.

The alert book says what is grouped, the store what is found; the difference is the work. So a crash, a replay of
detection or a late finding needs nothing of its own.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from hodoscope.soc.collector import collector_paused
from hodoscope.soc.storage.alert_book import Membership
from hodoscope.soc.storage.interface import EventStore, Journal
from hodoscope.soc.triage.grouping import Grouping, Member

_COLUMNS = (
    "finding_id", "detector", "title", "entity", "entity_ids", "attack", "severity", "confidence", "first_time",
    "last_time", "event_count", "features", "revision",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AlertSummary:
    """What one pass did: findings newly grouped, alerts that are new, alerts that got more."""

    findings: int
    new: int
    grown: int


def update_alerts(
    store: EventStore, journal: Journal, tenant: str, criticality: Callable[[Iterable[str]], int]
) -> AlertSummary:
    """Group what is new since the last pass and record it.

    ``criticality`` gives the highest criticality among entity ids. Withdrawn findings begin no alert; in an alert they
    stay, because somebody may have read it (the alert's page says which are withdrawn).
    """
    rows = store.finding_columns(_COLUMNS, tenant=tenant)
    grouped = journal.alerts.memberships(tenant)
    with collector_paused():
        fresh, grown = [], []
        for row in rows.to_pylist():
            known = grouped.get(row["finding_id"])
            if known is None:
                if row["revision"] % 2 == 0:
                    fresh.append(_member(row))
            elif row["event_count"] > known.events:
                grown.append((known, _member(row)))
        if not fresh and not grown:
            return AlertSummary(0, 0, 0)
        grouping = Grouping(tenant, criticality)
        before = journal.alerts.alerts(tenant)
        grouping.know(before)
        grouping.add(fresh)
        for known, member in grown:
            grouping.grow(known.alert_id, member, member.event_count - known.events)
        changed = grouping.changed()
        counted = {
            member.finding_id: Membership(grouping.joined[member.finding_id], member.event_count) for member in fresh
        }
        counted |= {member.finding_id: Membership(known.alert_id, member.event_count) for known, member in grown}
    journal.alerts.record(tenant, changed, counted)
    old = {alert.alert_id for alert in before}
    new = sum(alert.alert_id not in old for alert in changed)
    return AlertSummary(len(fresh), new, len(changed) - new)


def _member(row: dict[str, Any]) -> Member:
    values = {name: row[name] for name in _COLUMNS if name not in ("revision", "features")}
    return Member(
        **{
            **values,
            "detector": maker(row["detector"], row["features"]),
            "entity_ids": tuple(row["entity_ids"]),
            "attack": tuple(row["attack"]),
        }
    )


def maker(detector: str, features: str) -> str:
    """What made a finding: a detector that carries rules of its own is as many makers as it has rules."""
    rule = json.loads(features).get("rule") if '"rule"' in features else None
    return f"{detector}:{rule}" if rule else detector
