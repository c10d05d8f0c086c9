"""Pages come in the order (time, event id), whatever order the engine gave them in."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.event import EVENT_ID, LC, TIME
from hodoscope.soc.storage.page_order import in_order


@given(st.lists(st.tuples(st.integers(-3, 3), st.binary(min_size=16, max_size=16)), max_size=40), st.integers(1, 7))
def test_rows_are_sorted_by_time_then_unsigned_id(keys: list[tuple[int, bytes]], chunk: int) -> None:
    """Like Python sorts the pairs, the other columns going along, over any number of chunks."""
    parts = [keys[start : start + chunk] for start in range(0, len(keys), chunk)] or [[]]
    tables = [
        pa.table({
            "time": pa.array([time for time, _ in part], pa.int64()).cast(TIME),
            "event_id": pa.array([event_id for _, event_id in part], EVENT_ID),
            "name": pa.array([event_id.hex() for _, event_id in part]).dictionary_encode().cast(LC),
        })
        for part in parts
    ]  # fmt: skip
    rows = in_order(pa.concat_tables(tables)).to_pylist()
    assert [row["name"] for row in rows] == [event_id.hex() for _, event_id in sorted(keys)]
