"""Pages are a partition: bounded, along time, and cut by id where one instant holds too much."""

import pytest
from tests.support.events import START, event_table
from tests.support.store import fresh_store

from hodoscope.soc.sigma.hunting.pages import PAGE_BYTES, PAGE_EVENTS, levels, page_conditions, page_count
from hodoscope.soc.sigma.hunting.reads import KindSize

FIRST = int(START.timestamp()) * 1_000_000
SECOND = 1_000_000


@pytest.mark.parametrize(
    "edges",
    [
        [],
        [FIRST + 10 * SECOND],
        [FIRST + 5 * SECOND, FIRST + 10 * SECOND, FIRST + 5 * SECOND],
        [FIRST] * 3,
        [FIRST + 100 * SECOND] * 2,
    ],
)
def test_every_event_is_in_exactly_one_page(edges: list[int]) -> None:
    """Also at the edges themselves, and when edges repeat or lie outside."""
    with fresh_store() as store:
        store.insert_events(event_table(20), "t")
        store.insert_events(event_table(40, first=100, start=START.replace(year=2023)), "u")
        conditions = page_conditions(edges)
        tests = ", ".join(f"toUInt8({condition})" for condition in conditions)
        rows = store.query(f"SELECT [{tests}] AS pages FROM events")["pages"].to_pylist()
        assert len(rows) == 60
        assert {sum(row) for row in rows} == {1}
        assert len(conditions) == len(edges) + 1 + sum(edges.count(edge) > 1 for edge in set(edges))


def test_one_instant_is_cut_by_id_into_even_parts() -> None:
    """A thousand events of one time, in an edge that came four times."""
    with fresh_store() as store:
        made = event_table(1000)
        same = made.set_column(made.column_names.index("time"), "time", made["time"].take([0] * 1000))
        store.insert_events(same, "t")
        sizes = [
            store.query(f"SELECT count() AS n FROM events WHERE {condition}")["n"][0].as_py()
            for condition in page_conditions([FIRST] * 4)
        ]
    assert sum(sizes) == 1000
    assert max(sizes) < 350


def test_pages_bound_events_and_bytes() -> None:
    """Small reads are one page; the levels cut evenly."""
    assert page_count(KindSize(10, 10)) == page_count(KindSize(0, 0)) == 1
    assert page_count(KindSize(3 * PAGE_EVENTS, 0)) == 3
    assert page_count(KindSize(1, PAGE_BYTES + 1)) == 2
    assert levels(4) == [0.25, 0.5, 0.75]
    assert levels(1) == []
