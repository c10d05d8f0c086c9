"""The id index says "new" exactly once per id."""

from datetime import timedelta

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from tests.support.events import START, event_table, ids
from tests.support.store import fresh_store

from hodoscope.soc.event import EVENT_ID, TIME
from hodoscope.soc.storage.interface import EventStore, IdBucket
from hodoscope.soc.storage.known_ids import KnownIds, words

# few distinct first words, so that equal ones meet: 16 bytes from a small alphabet
_IDS = st.tuples(st.integers(0, 3), st.integers(0, 3)).map(lambda p: p[0].to_bytes(8, "big") + p[1].to_bytes(8, "big"))


class _Memory:
    """The two methods of a store that the index uses."""

    def __init__(self, stored: dict[int | None, list[bytes]]) -> None:
        self.stored = stored
        self.asked: list[int | None] = []

    def id_buckets(self, tenant: str) -> list[IdBucket]:
        """Buckets with something in them."""
        return [IdBucket(day, len(ids)) for day, ids in self.stored.items()]

    def event_ids(self, tenant: str, day: int | None) -> pa.Array:
        """Ids of a bucket."""
        self.asked.append(day)
        return pa.array(self.stored[day], EVENT_ID)


def _index(stored: dict[int | None, list[bytes]]) -> tuple[KnownIds, _Memory]:
    memory = _Memory(stored)
    return KnownIds(memory, "default"), memory  # type: ignore[arg-type]  # the index uses no other method


def _mask(index: KnownIds, batch: list[bytes], day: int = 0) -> list[bool]:
    times = pa.array([day * 86_400_000_000] * len(batch), pa.int64()).cast(TIME)
    found: list[bool] = index.new_mask(pa.array(batch, EVENT_ID), times).tolist()
    return found


@given(st.lists(_IDS), st.lists(st.lists(_IDS), max_size=8))
def test_new_means_never_seen_before(stored: list[bytes], batches: list[list[bytes]]) -> None:
    """Against a plain set: stored ids, earlier batches and earlier rows of the same batch are not new."""
    index, _ = _index({0: stored})
    seen = set(stored)
    for batch in batches:
        expected = []
        for one in batch:
            expected.append(one not in seen)
            seen.add(one)
        assert _mask(index, batch) == expected


def test_runs_stay_few_and_exact_over_many_batches() -> None:
    """Merging keeps every id; 16 bytes each."""
    index, _ = _index({})
    rng = np.random.default_rng(1)
    batches = [[rng.bytes(16) for _ in range(500)] for _ in range(60)]
    assert all(all(_mask(index, batch)) for batch in batches)
    assert not any(any(_mask(index, batch)) for batch in batches)
    assert index.size_bytes == 60 * 500 * 16


def test_only_touched_days_are_read() -> None:
    """A day is loaded when an event of it comes, once; a new store is never asked."""
    index, memory = _index({0: [b"a" * 16], 1: [b"b" * 16], None: [b"c" * 16]})
    assert _mask(index, [b"b" * 16], day=1) == [False]
    assert _mask(index, [b"b" * 16, b"x" * 16], day=1) == [False, True]
    assert _mask(index, [b"y" * 16], day=7) == [True]
    assert memory.asked == [1]


def test_an_assumed_time_does_not_hide_an_event() -> None:
    """The same record read again with another assumed year is still known."""
    index, _ = _index({None: [b"c" * 16]})
    times = pa.array([START - timedelta(days=400)], TIME)
    quality = pa.array(["assumed_year"]).dictionary_encode()
    assert index.new_mask(pa.array([b"c" * 16], EVENT_ID), times, quality).tolist() == [False]


def test_slices_are_read_at_their_offset() -> None:
    """An Arrow slice shares its parent's buffer."""
    whole = pa.array([b"a" * 16, b"b" * 16, b"c" * 16], EVENT_ID)
    assert words(whole.slice(1, 1))[0].tolist() == [int.from_bytes(b"b" * 8, "big")]


def test_a_replay_past_the_deduplication_window_adds_nothing() -> None:
    """The engine forgets tokens; the ids do not."""
    with fresh_store() as store:
        store.query("SELECT 1")
        _shrink_window(store)
        for number in range(5):
            store.insert_events(event_table(10, first=10 * number), f"t{number}")
        store.insert_events(event_table(10), "t0")
        assert store.counts(tenant="default").events == 60  # forgotten: this is what the index is for
        index = KnownIds(store, "default")
        for number in range(6):
            batch = event_table(10, first=10 * number)
            mask = index.new_mask(ids(batch), pa.concat_arrays(batch.column("time").chunks))
            assert mask.all() == (number == 5)
            store.insert_events(batch.filter(pa.array(mask)), f"t{number}")
        assert store.counts(tenant="default").events == 70


def _shrink_window(store: EventStore) -> None:
    connection = store._connection  # type: ignore[attr-defined]  # no port should offer this
    connection.command("ALTER TABLE events MODIFY SETTING non_replicated_deduplication_window = 2")
