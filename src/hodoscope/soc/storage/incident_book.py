"""The incident book: incidents in the journal's database, and the ids that merged into others."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

import orjson

from hodoscope.errors import InputError
from hodoscope.soc.finding import Severity
from hodoscope.soc.incident import Incident, Link
from hodoscope.soc.storage.journal_database import Statements

TABLES = (
    """CREATE TABLE incidents (
        tenant TEXT NOT NULL, incident_id TEXT NOT NULL, document BLOB NOT NULL,
        PRIMARY KEY (tenant, incident_id))""",
    """CREATE TABLE incident_aliases (
        tenant TEXT NOT NULL, alias TEXT NOT NULL, incident_id TEXT NOT NULL, PRIMARY KEY (tenant, alias))""",
    """CREATE TABLE incident_alerts (
        tenant TEXT NOT NULL, alert_id TEXT NOT NULL, entities BIGINT NOT NULL, PRIMARY KEY (tenant, alert_id))""",
)
"""One migration of the journal, in SQLite's spelling."""

_SHORTEST_PREFIX = 4


class IncidentBook:
    """Every method is one transaction, durable when it returns, and raises ``StoreError``."""

    def __init__(self, transaction: Callable[[str], AbstractContextManager[Statements]]) -> None:
        self._transaction = transaction

    def record(self, tenant: str, incidents: Iterable[Incident], placed: Iterable[tuple[str, int]]) -> None:
        """Write incidents as they are now; ``placed`` are alerts with the number of entities they had then."""
        with self._transaction("recording incidents") as run:
            for incident in incidents:
                run.execute(
                    "INSERT INTO incidents VALUES (?, ?, ?) "
                    "ON CONFLICT (tenant, incident_id) DO UPDATE SET document = excluded.document",
                    (tenant, incident.incident_id, _text(incident)),
                )
                for alias in incident.merged:
                    run.execute("DELETE FROM incidents WHERE tenant = ? AND incident_id = ?", (tenant, alias))
                    run.execute(
                        "INSERT INTO incident_aliases VALUES (?, ?, ?) "
                        "ON CONFLICT (tenant, alias) DO UPDATE SET incident_id = excluded.incident_id",
                        (tenant, alias, incident.incident_id),
                    )
            for alert_id, entities in placed:
                run.execute(
                    "INSERT INTO incident_alerts VALUES (?, ?, ?) "
                    "ON CONFLICT (tenant, alert_id) DO UPDATE SET entities = excluded.entities",
                    (tenant, alert_id, entities),
                )

    def placed(self, tenant: str) -> dict[str, int]:
        """Alerts placed so far, with the number of entities they had then."""
        return dict(self._rows("SELECT alert_id, entities FROM incident_alerts WHERE tenant = ?", (tenant,)))

    def incidents(self, tenant: str) -> list[Incident]:
        """All incidents, the earliest first."""
        rows = self._rows("SELECT document FROM incidents WHERE tenant = ?", (tenant,))
        return sorted((_incident(row[0]) for row in rows), key=lambda each: (each.first_time, each.incident_id))

    def incident(self, tenant: str, incident_id: str) -> Incident | None:
        """One incident by its id, an id merged into it, or a prefix of at least four digits that is unique.

        ``InputError`` when several begin with it.
        """
        wanted = incident_id.lower()
        if len(wanted) < _SHORTEST_PREFIX or not wanted.isalnum():
            return None
        between = (tenant, wanted, wanted + "g")
        found = {row[0] for row in self._rows(
            "SELECT incident_id FROM incidents WHERE tenant = ? AND incident_id >= ? AND incident_id < ?", between
        )}  # fmt: skip
        found |= {row[0] for row in self._rows(
            "SELECT incident_id FROM incident_aliases WHERE tenant = ? AND alias >= ? AND alias < ?", between
        )}  # fmt: skip
        if len(found) > 1:
            raise InputError(f"several incidents begin with {incident_id!r}; give more digits")
        for each in found:
            rows = self._rows("SELECT document FROM incidents WHERE tenant = ? AND incident_id = ?", (tenant, each))
            return _incident(rows[0][0]) if rows else None
        return None

    def _rows(self, sql: str, values: tuple[object, ...]) -> list[Any]:
        with self._transaction("reading incidents") as run:
            return run.execute(sql, values).fetchall()


_NAMES = (
    "incident_id", "tenant_id", "alert_ids", "entities", "tactics", "severity", "first_time", "last_time", "merged",
)  # fmt: skip


def _text(incident: Incident) -> bytes:
    links = [[link.alert_id, link.other_id, link.entities, link.weight] for link in incident.links]
    return orjson.dumps({**{name: getattr(incident, name) for name in _NAMES}, "links": links})


def _incident(text: bytes) -> Incident:
    document = orjson.loads(text)
    tuples = {name: tuple(document[name]) for name in ("alert_ids", "entities", "tactics", "merged")}
    return Incident(
        **{
            **document,
            **tuples,
            "severity": Severity(document["severity"]),
            "first_time": datetime.fromisoformat(document["first_time"]),
            "last_time": datetime.fromisoformat(document["last_time"]),
            "links": tuple(
                Link(alert, other, tuple(shared), weight) for alert, other, shared, weight in document["links"]
            ),
        }
    )
