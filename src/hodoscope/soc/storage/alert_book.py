"""The alert book: alerts, which findings they hold, verdicts and suppressions, in the journal's database.

Verdicts and suppressions are entries that are only ever added; what holds now follows from them. Alerts are a
projection of findings and may be written again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import orjson

from hodoscope.errors import InputError
from hodoscope.soc.alert import Alert, Escalation, Scope, Suppression, Verdict, VerdictEntry
from hodoscope.soc.storage.journal_database import Statements

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHORTEST_PREFIX = 4

TABLES = (
    """CREATE TABLE alerts (
        tenant TEXT NOT NULL, alert_id TEXT NOT NULL, first_time BIGINT NOT NULL, last_time BIGINT NOT NULL,
        document BLOB NOT NULL, PRIMARY KEY (tenant, alert_id))""",
    """CREATE TABLE alert_members (
        tenant TEXT NOT NULL, finding_id TEXT NOT NULL, alert_id TEXT NOT NULL, events BIGINT NOT NULL,
        PRIMARY KEY (tenant, finding_id))""",
    "CREATE INDEX alert_members_by_alert ON alert_members (tenant, alert_id)",
    """CREATE TABLE verdicts (
        entry INTEGER PRIMARY KEY, tenant TEXT NOT NULL, alert_id TEXT NOT NULL, time BIGINT NOT NULL,
        document BLOB NOT NULL)""",
    "CREATE INDEX verdicts_by_alert ON verdicts (tenant, alert_id)",
    """CREATE TABLE suppressions (
        entry INTEGER PRIMARY KEY, tenant TEXT NOT NULL, suppression_id TEXT NOT NULL, document BLOB NOT NULL)""",
)
"""One migration of the journal, in SQLite's spelling."""


class Membership(NamedTuple):
    """The alert of a finding, and the events the finding had when it was counted there."""

    alert_id: str
    events: int


class AlertBook:
    """Every method is one transaction, durable when it returns, and raises ``StoreError``."""

    def __init__(self, transaction: Callable[[str], AbstractContextManager[Statements]]) -> None:
        self._transaction = transaction

    def record(self, tenant: str, alerts: Iterable[Alert], members: Mapping[str, Membership]) -> None:
        """Write alerts and what they now hold, all or nothing."""
        with self._transaction("recording alerts") as run:
            for alert in alerts:
                run.execute(
                    "INSERT INTO alerts VALUES (?, ?, ?, ?, ?) ON CONFLICT (tenant, alert_id) DO UPDATE SET "
                    "first_time = excluded.first_time, last_time = excluded.last_time, document = excluded.document",
                    (tenant, alert.alert_id, _micros(alert.first_time), _micros(alert.last_time), _alert_text(alert)),
                )
            for finding_id, member in members.items():
                run.execute(
                    "INSERT INTO alert_members VALUES (?, ?, ?, ?) ON CONFLICT (tenant, finding_id) DO UPDATE SET "
                    "alert_id = excluded.alert_id, events = excluded.events",
                    (tenant, finding_id, *member),
                )

    def memberships(self, tenant: str) -> dict[str, Membership]:
        """By finding id, everything grouped so far."""
        rows = self._rows("SELECT finding_id, alert_id, events FROM alert_members WHERE tenant = ?", (tenant,))
        return {finding: Membership(alert, events) for finding, alert, events in rows}

    def members(self, tenant: str, alert_id: str) -> list[str]:
        """Ids of an alert's findings."""
        rows = self._rows(
            "SELECT finding_id FROM alert_members WHERE tenant = ? AND alert_id = ? ORDER BY finding_id",
            (tenant, alert_id),
        )
        return [row[0] for row in rows]

    def alerts(self, tenant: str) -> list[Alert]:
        """All alerts, by first time."""
        rows = self._rows("SELECT document FROM alerts WHERE tenant = ? ORDER BY first_time, alert_id", (tenant,))
        return [_alert(row[0]) for row in rows]

    def alert(self, tenant: str, alert_id: str) -> Alert | None:
        """One alert by its id, or by a prefix of at least four digits that is unique.

        ``InputError`` when several alerts begin with it.
        """
        wanted = alert_id.lower()
        if len(wanted) < _SHORTEST_PREFIX or not wanted.isalnum():
            return None
        rows = self._rows(
            "SELECT document FROM alerts WHERE tenant = ? AND alert_id >= ? AND alert_id < ? LIMIT 2",
            (tenant, wanted, wanted + "g"),
        )
        if len(rows) > 1:
            raise InputError(f"several alerts begin with {alert_id!r}; give more digits")
        return _alert(rows[0][0]) if rows else None

    def judge(self, tenant: str, entries: Sequence[VerdictEntry]) -> None:
        """Add verdict entries, all or nothing."""
        with self._transaction("recording verdicts") as run:
            for entry in entries:
                run.execute(
                    "INSERT INTO verdicts (tenant, alert_id, time, document) VALUES (?, ?, ?, ?)",
                    (tenant, entry.alert_id, _micros(entry.time), _verdict_text(entry)),
                )

    def verdicts(self, tenant: str, alert_id: str | None = None) -> list[VerdictEntry]:
        """Entries in the order they were given, of one alert or of all."""
        only = "" if alert_id is None else " AND alert_id = ?"
        values = (tenant,) if alert_id is None else (tenant, alert_id)
        rows = self._rows(f"SELECT document FROM verdicts WHERE tenant = ?{only} ORDER BY entry", values)
        return [_verdict(row[0]) for row in rows]

    def suppress(self, tenant: str, suppression: Suppression) -> None:
        """Add a suppression, or a later state of one (its end)."""
        with self._transaction("recording a suppression") as run:
            run.execute(
                "INSERT INTO suppressions (tenant, suppression_id, document) VALUES (?, ?, ?)",
                (tenant, suppression.suppression_id, _suppression_text(suppression)),
            )

    def suppressions(self, tenant: str) -> list[Suppression]:
        """The last state of every suppression ever made, in the order they were made."""
        rows = self._rows("SELECT document FROM suppressions WHERE tenant = ? ORDER BY entry", (tenant,))
        last = {found.suppression_id: found for found in map(_suppression, (row[0] for row in rows))}
        return list(last.values())

    def _rows(self, sql: str, values: tuple[object, ...]) -> list[Any]:
        with self._transaction("reading alerts") as run:
            return run.execute(sql, values).fetchall()


