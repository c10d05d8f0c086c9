"""The event store over one ClickHouse connection, embedded or a server: the same statements for both."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from hodoscope.errors import InputError
from hodoscope.soc.event import EVENT_ID
from hodoscope.soc.finding import Finding
from hodoscope.soc.record import SkippedRecord
from hodoscope.soc.storage import arrow_shape
from hodoscope.soc.storage.clickhouse import Connection
from hodoscope.soc.storage.context_columns import CONTEXT_COLUMNS
from hodoscope.soc.storage.counting import count_rows
from hodoscope.soc.storage.damage import generation, refuse_damaged
from hodoscope.soc.storage.ddl import ttl_statement
from hodoscope.soc.storage.dead_letter_rows import to_rows as dead_letter_rows
from hodoscope.soc.storage.finding_rows import FINDING_SCHEMA, from_rows, to_rows
from hodoscope.soc.storage.interface import Counts, Cursor, EventStore, IdBucket
from hodoscope.soc.storage.migrations import migrate
from hodoscope.soc.storage.page_order import in_order
from hodoscope.soc.storage.store_url import parse_store_url

_MICROSECONDS = "fromUnixTimestamp64Micro({%s:Int64}, 'UTC')"
# floor, not the rounding towards zero of intDiv; toDate would wrap after 2149
_EPOCH_DAY = (
    "toInt32(intDiv(toUnixTimestamp64Micro(time) - positiveModulo(toUnixTimestamp64Micro(time), 86400000000), "
    "86400000000))"
)


def open_store(url: str, *, keep_days: int | None = None) -> EventStore:
    """Open or create the store at ``url`` and bring it to this program's schema.

    ``keep_days`` sets the time to live after ingestion; None leaves the store's own setting (off for a new store).
    """
    connection = Connection(parse_store_url(url))
    try:
        migrate(connection)
        refuse_damaged(connection)
        if keep_days is not None:
            for table in ("events", "findings", "dead_letters"):
                connection.command(ttl_statement(table, keep_days or None))
        return ClickHouseEventStore(connection, _tag(connection, url))
    except BaseException:
        connection.close()
        raise


def _tag(connection: Connection, url: str) -> str:
    """What this process adds to its insert tokens.

    A server may have stored a block whose answer was lost: the same token must mean the same block in every process. In
    the embedded engine a kill can leave a token behind whose block is gone, so no later process may use it again; what
    is stored is recognised by id there as everywhere.
    """
    if parse_store_url(url).directory is not None:
        return secrets.token_hex(8)
    number = generation(connection)
    return str(number) if number else ""


class ClickHouseEventStore:
    """See :class:`hodoscope.soc.storage.interface.EventStore`."""

    def __init__(self, connection: Connection, tag: str) -> None:
        self._connection = connection
        self._tag = tag

    def insert_events(self, events: pa.Table, token: str) -> None:
        """See the port."""
        for block in arrow_shape.blocks(events):
            self._insert("events", block, token, "event_id")

    def insert_findings(self, findings: Sequence[Finding], token: str) -> int:
        """See the port."""
        fresh: dict[str, Finding] = {}
        new = 0
        for tenant in sorted({finding.tenant_id for finding in findings}):
            mine = {finding.finding_id: finding for finding in reversed(findings) if finding.tenant_id == tenant}
            known = self._weights(list(mine), tenant=tenant)
            for key, item in reversed(mine.items()):
                revision, *weight = known.get(key, _UNKNOWN)
                new += revision % 2
                if revision % 2:  # not stored, or withdrawn: told from now on
                    fresh[key] = replace(item, revision=revision + 1)
                elif tuple(weight) < (item.event_count, item.last_time):
                    fresh[key] = replace(item, revision=revision)
        if fresh:
            block = to_rows(list(fresh.values())).combine_chunks().to_batches()[0]
            counts = "-".join(str(item.event_count) for item in fresh.values())
            self._insert("findings", block, f"{token}-{counts}" if len(counts) < 60 else token, "finding_id")
        return new

    def withdraw_findings(self, rule_hashes: Collection[str], kept: Collection[str], *, tenant: str, token: str) -> int:
        """See the port."""
        listed = self.query(
            "SELECT finding_id FROM findings WHERE tenant_id = {tenant:String} AND rule_hash IN {rules:Array(String)} "
            "GROUP BY finding_id HAVING max(revision) % 2 = 0",
            {"tenant": tenant, "rules": list(rule_hashes)},
        )
        ids = [name for name in listed.column("finding_id").to_pylist() if name not in kept]
        if not ids or self._expires():
            return 0
        told = self._findings("AND finding_id IN {ids:Array(String)}", tenant, 0, ids)
        block = to_rows([replace(item, revision=item.revision + 1) for item in told]).combine_chunks().to_batches()[0]
        self._insert("findings", block, f"{token}-withdrawn", "finding_id")
        return len(told)

    def _expires(self) -> bool:
        """Whether the events have a time to live."""
        found = self.query(
            "SELECT 1 FROM system.tables WHERE database = currentDatabase() AND name = 'events' "
            "AND position(create_table_query, ' TTL ') > 0"
        )
        return bool(found.num_rows)

    def insert_dead_letters(self, skipped: Sequence[SkippedRecord], tenant: str, token: str) -> int:
        """See the port."""
        # Files never opened have no source id: they are told apart by path.
        fresh = {(_origin(record), record.position, record.reason): record for record in reversed(skipped)}
        for source in sorted({record.source_id for record in skipped}):
            positions = [record.position for record in skipped if record.source_id == source]
            stored = self.query(
                "SELECT toString(path) AS path, position, toString(reason) AS reason FROM dead_letters "
                "WHERE tenant_id = {tenant:String} AND source_id = {source:String} "
                "AND position BETWEEN {low:UInt64} AND {high:UInt64}",
                {"tenant": tenant, "source": source, "low": min(positions), "high": max(positions)},
            )
            for row in stored.to_pylist():
                fresh.pop((source or row["path"], row["position"], row["reason"]), None)
        if fresh:
            block = dead_letter_rows(list(reversed(fresh.values())), tenant).combine_chunks().to_batches()[0]
            self._insert("dead_letters", block, token, "position")
        return len(fresh)

    def id_buckets(self, tenant: str) -> list[IdBucket]:
        """See the port."""
        rows = self.query(
            f"SELECT if(time_quality = 'exact', {_EPOCH_DAY}, NULL) AS day, count() AS events FROM events "
            "WHERE tenant_id = {tenant:String} GROUP BY day",
            {"tenant": tenant},
        ).to_pylist()
        return [IdBucket(row["day"], row["events"]) for row in rows]

    def event_ids(self, tenant: str, day: int | None) -> pa.Array:
        """See the port."""
        params: dict[str, object] = {"tenant": tenant}
        where = "time_quality != 'exact'"
        if day is not None:
            params |= {"low": day * 86_400_000_000, "high": (day + 1) * 86_400_000_000}
            where = f"time >= {_MICROSECONDS % 'low'} AND time < {_MICROSECONDS % 'high'} AND time_quality = 'exact'"
        found = self.query(f"SELECT event_id FROM events WHERE tenant_id = {{tenant:String}} AND {where}", params)
        column = found.column("event_id")
        return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], EVENT_ID)

    def scan(
        self,
        columns: Sequence[str],
        where: str,
        after: Cursor | None,
        limit: int,
        *,
        tenant: str,
        until: datetime | None = None,
    ) -> pa.Table:
        """See the port."""
        params: dict[str, object] = {"tenant": tenant, "limit": limit}
        conditions = ["tenant_id = {tenant:String}", "time_quality != 'missing'"]
        if after is not None:
            params |= {"after_time": _micros(after.time), "after_id": after.event_id.hex()}
            place = _MICROSECONDS % "after_time"
            conditions += [f"time >= {place}", f"(time > {place} OR event_id > unhex({{after_id:String}}))"]
        if until is not None:
            params["until"] = _micros(until)
            conditions.append(f"time < {_MICROSECONDS % 'until'}")
        if where:
            conditions.append(f"({where})")
        names = list(dict.fromkeys(("time", "event_id", *columns)))
        if after is None and self._events_of(tenant) <= limit:
            return in_order(self._events(names, conditions, "SETTINGS max_threads = 2", params))
        # First where the page ends, over the key alone, then its rows in any order: see page_order.
        end = self.query(
            f"SELECT time, event_id FROM events WHERE {' AND '.join(conditions)} "
            "ORDER BY tenant_id, time, event_id LIMIT 1 OFFSET {skip:UInt64}",
            {**params, "skip": max(0, limit - 1)},
        )
        if end.num_rows:
            params |= {"end_time": _micros(end["time"][0].as_py()), "end_id": end["event_id"][0].as_py().hex()}
            place = _MICROSECONDS % "end_time"
            conditions += [f"time <= {place}", f"(time < {place} OR event_id <= unhex({{end_id:String}}))"]
        return in_order(self._events(names, conditions, "SETTINGS max_threads = 2", params)).slice(0, limit)

    def _events_of(self, tenant: str) -> int:
        """How many events a tenant has, told from the primary key."""
        rows = self.query("SELECT count() AS n FROM events WHERE tenant_id = {tenant:String}", {"tenant": tenant})
        return int(rows["n"][0].as_py())

    def findings(self, *, tenant: str, where: str = "", limit: int = 0, withdrawn: bool = False) -> list[Finding]:
        """See the port."""
        condition = (f"AND ({where}) " if where else "") + ("" if withdrawn else "AND revision % 2 = 0")
        return self._findings(condition, tenant, limit)

    def finding_columns(self, columns: Sequence[str], *, tenant: str) -> pa.Table:
        """See the port."""
        return self._finding_rows(columns, "", tenant, 0)

    def _findings(self, condition: str, tenant: str, limit: int, ids: Collection[str] = ()) -> list[Finding]:
        return from_rows(self._finding_rows(FINDING_SCHEMA.names, condition, tenant, limit, ids))

    def _finding_rows(
        self, columns: Sequence[str], condition: str, tenant: str, limit: int, ids: Collection[str] = ()
    ) -> pa.Table:
        wanted = ", ".join(f"`{name}`" for name in columns)
        read = ", ".join(
            f"`{name}`" for name in dict.fromkeys((*columns, *_VERSION, *(FINDING_SCHEMA.names if condition else ())))
        )
        return self.query(
            f"SELECT {wanted} FROM (SELECT {read} FROM findings WHERE tenant_id = {{tenant:String}} "
            "ORDER BY revision DESC, event_count DESC, last_time DESC LIMIT 1 BY finding_id) WHERE true "
            f"{condition} ORDER BY last_time DESC, finding_id {'LIMIT {limit:UInt64}' if limit else ''}",
            {"tenant": tenant, "limit": limit, "ids": list(ids)},
        )

    def finding(self, finding_id: str, *, tenant: str) -> Finding | None:
        """See the port."""
        if not finding_id or len(finding_id) > 32 or not set(finding_id.lower()) <= set("0123456789abcdef"):
            raise InputError(f"finding {finding_id!r} is not 32 hex digits or their beginning; see `findings`")
        found = self.findings(
            tenant=tenant, where=f"startsWith(finding_id, '{finding_id.lower()}')", limit=2, withdrawn=True
        )
        if len(found) > 1:
            raise InputError(f"more than one finding begins with {finding_id!r}; give more of its digits")
        return found[0] if found else None

    def known_findings(self, finding_ids: Sequence[str], *, tenant: str) -> set[str]:
        """See the port."""
        return set(self._weights(finding_ids, tenant=tenant))

    def _weights(self, finding_ids: Sequence[str], *, tenant: str) -> dict[str, tuple[int, int, datetime]]:
        """Revision, events and last time of the version of each finding that readers get."""
        if not finding_ids:
            return {}
        rows = self.query(
            "SELECT finding_id, max((revision, event_count, last_time)) AS best FROM findings "
            "WHERE tenant_id = {tenant:String} AND finding_id IN {ids:Array(String)} GROUP BY finding_id",
            {"tenant": tenant, "ids": list(finding_ids)},
        )
        return {row["finding_id"]: tuple(row["best"].values()) for row in rows.to_pylist()}

    def context(
        self,
        entity_ids: Sequence[str],
        first: datetime,
        last: datetime,
        *,
        tenant: str,
        minutes: float = 15,
        columns: Sequence[str] | None = None,
        limit: int = 1000,
    ) -> pa.Table:
        """See the port."""
        margin = timedelta(minutes=minutes)
        params = {
            "tenant": tenant,
            "first": _micros(first - margin),
            "last": _micros(last + margin),
            "entities": list(entity_ids),
            "limit": limit,
        }
        conditions = [
            "tenant_id = {tenant:String}",
            f"time BETWEEN {_MICROSECONDS % 'first'} AND {_MICROSECONDS % 'last'}",
            "time_quality != 'missing'",
            "hasAny(entity_ids, {entities:Array(String)})",
        ]
        names = list(CONTEXT_COLUMNS if columns is None else columns)
        return self._events(names, conditions, "ORDER BY tenant_id, time, event_id LIMIT {limit:UInt64}", params)

    def counts(self, *, tenant: str) -> Counts:
        """See the port."""
        return count_rows(self._connection, tenant)

    def query(self, sql: str, params: Mapping[str, object] | None = None) -> pa.Table:
        """See the port."""
        return self._connection.arrow(sql, params)

    def close(self) -> None:
        """See the port."""
        self._connection.close()

    def _insert(self, table: str, block: pa.RecordBatch, token: str, key: str) -> None:
        named = f"{token}-{self._tag}" if self._tag else token
        self._connection.insert(table, block, arrow_shape.content_token(named, block.column(key)))

    def _events(self, names: Sequence[str], conditions: list[str], tail: str, params: Mapping[str, object]) -> pa.Table:
        unknown = [name for name in names if name not in arrow_shape.KNOWN_COLUMNS]
        if unknown:
            raise InputError(f"the events table has no column {', '.join(unknown)}; see the schema page")
        quoted = ", ".join(f"`{name}`" for name in names)
        rows = self.query(f"SELECT {quoted} FROM events WHERE {' AND '.join(conditions)} {tail}", params)
        return arrow_shape.conform(rows) if rows.num_columns else arrow_shape.empty(names)


_UNKNOWN = (-1, -1, datetime.min.replace(tzinfo=UTC))  # odd like a withdrawn one: the next revision is 0


_VERSION = ("finding_id", "revision", "event_count", "last_time")


def _origin(record: SkippedRecord) -> str:
    return record.source_id or record.path.encode("utf-8", "replace").decode("utf-8")


def _micros(time: datetime) -> int:
    """Microseconds since 1970, exact (``timestamp()`` is a float and is not)."""
    return (time - datetime.fromtimestamp(0, tz=time.tzinfo)) // timedelta(microseconds=1)
