"""Example events as rows of the events table, so that a law can ask the real engine."""

from collections.abc import Sequence

import pyarrow as pa

from hodoscope.soc.detectors.examples import Row, events_table
from hodoscope.soc.event import FULL_SCHEMA


def stored(rows: Sequence[Row], tenant: str) -> pa.Table:
    """The rows under ``tenant``, with every column they use; ids are those the detectors saw."""
    used = dict.fromkeys(name for row in rows for name in row if name != "time")
    events = events_table(rows, used)
    size = events.num_rows
    fixed: dict[str, list[object]] = {
        "tenant_id": [tenant] * size,
        "time_quality": ["exact"] * size,
        "source_id": ["0" * 32] * size,
        "source_position": list(range(size)),
        "raw": [b"{}"] * size,
    }
    for name, values in fixed.items():
        wanted = FULL_SCHEMA.field(name).type
        plain = wanted.value_type if pa.types.is_dictionary(wanted) else wanted
        column = pa.array(values, plain).cast(wanted)
        place = events.schema.get_field_index(name)
        events = events.append_column(name, column) if place < 0 else events.set_column(place, name, column)
    return events
