"""The order of a page: by time, then event id, decided here and not by the engine.

The engine sorts whole rows, which for the sixty columns of a detection page costs 25 µs an event; sorting two keys and
taking rows by position costs under 1 µs. What one would get wrong: ids are compared as unsigned bytes, so they are read
as big-endian words.
"""

import numpy as np
import pyarrow as pa

EVENT_ID_BYTES = 16


def in_order(rows: pa.Table) -> pa.Table:
    """The rows sorted by (time, event_id); both columns must be there and hold no null."""
    if rows.num_rows < 2:
        return rows
    rows = rows.unify_dictionaries().combine_chunks()
    times = rows.column("time").cast(pa.int64()).to_numpy()
    array = rows.column("event_id").chunk(0)
    start = array.offset * EVENT_ID_BYTES
    words = np.frombuffer(array.buffers()[1], dtype=">u8", count=2 * len(array), offset=start).reshape(-1, 2)
    return rows.take(pa.array(np.lexsort((words[:, 1], words[:, 0], times))))
