"""The only file that talks to ClickHouse: one connection type over the embedded engine and a server.

What one would get wrong: after ``fork`` the embedded engine hangs, so workers must be spawned; and a per-call setting
on the embedded engine costs three extra statements, so all settings are set once per connection.
"""

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import clickhouse_connect  # noqa: TID251 -- this file owns the library
import pyarrow as pa
from clickhouse_connect.driver.client import Client  # noqa: TID251 -- this file owns the library
from clickhouse_connect.driver.exceptions import ClickHouseError  # noqa: TID251 -- this file owns the library

from hodoscope.errors import StoreError
from hodoscope.soc.storage import ownership
from hodoscope.soc.storage.engine_output import EngineOutput
from hodoscope.soc.storage.remedies import NOT_ENOUGH_SPACE, store_error
from hodoscope.soc.storage.store_url import StoreUrl
from hodoscope.soc.storage.written import PARTS, Part, cut_short

# Errors reach the caller as exceptions; the library's own log lines may quote statements and values.
logging.getLogger("clickhouse_connect").addHandler(logging.NullHandler())

ENGINE_DIRECTORY = "clickhouse"  # inside the store directory, beside owner.lock and the journal

_MB = 1024 * 1024

# Start-up options of the embedded engine: its defaults are a server's (5 GB caches, system logs)
_ENGINE_OPTIONS: dict[str, int] = {
    "mark_cache_size": 64 * _MB,
    "primary_index_cache_size": 64 * _MB,
    "index_mark_cache_size": 16 * _MB,
    "index_uncompressed_cache_size": 0,
    "query_condition_cache_size": 8 * _MB,
    "compiled_expression_cache_size": 8 * _MB,
    "background_pool_size": 1,
    "merges_mutations_memory_usage_soft_limit": 512 * _MB,
}

_SETTINGS: dict[str, int | str] = {
    "input_format_null_as_default": 1,  # Arrow null in a column that is not Nullable: its default
    "output_format_arrow_low_cardinality_as_dictionary": 1,
    "output_format_arrow_compression_method": "none",
    "max_insert_block_size": 100_000_000,  # with the next three: one insert is one block, so all or nothing
    "min_insert_block_size_rows": 100_000_000,
    "min_insert_block_size_bytes": 0,
    "max_insert_threads": 1,
    "max_memory_usage": 1200 * _MB,
    "max_bytes_before_external_sort": 300 * _MB,
    "max_bytes_before_external_group_by": 300 * _MB,
    "max_query_size": 16 * _MB,
}


_EMBEDDED_SETTINGS: dict[str, int | str] = _SETTINGS | {
    # older parts have statistics: reading those of every part and column costs the first query 2 ms a part
    "use_statistics_for_part_pruning": 0,
}


class Connection:
    """Statements, Arrow queries and Arrow inserts on one database. Safe to use from any thread of its process."""

    def __init__(self, url: StoreUrl) -> None:
        self._url = url
        self._pid = os.getpid()
        self._closed = False
        self._measured: dict[str, set[str]] = {}  # per table the parts known to be written whole
        self._client = _embedded(url) if url.directory else _server(url)
        try:
            self.command(f"CREATE DATABASE IF NOT EXISTS {url.database}")
            self._client.database = url.database
        except BaseException:
            self.close()
            raise

    @property
    def shown(self) -> str:
        """The address, for messages."""
        return self._url.shown

    @property
    def embedded(self) -> bool:
        """Whether the engine runs in this process."""
        return self._url.directory is not None

    def command(self, sql: str, params: Mapping[str, object] | None = None) -> None:
        """Run a statement that returns nothing."""
        with self._explained(sql.split("(", 1)[0].strip()[:60]):
            self._client.command(sql, parameters=dict(params or {}))

    def arrow(self, sql: str, params: Mapping[str, object] | None = None) -> pa.Table:
        """Rows of a query; text that is not UTF-8 must be read through ``.cast(pa.binary())``."""
        with self._explained("query"):
            return self._client.query_arrow(sql, parameters=dict(params or {}))

    def insert(self, table: str, arrow_rows: pa.RecordBatch, token: str) -> None:
        """Insert one block, all or nothing; the engine drops it when its recent tokens hold ``token``."""
        with self._explained(f"insert into {table}"):
            settings = {"insert_deduplication_token": token}
            if self._url.directory is None:
                self._client.insert_arrow(table, pa.Table.from_batches([arrow_rows]), settings=settings)
                return
            columns = ", ".join(f"`{name}`" for name in arrow_rows.schema.names)
            # The engine reads the Arrow memory itself: it finds the variable by its name.
            self._client.command(
                f"INSERT INTO {table} ({columns}) SETTINGS insert_deduplication_token = '{token}' "
                f"SELECT {columns} FROM Python(arrow_rows)"
            )
            self._measure(table)

    def _measure(self, table: str) -> None:
        """Raise ``StoreError`` when a new part is cut short; an insert's own is dropped, so nothing is half stored."""
        rows = self._client.query(PARTS, parameters={"table": table}).result_rows
        parts = [Part(name, Path(path), size, level) for name, path, size, level in rows]
        known = self._measured.get(table, set())
        broken = cut_short(part for part in parts if part.name not in known)
        for part in broken:
            if not part.level:
                self._client.command(f"ALTER TABLE {table} DROP PART '{part.name}'")
        if broken:
            reason = f"only a part of the data could be written ({', '.join(part.name for part in broken)})"
            raise store_error(self.shown, f"insert into {table}", reason, NOT_ENOUGH_SPACE)
        self._measured[table] = {part.name for part in parts}

    def close(self) -> None:
        """Release the engine and the directory's lock; idempotent."""
        if self._closed:
            return
        self._closed = True
        self._client.close()
        if self._url.directory is not None:
            ownership.release(self._url.directory)

    @contextmanager
    def _explained(self, doing: str) -> Iterator[None]:
        if os.getpid() != self._pid:
            raise StoreError(f"store {self.shown} was opened before a fork and would hang; spawn workers instead")
        try:
            yield
        except ClickHouseError as error:
            raise store_error(self.shown, doing, str(error), getattr(error, "code", None)) from error
        except OSError as error:
            raise store_error(self.shown, doing, str(error), None) from error


def _embedded(url: StoreUrl) -> Client:
    assert url.directory is not None  # noqa: S101 -- told apart by the only caller
    ownership.acquire(url.directory)
    engine = url.directory / ENGINE_DIRECTORY
    output = EngineOutput()
    try:
        with output:
            return clickhouse_connect.get_client(
                interface="chdb", path=str(engine), settings=_EMBEDDED_SETTINGS, chdb_options=_ENGINE_OPTIONS
            )
    except (ClickHouseError, RuntimeError, OSError) as error:
        ownership.release(url.directory)
        reason = output.reason or str(error) or "the engine gave no reason"
        raise store_error(url.shown, "opening", reason, None) from error


def _server(url: StoreUrl) -> Client:
    try:
        return clickhouse_connect.get_client(
            host=url.host,
            port=url.port,
            interface="https" if url.secure else "http",
            username=url.user or None,
            password=url.password,
            database="default",  # ours may not exist yet
            settings=_SETTINGS,
        )
    except (ClickHouseError, OSError) as error:
        raise store_error(url.shown, "connecting", str(error), getattr(error, "code", None)) from error
