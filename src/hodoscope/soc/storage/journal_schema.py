"""Tables of the journal, as numbered migrations in SQLite's spelling; ``journal_postgres.py`` respells the types.

Times are microseconds since 1970 (UTC). Never edit a released step: append one.
"""

from hodoscope.soc.storage import alert_book, incident_book

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE sources (
            tenant TEXT NOT NULL, source_id TEXT NOT NULL, path TEXT NOT NULL, format TEXT NOT NULL,
            prefix_length BIGINT NOT NULL, prefix_digest TEXT NOT NULL, size_bytes BIGINT,
            PRIMARY KEY (tenant, source_id))""",
        """CREATE TABLE checkpoints (
            tenant TEXT NOT NULL, source_id TEXT NOT NULL, position BIGINT NOT NULL, records BIGINT NOT NULL,
            batches BIGINT NOT NULL, last_position BIGINT, last_digest TEXT NOT NULL,
            PRIMARY KEY (tenant, source_id))""",
        """CREATE TABLE intents (
            token TEXT NOT NULL PRIMARY KEY, tenant TEXT NOT NULL, source_id TEXT NOT NULL,
            start_position BIGINT NOT NULL, end_position BIGINT)""",
        # one row per committed batch that held events with a time: how late events are noticed
        """CREATE TABLE committed_batches (
            batch INTEGER PRIMARY KEY, tenant TEXT NOT NULL, earliest BIGINT NOT NULL)""",
        """CREATE TABLE detection (
            tenant TEXT NOT NULL, detectors TEXT NOT NULL, after_time BIGINT, after_id BLOB,
            seen_batch BIGINT NOT NULL, PRIMARY KEY (tenant, detectors))""",
        """CREATE TABLE detector_states (
            tenant TEXT NOT NULL, detectors TEXT NOT NULL, name TEXT NOT NULL, state BLOB NOT NULL,
            PRIMARY KEY (tenant, detectors, name))""",
        """CREATE TABLE runs (
            run_id INTEGER PRIMARY KEY, kind TEXT NOT NULL, started BIGINT NOT NULL, finished BIGINT,
            counts TEXT NOT NULL)""",
    ),
    (
        """CREATE TABLE rule_use (
            tenant TEXT NOT NULL, rule_id TEXT NOT NULL, hits BIGINT NOT NULL, first_seen BIGINT, last_seen BIGINT,
            cpu_us BIGINT NOT NULL, PRIMARY KEY (tenant, rule_id))""",
    ),
    alert_book.TABLES,
    incident_book.TABLES,
)
