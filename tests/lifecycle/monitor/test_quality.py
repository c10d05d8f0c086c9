"""Data that has changed its kind."""

import numpy as np
import pyarrow as pa
import pytest

from hodoscope.errors import InputError
from hodoscope.lifecycle.monitor.event import EventKind
from hodoscope.lifecycle.monitor.quality import Quality


def _table(rows: int, missing: float = 0.02, colours: tuple[str, ...] = ("red", "blue")) -> pa.Table:
    random = np.random.default_rng(rows)
    values = np.where(random.random(rows) < missing, np.nan, random.normal(0, 1, rows))
    return pa.table(
        {
            "value": pa.array(values),
            "colour": pa.array(random.choice(colours, rows)).dictionary_encode(),
            "note": pa.array([None if flag else "x" for flag in random.random(rows) < missing], pa.string()),
        }
    )


QUALITY = Quality.fit(_table(3000), [280, 300, 350])


def test_windows_like_the_reference_say_nothing() -> None:
    """Twenty of them."""
    assert [event for rows in range(290, 310) for event in QUALITY.check("m", _table(rows), 0)] == []


def test_missing_values_new_categories_and_a_flood_are_told() -> None:
    """NaN and null alike; the event names column, share and the new values."""
    events = {
        (event.kind, event.subject): event for event in QUALITY.check("m", _table(900, 0.3, ("red", "blue", "pink")), 5)
    }
    assert set(events) == {
        (EventKind.MISSING, "value"),
        (EventKind.MISSING, "note"),
        (EventKind.NEW_CATEGORY, "colour"),
        (EventKind.RATE, "rows"),
    }
    assert "pink" in events[EventKind.NEW_CATEGORY, "colour"].detail
    assert events[EventKind.MISSING, "value"].value > events[EventKind.MISSING, "value"].limit
    assert events[EventKind.RATE, "rows"].time_us == 5


def test_an_empty_window_is_a_missing_flow_and_not_missing_values() -> None:
    """No rows say nothing about their columns."""
    assert [event.kind for event in QUALITY.check("m", _table(300).slice(0, 0), 0)] == [EventKind.RATE]


def test_a_column_that_is_always_new_may_go_on_so() -> None:
    """What was ordinary in the reference is measured, not assumed."""
    names = pa.table({"name": [f"host{number}" for number in range(900)]})
    quality = Quality.fit(names, [900])
    assert quality.check("m", pa.table({"name": [f"new{number}" for number in range(900)]}), 0) == []


def test_a_lost_column_and_an_empty_reference_are_errors() -> None:
    """Not drift: the source has another shape."""
    with pytest.raises(InputError, match="colour"):
        QUALITY.check("m", _table(300).drop_columns(["colour"]), 0)
    with pytest.raises(InputError, match="no rows"):
        Quality.fit(_table(300).slice(0, 0), [1])
