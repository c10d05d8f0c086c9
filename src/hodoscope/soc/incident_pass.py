"""Correlation over the alert book: alerts that are new, or touch more entities than when they were placed."""

from dataclasses import dataclass

from hodoscope.soc.collector import collector_paused
from hodoscope.soc.correlation.correlator import Correlator
from hodoscope.soc.storage.interface import Journal


@dataclass(frozen=True, slots=True)
class IncidentSummary:
    """What one pass did: alerts placed, incidents made or changed, incidents in all."""

    alerts: int
    changed: int
    incidents: int


def update_incidents(journal: Journal, tenant: str) -> IncidentSummary:
    """Place what is new since the last pass and record it."""
    alerts = journal.alerts.alerts(tenant)
    placed = journal.incidents.placed(tenant)
    todo = [alert for alert in alerts if placed.get(alert.alert_id) != len(alert.entity_ids)]
    known = journal.incidents.incidents(tenant)
    if not todo:
        return IncidentSummary(0, 0, len(known))
    with collector_paused():
        correlator = Correlator(tenant)
        correlator.know(known, alerts)
        for alert in todo:
            correlator.add(alert)
        changed = correlator.incidents(changed=True)
        journal.incidents.record(tenant, changed, [(alert.alert_id, len(alert.entity_ids)) for alert in todo])
    return IncidentSummary(len(todo), len(changed), len(correlator.incidents()))
