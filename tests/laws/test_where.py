"""A finding's WHERE, run by the real engine, counts the events that the finding counted."""

from collections.abc import Callable, Iterator, Sequence

import pytest

from hodoscope.soc.detectors.examples import Row, events_for
from hodoscope.soc.detectors.interface import Example
from hodoscope.soc.detectors.registry import DETECTORS, NOT_REPRODUCIBLE, build
from hodoscope.soc.storage.interface import EventStore
from tests.laws import broken_detectors as broken
from tests.laws import detector_laws as laws
from tests.laws.event_mixes import mixed
from tests.laws.event_rows import stored
from tests.support.store import fresh_store

POSITIVE = [
    pytest.param(name, example, id=f"{name}: {example.name}")
    for name, entry in DETECTORS.items()
    for example in entry.examples
    if example.fires
]


@pytest.fixture(scope="module")
def store() -> Iterator[EventStore]:
    """One store for the module; every test has a tenant of its own."""
    with fresh_store() as opened:
        yield opened


def _counter(store: EventStore, rows: Sequence[Row], tenant: str) -> Callable[[str], int]:
    """Store the rows and give what counts them under a condition."""
    store.insert_events(stored(rows, tenant), tenant)
    sql = "SELECT count() AS n FROM events WHERE tenant_id = {tenant:String} AND "

    def count(where: str) -> int:
        return int(store.query(f"{sql}({where})", {"tenant": tenant}).column("n")[0].as_py())

    return count


@pytest.mark.parametrize(("name", "example"), POSITIVE)
def test_examples_are_counted_again(store: EventStore, name: str, example: Example) -> None:
    """Each positive example, alone in its tenant."""
    detector = build(name)
    count = _counter(store, example.events, f"{name} {example.name}")
    laws.where_counts_the_events(detector, events_for(detector.spec, example.events), count)


@pytest.mark.parametrize("seed", range(6))
def test_events_of_other_kinds_beside_them_are_not_counted(store: EventStore, seed: int) -> None:
    """The events of all detectors' examples mixed: same hosts, addresses and moments."""
    rows = mixed(seed, 400)
    count = _counter(store, rows, f"mixed {seed}")
    for name in DETECTORS:
        detector = build(name)
        laws.where_counts_the_events(detector, events_for(detector.spec, rows), count)


def test_the_law_fails_on_a_condition_that_selects_neighbours(store: EventStore) -> None:
    """The correct dummy passes, the broken one does not."""
    rows = broken.EXAMPLES[0].events
    events, count = events_for(broken.Third.spec, rows), _counter(store, rows, "dummy")
    laws.where_counts_the_events(broken.Third(), events, count)
    with pytest.raises(AssertionError, match="1 counted, 3 found again"):
        laws.where_counts_the_events(broken.SelectsNeighbours(), events, count)


def test_exceptions_are_named_for_detectors_that_exist() -> None:
    """Each says when."""
    assert set(NOT_REPRODUCIBLE) <= set(DETECTORS)
    assert all(len(reason) > 40 for reason in NOT_REPRODUCIBLE.values())
