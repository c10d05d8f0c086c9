"""What a store holds, counted by the engine."""

from hodoscope.soc.storage.clickhouse import Connection
from hodoscope.soc.storage.interface import Counts

_EVENTS = """
SELECT toString(format) AS format, count() AS events, countIf(time_quality = 'missing') AS missing,
  minOrNullIf(time, time_quality != 'missing') AS first, maxOrNullIf(time, time_quality != 'missing') AS last
FROM events WHERE tenant_id = {tenant:String} GROUP BY format ORDER BY format
"""
_DEAD = """
SELECT toString(reason) AS reason, count() AS records
FROM dead_letters WHERE tenant_id = {tenant:String} GROUP BY reason ORDER BY reason
"""
_FINDINGS = """
SELECT countIf(last % 2 = 0) AS findings FROM
  (SELECT max(revision) AS last FROM findings WHERE tenant_id = {tenant:String} GROUP BY finding_id)
"""


def count_rows(connection: Connection, tenant: str) -> Counts:
    """Events by format, dead letters by reason, findings, and the span of event times."""
    params = {"tenant": tenant}
    events = connection.arrow(_EVENTS, params).to_pylist()
    dead = connection.arrow(_DEAD, params).to_pylist()
    return Counts(
        events=sum(row["events"] for row in events),
        events_without_time=sum(row["missing"] for row in events),
        findings=connection.arrow(_FINDINGS, params).column("findings")[0].as_py(),
        formats={row["format"]: row["events"] for row in events},
        dead_letters={row["reason"]: row["records"] for row in dead},
        first_time=min((row["first"] for row in events if row["first"] is not None), default=None),
        last_time=max((row["last"] for row in events if row["last"] is not None), default=None),
    )