def _alert_text(alert: Alert) -> bytes:
    return orjson.dumps(
        {
            **{name: getattr(alert, name) for name in _PLAIN},
            "scope": alert.scope.to_json(),
            "escalations": [[entry.time, entry.reasons] for entry in alert.escalations],
        }
    )


_PLAIN = (
    "alert_id", "tenant_id", "detector", "title", "entity", "entity_ids", "attack", "first_time", "last_time",
    "findings", "confidence", "reason", "marked_events",
)  # fmt: skip


def _alert(text: bytes) -> Alert:
    document = orjson.loads(text)
    return Alert(
        **{
            **document,
            "entity_ids": tuple(document["entity_ids"]),
            "attack": tuple(document["attack"]),
            "first_time": datetime.fromisoformat(document["first_time"]),
            "last_time": datetime.fromisoformat(document["last_time"]),
            "scope": _scope(document["scope"]),
            "escalations": tuple(
                Escalation(datetime.fromisoformat(time), tuple(reasons)) for time, reasons in document["escalations"]
            ),
        }
    )


def _verdict_text(entry: VerdictEntry) -> bytes:
    names = ("alert_id", "verdict", "reason", "note", "author", "time")
    return orjson.dumps({**{name: getattr(entry, name) for name in names}, "scope": entry.scope.to_json()})


def _verdict(text: bytes) -> VerdictEntry:
    document = orjson.loads(text)
    verdict = document["verdict"]
    return VerdictEntry(
        **{
            **document,
            "verdict": None if verdict is None else Verdict(verdict),
            "time": datetime.fromisoformat(document["time"]),
            "scope": _scope(document["scope"]),
        }
    )


def _suppression_text(suppression: Suppression) -> bytes:
    names = ("suppression_id", "detector", "entity", "reason", "owner", "created", "expires", "ended")
    return orjson.dumps({**{name: getattr(suppression, name) for name in names}, "limit": suppression.limit.to_json()})


def _suppression(text: bytes) -> Suppression:
    document = orjson.loads(text)
    times = {
        name: document[name] and datetime.fromisoformat(document[name]) for name in ("created", "expires", "ended")
    }
    return Suppression(**{**document, **times, "limit": _scope(document["limit"])})


def _scope(document: dict[str, Any]) -> Scope:
    return Scope(
        document["severity"],
        document["criticality"],
        frozenset(document["tactics"]),
        frozenset(document["users"]),
        document["events"],
    )


def _micros(time: datetime) -> int:
    return (time - _EPOCH) // timedelta(microseconds=1)
