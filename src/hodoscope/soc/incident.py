"""An incident: alerts that share what is rare, close in time. Frozen records, no I/O."""

from dataclasses import dataclass
from datetime import datetime

from hodoscope.soc.finding import Severity


@dataclass(frozen=True, slots=True)
class Link:
    """Why an alert joined: the other alert, the entities both touch (rarest first), and the weight (0 to 1)."""

    alert_id: str
    other_id: str
    entities: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Incident:
    """Alerts that belong together, in the order of their first time. All times are timezone-aware UTC.

    ``incident_id`` (32 hex digits) is fixed by the alert it began with; ``merged`` lists incidents that were found to
    be this one, whose ids go on meaning it. ``tactics`` come in the order of the kill chain.
    """

    incident_id: str
    tenant_id: str
    alert_ids: tuple[str, ...]
    links: tuple[Link, ...]
    entities: tuple[str, ...]
    tactics: tuple[str, ...]
    severity: Severity
    first_time: datetime
    last_time: datetime
    merged: tuple[str, ...] = ()
