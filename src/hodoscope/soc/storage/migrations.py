"""Bringing a database to this program's schema: numbered steps, and columns added to the column table since.

Steps are safe to repeat, because ClickHouse has no transaction around them: a step is recorded after it ran, and one
cut short by a crash runs again.
"""

from hodoscope.errors import StoreError
from hodoscope.soc.storage.clickhouse import Connection
from hodoscope.soc.storage.ddl import EMBEDDED_SETTINGS, EVENTS, MIGRATIONS_TABLE, TABLES, Table

Step = tuple[str, tuple[str, ...]]

STEPS: tuple[Step, ...] = (
    ("tables for events, findings and dead letters", tuple(table.sql for table in TABLES)),
    ("settings of an embedded store without column statistics", ()),  # below, with those of a new store
)
"""Name and statements of each version, the first being version 1. Never edit one that was released: append."""


def migrate(connection: Connection, steps: tuple[Step, ...] = STEPS, tables: tuple[Table, ...] = TABLES) -> None:
    """Create or update the tables. Raises ``StoreError`` for a store written by a newer version."""
    connection.command(MIGRATIONS_TABLE)
    found = connection.arrow("SELECT max(version) AS version FROM schema_migrations").column("version")[0].as_py()
    if found > len(steps):
        raise StoreError(
            f"store {connection.shown} has schema version {found}, this program knows up to {len(steps)}; "
            "use the newer program that wrote it, or another store (nothing was changed)"
        )
    for version, (name, statements) in enumerate(steps, start=1):
        if version > found:
            for statement in statements:
                connection.command(statement)
            connection.command(
                "INSERT INTO schema_migrations (version, name) SELECT {version:UInt32}, {name:String}",
                {"version": version, "name": name},
            )
    for table in tables:
        _add_columns(connection, table)
    if found < len(steps) and connection.embedded:
        connection.command(f"ALTER TABLE {EVENTS.name} MODIFY SETTING {EMBEDDED_SETTINGS}")


def _add_columns(connection: Connection, table: Table) -> None:
    """Add columns the table lacks; refuse one stored with another type. Columns only the store has are left alone."""
    rows = connection.arrow(
        "SELECT toString(name) AS name, toString(type) AS type FROM system.columns "
        "WHERE database = currentDatabase() AND table = {table:String}",
        {"table": table.name},
    ).to_pylist()
    stored = {row["name"]: row["type"] for row in rows}
    added = [column for column in table.columns if column.name not in stored]
    if added:
        clauses = ", ".join(f"ADD COLUMN IF NOT EXISTS {column.sql}" for column in added)
        connection.command(f"ALTER TABLE {table.name} {clauses}")
    for column in table.columns:
        found = stored.get(column.name, column.type)
        if found != column.type:
            raise StoreError(
                f"store {connection.shown}: column {table.name}.{column.name} is stored as {found}, this program "
                f"expects {column.type}; add a migration step that converts it, or use another store"
            )
