"""A store to hunt in: real Windows events, repeated with other ids and times until there are enough."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.soc.event import EVENT_ID
from hodoscope.soc.normalise.engine import Normaliser
from hodoscope.soc.normalise.mapping import shipped_mappings
from hodoscope.soc.record import SkippedRecord
from hodoscope.soc.sources.discover import discover
from hodoscope.soc.storage.event_store import open_store

RULES = "soc/sigma_rules/rules.zip"
EVENTS = "soc/win_otrf_mordor/windows_host.jsonl.zst"
BATCH = 20_000
YEAR_US = 365 * 86_400 * 1_000_000


def build(data: Path, directory: Path, count: int) -> dict[str, float]:
    """Fill a new store; how many events it holds and how many there were before repeating."""
    tables = _normalised(data / EVENTS, count) if (data / EVENTS).exists() else []
    distinct = sum(table.num_rows for table in tables)
    stored = turn = 0
    store = open_store(f"chdb://{directory}")
    while distinct and stored < count:
        for number, table in enumerate(tables):
            part = _round(table, turn).slice(0, count - stored)
            if part.num_rows:
                store.insert_events(part, f"round{turn}-{number}")
                stored += part.num_rows
        turn += 1
    store.close()
    return {"events": stored, "distinct": min(distinct, count)}


def _normalised(path: Path, count: int) -> list[pa.Table]:
    """Events of a log, normalised; each event once."""
    found: list[pa.Table] = []
    rows = 0
    for source in discover([str(path)]):
        if isinstance(source, SkippedRecord):
            continue
        normaliser = Normaliser(shipped_mappings()[source.format], "default")
        for batch in source.read(0, BATCH, 2**26):
            found.append(normaliser.normalise(batch).events)
            rows += found[-1].num_rows
            if rows >= count:
                return found
    return found


def _round(table: pa.Table, turn: int) -> pa.Table:
    """The same events with other ids, years later."""
    if not turn:
        return table
    ids = pa.concat_arrays(table["event_id"].chunks)
    digits = (
        np.frombuffer(ids.buffers()[1], np.uint8)[ids.offset * 16 : (ids.offset + len(ids)) * 16].reshape(-1, 16).copy()
    )
    digits[:, 0] += np.uint8(turn)
    digits[:, 15] ^= np.uint8(turn)
    times = pc.add(table["time"].cast(pa.int64()), turn * YEAR_US).cast(table["time"].type)
    changed = {
        "event_id": pa.FixedSizeBinaryArray.from_buffers(EVENT_ID, len(ids), [None, pa.py_buffer(digits.tobytes())])
    }
    for name, column in {**changed, "time": times}.items():
        table = table.set_column(table.column_names.index(name), name, column)
    return table
