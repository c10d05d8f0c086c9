"""The columnar event: Arrow schema, identity and the kinds of time.

An event table is a ``pyarrow.Table`` whose columns are ``IDENTITY_FIELDS`` (always present) plus any subset of
:data:`hodoscope.soc.columns.ALL`; an absent column means "empty for every row". What one would get wrong: rows of a
batch are in no particular order; order is a property of a query, never of a batch.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum

import pyarrow as pa

from hodoscope.soc.columns import ALL, BY_NAME, Column, Kind

DEFAULT_TENANT = "default"

LC = pa.dictionary(pa.int32(), pa.string())
TIME = pa.timestamp("us", tz="UTC")
EVENT_ID = pa.binary(16)
UNMAPPED = pa.map_(pa.string(), pa.string())

ARROW_TYPES: dict[Kind, pa.DataType] = {
    "lc": LC,
    "text": pa.string(),
    "int": pa.int64(),
    "enum": pa.uint32(),
    "port": pa.uint16(),
    "bool": pa.bool_(),
    "list": pa.list_(pa.string()),
    "time": TIME,
    "float": pa.float64(),
}


class TimeQuality(StrEnum):
    """How far an event's ``time`` can be trusted; only ``missing`` stays out of windows."""

    EXACT = "exact"
    ASSUMED_YEAR = "assumed_year"
    ASSUMED_ZONE = "assumed_zone"
    ASSUMED_YEAR_ZONE = "assumed_year_zone"
    MISSING = "missing"


IDENTITY_FIELDS: tuple[pa.Field, ...] = (
    pa.field("tenant_id", LC),
    pa.field("event_id", EVENT_ID),
    pa.field("time", TIME),  # 1970-01-01 where time_quality is `missing`
    pa.field("time_quality", LC),
    pa.field("source_id", LC),  # 32 hex digits, see sources/fingerprint.py
    pa.field("source_position", pa.uint64()),  # byte offset in the decompressed stream, or record number
    pa.field("format", LC),  # mapping file that read it
    pa.field("mapping_rule", LC),  # rule inside that file; empty when only its base part applied
    pa.field("entity_ids", pa.list_(pa.string())),  # filled by enrich
    pa.field("indicator_ids", pa.list_(pa.string())),  # filled by enrich
    pa.field("unmapped", UNMAPPED),  # vendor fields no column holds, verbatim; nested values as JSON text
    pa.field("raw", pa.binary()),  # the record as read
)


def field_of(column: Column) -> pa.Field:
    """Arrow field of one column of the table."""
    return pa.field(column.name, ARROW_TYPES[column.kind])


FULL_SCHEMA: pa.Schema = pa.schema([*IDENTITY_FIELDS, *(field_of(column) for column in ALL)])


def arrow_type(name: str) -> pa.DataType:
    """Arrow type of a column by name; ``KeyError`` when no such column exists."""
    column = BY_NAME.get(name)
    return ARROW_TYPES[column.kind] if column else FULL_SCHEMA.field(name).type


def event_ids(tenant: str, keys: Iterable[bytes], records: Sequence[bytes]) -> pa.Array:
    """128-bit ids of records: SHA-256 over tenant, key, raw bytes.

    ``keys`` holds, per record, the source identity and position, or the vendor's own key. A cryptographic hash on
    purpose: who can write log lines must not be able to make one event swallow another.
    """
    start = f"{len(tenant)}\0{tenant}\0".encode()
    digest = hashlib.sha256
    # The key's length keeps "key + record" from meaning two things.
    begin = [start + b"%d\0" % length for length in range(256)]
    ids = b"".join(
        [
            digest((begin[len(key)] if len(key) < 256 else start + b"%d\0" % len(key)) + key + record).digest()[:16]
            for key, record in zip(keys, records, strict=True)
        ]
    )
    return pa.FixedSizeBinaryArray.from_buffers(EVENT_ID, len(records), [None, pa.py_buffer(ids)])


def utc_now() -> datetime:
    """The clock the command line passes to the stages; tests pass their own."""
    return datetime.now(UTC)
