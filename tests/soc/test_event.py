"""The event schema and the identity of an event."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.columns import ALL
from hodoscope.soc.event import EVENT_ID, FULL_SCHEMA, IDENTITY_FIELDS, arrow_type, event_ids, utc_now


def test_every_column_has_its_type() -> None:
    """By name, identity fields included; an unknown name is an error."""
    assert FULL_SCHEMA.names == [*(field.name for field in IDENTITY_FIELDS), *(column.name for column in ALL)]
    assert all(arrow_type(field.name) == field.type for field in FULL_SCHEMA)
    with pytest.raises(KeyError):
        arrow_type("no_such_column")


@given(st.lists(st.tuples(st.text(max_size=4), st.binary(max_size=6), st.binary(max_size=6)), max_size=8, unique=True))
def test_different_events_have_different_ids(events: list[tuple[str, bytes, bytes]]) -> None:
    """Tenant, key and record cannot be shifted into each other."""
    ids = [event_ids(tenant, [key], [record])[0].as_py() for tenant, key, record in events]
    assert len(set(ids)) == len(events)


def test_an_id_is_the_same_wherever_the_event_stands_in_a_batch() -> None:
    """And is 16 bytes."""
    both = event_ids("t", [b"1", b"2"], [b"a", b"b"])
    assert both.type == EVENT_ID
    assert event_ids("t", [b"2"], [b"b"])[0] == both[1]
    assert event_ids("t", [], []).type == EVENT_ID


def test_keys_and_records_must_be_as_many() -> None:
    """A slip would give ids to the wrong records."""
    with pytest.raises(ValueError, match="longer"):
        event_ids("t", [b"1"], [b"a", b"b"])


def test_the_clock_knows_its_zone() -> None:
    """UTC, as everything stored."""
    assert str(utc_now().tzinfo) == "UTC"
    assert pa.scalar(utc_now()).type.tz is not None
