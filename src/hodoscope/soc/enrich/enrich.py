"""The enrich step: a batch of events in, the same batch with ``entity_ids`` and ``indicator_ids`` out."""

import pyarrow as pa

from hodoscope.soc.enrich.entities import entity_ids
from hodoscope.soc.enrich.knowledge import Knowledge
from hodoscope.soc.enrich.match import indicator_ids


def enrich(events: pa.Table, knowledge: Knowledge) -> pa.Table:
    """Fill (or replace) the two id columns; every other column and the order of rows stay as they are.

    Pure: the result depends on each event and ``knowledge`` only, never on how events are cut into batches. ``events``
    needs ``time``; every other column may be absent, chunked or dictionary-encoded.
    """
    events = _with_column(events, "entity_ids", entity_ids(events, knowledge.aliases))
    return _with_column(events, "indicator_ids", indicator_ids(events, knowledge.indicators))


def _with_column(events: pa.Table, name: str, values: pa.ListArray) -> pa.Table:
    position = events.schema.get_field_index(name)
    if position < 0:
        return events.append_column(name, values)
    return events.set_column(position, name, values)
