"""Damaged parts: the engine sets them aside when it opens; the operator must know, because their events are missing.

What one would get wrong: the engine still remembers the tokens of the lost blocks and silently drops them when they are
ingested again (clearing its memory by setting the window to 0 does not help). So every loss starts a new *generation*,
kept as version 0 rows of the migrations table, and the generation is part of every token.
"""

from hodoscope.errors import StoreError
from hodoscope.soc.storage.clickhouse import Connection

_SHOWN = 5


def refuse_damaged(connection: Connection) -> None:
    """Raise ``StoreError`` while the store holds parts set aside as broken; it names them and the way back."""
    parts = connection.arrow(
        "SELECT toString(path) AS path FROM system.detached_parts "
        "WHERE database = currentDatabase() AND match(ifNull(toString(reason), ''), 'broken|unexpected') ORDER BY path"
    )
    paths: list[str] = parts.column("path").to_pylist()
    if not paths:
        return
    known = set(connection.arrow(_LOSSES).column("name").to_pylist())
    for path in paths:
        if path not in known:
            connection.command("INSERT INTO schema_migrations (version, name) SELECT 0, {path:String}", {"path": path})
    shown = ", ".join(paths[:_SHOWN]) + (", ..." if len(paths) > _SHOWN else "")
    raise StoreError(
        f"store {connection.shown}: {len(paths)} damaged part(s) were set aside and their rows are missing: {shown}; "
        "restore the store from a copy, or move these directories out of it, move the journal away and run again: all "
        "sources are read from their beginning and only what is missing is added (nothing was deleted)"
    )


def generation(connection: Connection) -> int:
    """How many losses this store has had."""
    return int(connection.arrow(_LOSSES).num_rows)


_LOSSES = "SELECT name FROM schema_migrations WHERE version = 0"
