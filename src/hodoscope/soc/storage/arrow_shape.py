"""Event tables between the pipeline's Arrow types and what the engine reads and writes."""

import hashlib
from collections.abc import Sequence

import pyarrow as pa

from hodoscope.errors import StoreError
from hodoscope.soc.event import EVENT_ID, FULL_SCHEMA, TIME

REQUIRED: tuple[str, ...] = ("tenant_id", "event_id", "time", "time_quality", "source_id", "source_position", "raw")
_READ_TYPES: dict[str, pa.DataType] = {**{f.name: f.type for f in FULL_SCHEMA}, "ingested_at": TIME}
KNOWN_COLUMNS: frozenset[str] = frozenset(_READ_TYPES)


def blocks(events: pa.Table) -> list[pa.RecordBatch]:
    """An event table as blocks to insert; one, unless a column holds more than 2 GB of text.

    Raises ``StoreError`` for a missing identity column or one the schema does not have.
    """
    missing = [name for name in REQUIRED if name not in events.column_names]
    unknown = [name for name in events.column_names if name not in FULL_SCHEMA.names]
    if missing or unknown:
        raise StoreError(
            f"event table does not fit the schema: missing {missing}, unknown {unknown}; correct the normaliser "
            "or add the column to soc/columns.py"
        )
    arrays = []
    for name in events.column_names:
        column, wanted = events.column(name), FULL_SCHEMA.field(name).type
        arrays.append(column if column.type == wanted else column.cast(wanted))
    table = pa.table(arrays, names=events.column_names)
    return [batch for batch in table.combine_chunks().to_batches() if batch.num_rows]


def content_token(token: str, ids: pa.Array) -> str:
    """A deduplication token that stands for these very rows.

    The batch token alone would be a trap: after a crash the retry holds only the rows still missing, and the engine
    would drop them because it has seen the token.
    """
    digest = hashlib.blake2b(digest_size=12)
    for buffer in ids.buffers():
        if buffer is not None:
            digest.update(buffer)
    return f"{token}-{ids.offset}-{len(ids)}-{digest.hexdigest()}"


def conform(table: pa.Table) -> pa.Table:
    """A query result with the pipeline's types for every column it knows; others stay as they are."""
    arrays = [_read(table.column(name), _READ_TYPES.get(name)) for name in table.column_names]
    return pa.table(arrays, names=table.column_names)


def empty(columns: Sequence[str]) -> pa.Table:
    """No rows of these columns."""
    return pa.schema([pa.field(name, _READ_TYPES[name]) for name in columns]).empty_table()


def _read(column: pa.ChunkedArray, wanted: pa.DataType | None) -> pa.ChunkedArray:
    if wanted is None or column.type == wanted:
        return column
    if wanted == EVENT_ID:
        return column.cast(pa.binary()).cast(EVENT_ID)
    if pa.types.is_map(wanted):
        return pa.chunked_array([_plain_map(chunk) for chunk in column.chunks], type=wanted)
    return column.cast(wanted)


def _plain_map(chunk: pa.Array) -> pa.Array:
    keys, items = chunk.keys, chunk.items
    return pa.MapArray.from_arrays(chunk.offsets, keys.cast(pa.string()), items.cast(pa.string()))


EVENT_COLUMNS: tuple[str, ...] = tuple(FULL_SCHEMA.names)
