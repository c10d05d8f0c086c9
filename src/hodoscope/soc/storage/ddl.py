"""ClickHouse tables, generated from the column table.

Partitioned by the month of *ingestion*, which is one value per insert: an insert is one part and so all or nothing, and
a TTL on ``ingested_at`` drops whole partitions. What one would get wrong: ``ORDER BY`` starts with the tenant, so a
query without ``tenant_id =`` reads everything.
"""

from typing import NamedTuple

from hodoscope.soc.columns import ALL, Column, Kind

TIME_TYPE = "DateTime64(6, 'UTC')"
LC_TYPE = "LowCardinality(String)"

TYPES: dict[Kind, str] = {
    "lc": LC_TYPE,
    "text": "String",
    "int": "Nullable(Int64)",
    "enum": "UInt32",  # OCSF extensions number their classes from 200 000: 16 bits turn 201004 into 4396
    "port": "Nullable(UInt16)",
    "bool": "Nullable(Bool)",
    "list": f"Array({LC_TYPE})",
    "time": f"Nullable({TIME_TYPE})",
    "float": "Nullable(Float64)",
}


class StoredColumn(NamedTuple):
    """One column of a table; ``rest`` is codec or default."""

    name: str
    type: str
    rest: str = ""

    @property
    def sql(self) -> str:
        """The column as it stands in CREATE TABLE and ADD COLUMN."""
        return f"`{self.name}` {self.type} {self.rest}".rstrip()


class Table(NamedTuple):
    """A MergeTree table."""

    name: str
    columns: tuple[StoredColumn, ...]
    order_by: str

    @property
    def sql(self) -> str:
        """The CREATE TABLE statement."""
        columns = ",\n  ".join(column.sql for column in self.columns)
        return (
            f"CREATE TABLE IF NOT EXISTS {self.name} (\n  {columns}\n)\nENGINE = MergeTree\n"
            f"PARTITION BY toYYYYMM(ingested_at)\nORDER BY ({self.order_by})\nSETTINGS {_SETTINGS}"
        )


_SETTINGS = ", ".join(
    f"{name} = {value}"
    for name, value in {
        # replays inside this many blocks are dropped by the engine; past it the ids still tell (known_ids.py)
        "non_replicated_deduplication_window": 1000,
        # one file per part instead of several per column: an insert of 20 k rows costs half (4.4 against 9.9 us/row)
        "min_bytes_for_wide_part": 512 * 1024 * 1024,
        # damaged parts are set aside at opening, however many, so that damage.py can say which they are
        "max_suspicious_broken_parts": 1_000_000,
        "max_suspicious_broken_parts_bytes": 1_000_000_000_000_000,
        # the journal says "stored" after the insert: the part must then survive a power cut
        "fsync_after_insert": 1,
        "fsync_part_directory": 1,
    }.items()
)

EMBEDDED_SETTINGS = ", ".join(
    f"{name} = {value}"
    for name, value in {
        # merging costs as much processor time as inserting: rows are merged about once, ten or more parts at a time,
        # into parts of at most 256 MB (a server, with cores to spare, keeps its own policy)
        "min_parts_to_merge_at_once": 10,
        "max_parts_to_merge_at_once": 32,
        "max_bytes_to_merge_at_max_space_in_pool": 256 * 1024 * 1024,
        "number_of_free_entries_in_pool_to_lower_max_size_of_merge": 1,
        # statistics of every column cost a merge 2.5 us a row, and the first query of a process 2 ms a part
        "auto_statistics_types": "''",
    }.items()
)
"""Settings of the events table in an embedded store, where merges share two cores with the program."""

_INGESTED = StoredColumn("ingested_at", TIME_TYPE, "DEFAULT now64(6)")


def stored(column: Column) -> StoredColumn:
    """How an attribute of the column table is stored."""
    return StoredColumn(column.name, TYPES[column.kind])


EVENTS = Table(
    "events",
    (
        StoredColumn("tenant_id", LC_TYPE),
        StoredColumn("event_id", "FixedString(16)", "CODEC(NONE)"),  # a hash: nothing to compress
        StoredColumn("time", TIME_TYPE),
        StoredColumn("time_quality", LC_TYPE),
        StoredColumn("source_id", LC_TYPE),
        StoredColumn("source_position", "UInt64"),
        StoredColumn("format", LC_TYPE),
        StoredColumn("mapping_rule", LC_TYPE),
        StoredColumn("entity_ids", f"Array({LC_TYPE})"),
        StoredColumn("indicator_ids", f"Array({LC_TYPE})"),
        StoredColumn("unmapped", f"Map({LC_TYPE}, String)", "CODEC(ZSTD(1))"),
        StoredColumn("raw", "String", "CODEC(ZSTD(1))"),
        _INGESTED,
        *(stored(column) for column in ALL),
    ),
    "tenant_id, time, event_id",
)

FINDINGS = Table(
    "findings",
    (
        StoredColumn("finding_id", "String"),
        StoredColumn("tenant_id", LC_TYPE),
        StoredColumn("detector", LC_TYPE),
        StoredColumn("detector_version", LC_TYPE),
        StoredColumn("title", "String"),
        StoredColumn("severity", "UInt8"),
        StoredColumn("confidence", "Float64"),
        StoredColumn("entity", "String"),
        StoredColumn("entity_ids", "Array(String)"),
        StoredColumn("first_time", TIME_TYPE),
        StoredColumn("last_time", TIME_TYPE),
        StoredColumn("attack", f"Array({LC_TYPE})"),
        StoredColumn("explanation", "String"),
        StoredColumn("how_to_check", "String"),
        StoredColumn("contribution_text", "Array(String)"),
        StoredColumn("contribution_weight", "Array(Float64)"),
        StoredColumn("evidence_event_id", "Array(String)"),
        StoredColumn("evidence_time", f"Array({TIME_TYPE})"),
        StoredColumn("evidence_field", "Array(String)"),
        StoredColumn("evidence_value", "Array(String)"),
        StoredColumn("event_count", "UInt64"),
        StoredColumn("where", "String"),
        StoredColumn("rule_hash", "String"),
        StoredColumn("features", "String"),  # JSON object
        StoredColumn("revision", "UInt32"),  # odd: withdrawn
        _INGESTED,
    ),
    "tenant_id, first_time, finding_id",
)

DEAD_LETTERS = Table(
    "dead_letters",
    (
        StoredColumn("tenant_id", LC_TYPE),
        StoredColumn("source_id", LC_TYPE),
        StoredColumn("path", LC_TYPE),
        StoredColumn("position", "UInt64"),
        StoredColumn("reason", LC_TYPE),
        StoredColumn("detail", "String"),
        StoredColumn("raw", "String", "CODEC(ZSTD(1))"),
        _INGESTED,
    ),
    "tenant_id, source_id, position, reason",
)

TABLES: tuple[Table, ...] = (EVENTS, FINDINGS, DEAD_LETTERS)

MIGRATIONS_TABLE = (
    "CREATE TABLE IF NOT EXISTS schema_migrations "
    f"(version UInt32, name String, applied_at {TIME_TYPE} DEFAULT now64(6)) ENGINE = MergeTree ORDER BY version"
)


def ttl_statement(table: str, days: int | None) -> str:
    """The ALTER that lets rows expire ``days`` after ingestion, or never (None).

    On ``ingested_at`` and never on event time: an import of an old archive must not vanish.
    """
    if days is None:
        return f"ALTER TABLE {table} REMOVE TTL"
    return f"ALTER TABLE {table} MODIFY TTL toDateTime(ingested_at) + toIntervalDay({int(days)})"
