"""The journal: its SQL, the same for SQLite and PostgreSQL.

What one would get wrong: every method is one transaction; two calls are not.
"""

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hodoscope.errors import StoreError
from hodoscope.soc.storage.alert_book import AlertBook
from hodoscope.soc.storage.incident_book import IncidentBook
from hodoscope.soc.storage.interface import (
    BatchIntent,
    Checkpoint,
    Cursor,
    DetectionProgress,
    Journal,
    NewEvents,
    RuleUse,
    Run,
    SourceRecord,
)
from hodoscope.soc.storage.journal_database import JournalDatabase, Statements
from hodoscope.soc.storage.journal_postgres import PostgresDatabase
from hodoscope.soc.storage.journal_schema import MIGRATIONS
from hodoscope.soc.storage.journal_sqlite import SqliteDatabase

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def open_journal(path: Path) -> Journal:
    """Open or create the journal in a file; ``StoreError`` when it cannot be, or a newer program wrote it."""
    return SqlJournal(SqliteDatabase(path))


def open_server_journal(url: str, schema: str) -> Journal:
    """The same in a PostgreSQL database (``postgresql://user@host:port/database``), one schema per event store."""
    return SqlJournal(PostgresDatabase(url, schema))


class SqlJournal:
    """See :class:`hodoscope.soc.storage.interface.Journal`."""

    def __init__(self, database: JournalDatabase) -> None:
        self._database = database
        self._lock = threading.RLock()
        self._joined: Statements | None = None
        self.alerts = AlertBook(self._transaction)
        self.incidents = IncidentBook(self._transaction)
        self._written: dict[tuple[str, str, str], bytes] = {}  # digest of each state as it stands in the database
        try:
            self._migrate()
        except BaseException:
            database.close()
            raise

    def record_source(self, tenant: str, source: SourceRecord) -> None:
        """See the port."""
        with self._transaction("recording a source") as run:
            run.execute(
                "INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, source_id) DO UPDATE SET "
                "path = excluded.path, format = excluded.format, prefix_length = excluded.prefix_length, "
                "prefix_digest = excluded.prefix_digest, size_bytes = excluded.size_bytes",
                (
                    tenant,
                    source.source_id,
                    source.path,
                    source.format,
                    source.prefix_length,
                    source.prefix_digest,
                    source.size,
                ),
            )

    def sources(self, tenant: str) -> list[SourceRecord]:
        """See the port."""
        rows = self._rows(
            "SELECT source_id, path, format, prefix_length, prefix_digest, size_bytes FROM sources WHERE tenant = ? "
            "ORDER BY source_id",
            (tenant,),
        )
        return [SourceRecord(*row) for row in rows]

    def checkpoint(self, tenant: str, source_id: str) -> Checkpoint:
        """See the port."""
        rows = self._rows(
            "SELECT position, records, batches, last_position, last_digest FROM checkpoints "
            "WHERE tenant = ? AND source_id = ?",
            (tenant, source_id),
        )
        return Checkpoint(*rows[0]) if rows else Checkpoint(0, 0, 0)

    def begin_batch(self, tenant: str, source_id: str, start: int, end: int | None) -> str:
        """See the port."""
        token = hashlib.sha256(f"{tenant}\0{source_id}\0{start}".encode()).hexdigest()[:32]
        with self._transaction("recording a batch") as run:
            run.execute(
                "INSERT INTO intents VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (token) DO UPDATE SET end_position = excluded.end_position",
                (token, tenant, source_id, start, end),
            )
        return token

    def commit_batch(
        self,
        tenant: str,
        source_id: str,
        token: str,
        end: int,
        records: int,
        earliest: datetime | None,
        last: tuple[int, str] | None = None,
    ) -> None:
        """See the port."""
        with self._transaction("committing a batch") as run:
            run.execute("DELETE FROM intents WHERE token = ?", (token,))
            run.execute(
                "INSERT INTO checkpoints VALUES (?, ?, ?, ?, 1, ?, ?) ON CONFLICT (tenant, source_id) DO UPDATE SET "
                "position = excluded.position, records = checkpoints.records + excluded.records, "
                "batches = checkpoints.batches + 1, "
                "last_position = coalesce(excluded.last_position, checkpoints.last_position), "
                "last_digest = CASE WHEN excluded.last_position IS NULL THEN checkpoints.last_digest "
                "ELSE excluded.last_digest END",
                (tenant, source_id, end, records, last[0] if last else None, last[1] if last else ""),
            )
            if earliest is not None:
                run.execute(
                    "INSERT INTO committed_batches (tenant, earliest) VALUES (?, ?)", (tenant, _micros(earliest))
                )

    def pending_batches(self, tenant: str) -> list[BatchIntent]:
        """See the port."""
        rows = self._rows(
            "SELECT token, source_id, start_position, end_position FROM intents WHERE tenant = ? "
            "ORDER BY source_id, start_position",
            (tenant,),
        )
        return [BatchIntent(*row) for row in rows]

    def detection(self, tenant: str, detectors: str) -> DetectionProgress:
        """See the port."""
        with self._transaction("reading detection progress") as run:
            key = (tenant, detectors)
            row = run.execute(
                "SELECT after_time, after_id FROM detection WHERE tenant = ? AND detectors = ?", key
            ).fetchone()
            states: dict[str, bytes] = dict(
                run.execute(
                    "SELECT name, state FROM detector_states WHERE tenant = ? AND detectors = ?", key
                ).fetchall()
            )
        after = Cursor(_time(row[0]), row[1]) if row and row[0] is not None else None
        self._remember(key, _digests(key, states))
        return DetectionProgress(after, states)

    def commit_detection(self, tenant: str, detectors: str, after: Cursor, states: Mapping[str, bytes]) -> None:
        """See the port. States equal to the ones last written are not written again."""
        key = (tenant, detectors)
        digests = _digests(key, states)
        with self._transaction("committing detection progress") as run:
            run.execute(
                "INSERT INTO detection VALUES (?, ?, ?, ?, 0) ON CONFLICT (tenant, detectors) DO UPDATE SET "
                "after_time = excluded.after_time, after_id = excluded.after_id",
                (tenant, detectors, _micros(after.time), after.event_id),
            )
            for name, state in states.items():
                if self._written.get((*key, name)) != digests[*key, name]:
                    run.execute(
                        "INSERT INTO detector_states VALUES (?, ?, ?, ?) "
                        "ON CONFLICT (tenant, detectors, name) DO UPDATE SET state = excluded.state",
                        (*key, name, state),
                    )
            for (name,) in run.execute(
                "SELECT name FROM detector_states WHERE tenant = ? AND detectors = ?", key
            ).fetchall():
                if name not in states:
                    run.execute(
                        "DELETE FROM detector_states WHERE tenant = ? AND detectors = ? AND name = ?",
                        (*key, name),
                    )
        self._remember(key, digests)

    def reset_detection(self, tenant: str, detectors: str) -> None:
        """See the port."""
        self._written.clear()
        with self._transaction("resetting detection progress") as run:
            key = (tenant, detectors)
            run.execute(
                "UPDATE detection SET after_time = NULL, after_id = NULL WHERE tenant = ? AND detectors = ?", key
            )
            run.execute("DELETE FROM detector_states WHERE tenant = ? AND detectors = ?", key)

    def new_events(self, tenant: str, detectors: str) -> NewEvents:
        """See the port."""
        rows = self._rows(
            "SELECT MIN(earliest), MAX(batch) FROM committed_batches WHERE tenant = ? AND batch > COALESCE("
            "(SELECT seen_batch FROM detection WHERE tenant = ? AND detectors = ?), 0)",
            (tenant, tenant, detectors),
        )
        earliest, last = rows[0]
        return NewEvents(None, 0) if earliest is None else NewEvents(_time(earliest), last)

    def acknowledge(self, tenant: str, detectors: str, new: NewEvents) -> None:
        """See the port."""
        if new.earliest is None:
            return
        with self._transaction("acknowledging new events") as run:
            run.execute(
                "INSERT INTO detection VALUES (?, ?, NULL, NULL, ?) "
                "ON CONFLICT (tenant, detectors) DO UPDATE SET seen_batch = excluded.seen_batch",
                (tenant, detectors, new.last_batch),
            )

    def start_run(self, kind: str, started: datetime) -> int:
        """See the port."""
        with self._transaction("starting a run") as run:
            row = run.execute(
                "INSERT INTO runs (kind, started, counts) VALUES (?, ?, '{}') RETURNING run_id",
                (kind, _micros(started)),
            ).fetchone()
        return int(row[0])

    def finish_run(self, run_id: int, finished: datetime, counts: Mapping[str, int]) -> None:
        """See the port."""
        with self._transaction("finishing a run") as run:
            run.execute(
                "UPDATE runs SET finished = ?, counts = ? WHERE run_id = ?",
                (_micros(finished), json.dumps(dict(counts), sort_keys=True), run_id),
            )

    def runs(self, limit: int = 20) -> list[Run]:
        """See the port."""
        rows = self._rows(
            "SELECT run_id, kind, started, finished, counts FROM runs ORDER BY run_id DESC LIMIT ?", (limit,)
        )
        return [
            Run(run_id, kind, _time(started), None if finished is None else _time(finished), json.loads(counts))
            for run_id, kind, started, finished, counts in rows
        ]

    def record_rule_use(self, tenant: str, uses: Mapping[str, RuleUse]) -> None:
        """See the port."""
        with self._transaction("recording what rules found") as run:
            for rule_id, use in uses.items():
                run.execute(
                    "INSERT INTO rule_use VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, rule_id) DO UPDATE SET "
                    "hits = excluded.hits, first_seen = excluded.first_seen, last_seen = excluded.last_seen, "
                    "cpu_us = rule_use.cpu_us + excluded.cpu_us",
                    (
                        tenant,
                        rule_id,
                        use.hits,
                        None if use.first is None else _micros(use.first),
                        None if use.last is None else _micros(use.last),
                        round(use.cpu_seconds * 1e6),
                    ),
                )

    def rule_use(self, tenant: str) -> dict[str, RuleUse]:
        """See the port."""
        rows = self._rows(
            "SELECT rule_id, hits, first_seen, last_seen, cpu_us FROM rule_use WHERE tenant = ? ORDER BY rule_id",
            (tenant,),
        )
        return {
            rule_id: RuleUse(
                hits, None if first is None else _time(first), None if last is None else _time(last), cpu_us / 1e6
            )
            for rule_id, hits, first, last, cpu_us in rows
        }

    def close(self) -> None:
        """See the port."""
        with self._lock:
            self._database.close()

    def _remember(self, key: tuple[str, str], digests: dict[tuple[str, str, str], bytes]) -> None:
        self._written = {name: value for name, value in self._written.items() if name[:2] != key} | digests

    def _migrate(self) -> None:
        with self._transaction("migrating") as run:
            run.execute("CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY)")
            found = run.execute("SELECT COALESCE(MAX(version), 0) FROM migrations").fetchone()[0]
            if found > len(MIGRATIONS):
                raise StoreError(
                    f"journal {self._database.shown} has schema version {found}, this program knows up to "
                    f"{len(MIGRATIONS)}; use the newer program that wrote it (nothing was changed)"
                )
            for version, statements in enumerate(MIGRATIONS[found:], start=found + 1):
                for statement in statements:
                    run.execute(statement)
                run.execute("INSERT INTO migrations VALUES (?)", (version,))

    def _rows(self, sql: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        with self._transaction("reading") as run:
            return run.execute(sql, values).fetchall()

    @contextmanager
    def together(self) -> Iterator[None]:
        """See the port."""
        with self._transaction("several steps") as run:
            self._joined = run
            try:
                yield
            finally:
                self._joined = None

    @contextmanager
    def _transaction(self, doing: str) -> Iterator[Statements]:
        with self._lock:
            if self._joined is not None:  # the lock is held by this thread alone: part of its larger transaction
                yield self._joined
                return
            with self._database.transaction(doing) as run:
                yield run


def _digests(key: tuple[str, str], states: Mapping[str, bytes]) -> dict[tuple[str, str, str], bytes]:
    return {(*key, name): hashlib.blake2b(state).digest() for name, state in states.items()}


def _micros(time: datetime) -> int:
    return (time - _EPOCH) // timedelta(microseconds=1)


def _time(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)
