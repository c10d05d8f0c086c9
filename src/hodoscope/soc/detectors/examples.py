"""Example events as the table a detector expects: the port's columns, one tenant, sorted, ids from content.

A row needs ``time`` (ISO 8601 text or an aware datetime); every other column is empty unless given.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import orjson
import pyarrow as pa

from hodoscope.soc.columns import BY_NAME
from hodoscope.soc.detectors.interface import DetectorSpec
from hodoscope.soc.event import DEFAULT_TENANT, arrow_type, event_ids

Row = Mapping[str, object]


def time_of(row: Row) -> datetime:
    """A row's time as aware UTC; a time without an offset is UTC."""
    value = row["time"]
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _empty(name: str) -> object:
    if name in ("entity_ids", "indicator_ids"):
        return []
    kind = BY_NAME[name].kind
    return {"lc": "", "text": "", "enum": 0, "list": []}.get(kind)


def events_table(rows: Sequence[Row], columns: Iterable[str]) -> pa.Table:
    """Rows as a table with identity columns and ``columns``, sorted by (time, event_id).

    ``KeyError`` for a row column that does not exist at all, so that a misspelt example cannot pass unnoticed.
    """
    for row in rows:
        for name in row:
            if name not in ("time", "entity_ids", "indicator_ids"):
                BY_NAME[name]
    names = list(dict.fromkeys(("entity_ids", *columns)))
    times = [time_of(row) for row in rows]
    contents = [
        orjson.dumps({**row, "time": str(time)}, option=orjson.OPT_SORT_KEYS)
        for row, time in zip(rows, times, strict=True)
    ]
    ids = event_ids(DEFAULT_TENANT, (f"example\0{position}".encode() for position in range(len(rows))), contents)
    data = {
        "tenant_id": pa.array([DEFAULT_TENANT] * len(rows), pa.string()).dictionary_encode(),
        "event_id": ids,
        "time": pa.array(times, arrow_type("time")),
    }
    for name in names:
        data[name] = pa.array([row.get(name, _empty(name)) for row in rows], arrow_type(name))
    return pa.table(data).sort_by([("time", "ascending"), ("event_id", "ascending")])


def events_for(spec: DetectorSpec, rows: Sequence[Row]) -> pa.Table:
    """Rows as exactly what the pipeline would pass to the detector of this card."""
    return events_table(rows, spec.columns)


def spaced(start: str, every_seconds: float, rows: Iterable[Row]) -> tuple[Row, ...]:
    """The rows with ``time`` set from ``start``, one every ``every_seconds``."""
    first = datetime.fromisoformat(start)
    return tuple(
        {**row, "time": (first + timedelta(seconds=position * every_seconds)).isoformat()}
        for position, row in enumerate(rows)
    )
