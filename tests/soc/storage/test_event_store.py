"""What goes into the event store comes out of it, once, in order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from tests.support.events import SOURCE, START, event_table, ids, made_up_finding, table
from tests.support.store import fresh_store, fresh_store_url

from hodoscope.errors import InputError, StoreError
from hodoscope.soc.columns import ALL, Kind
from hodoscope.soc.event import FULL_SCHEMA
from hodoscope.soc.record import SkippedRecord
from hodoscope.soc.storage.event_store import open_store
from hodoscope.soc.storage.interface import Cursor, EventStore, IdBucket

_VALUES: dict[Kind, tuple[object, object]] = {
    "lc": ("\u00e4 'quoted' \\ ", ""),
    "text": ("line\nbreak\0nul", ""),
    "int": (-(2**63), 0),
    "enum": (2**32 - 1, 0),
    "port": (65535, 0),
    "bool": (True, False),
    "list": (["x", "", "x"], []),
    "time": (datetime(1960, 1, 1, 0, 0, 0, 1, tzinfo=UTC), datetime(2250, 1, 1, tzinfo=UTC)),
    "float": (-0.1, 0.0),
}
_EMPTY: dict[Kind, object] = {"lc": "", "text": "", "enum": 0, "list": []}  # the others keep null apart from zero


def test_every_column_comes_back_as_it_went_in(store: EventStore) -> None:
    """Extreme, empty and null values of all kinds survive; null text is the empty string."""
    columns = {name: event_table(3).column(name).combine_chunks() for name in event_table(3).column_names}
    del columns["device_hostname"], columns["class_uid"]
    columns["unmapped"] = [[("a", "1"), ("b", "")], [], None]
    columns["indicator_ids"] = [["i"], [], None]
    columns["mapping_rule"] = ["r", "", None]
    columns |= {column.name: [*_VALUES[column.kind], None] for column in ALL}
    store.insert_events(table(columns), "t")
    read = store.scan(FULL_SCHEMA.names, "", None, 10, tenant="default").select(FULL_SCHEMA.names)
    assert read.schema.types == FULL_SCHEMA.types
    rows = read.to_pylist()
    for column in ALL:
        found = [row[column.name] for row in rows]
        assert found == [*_VALUES[column.kind], _EMPTY.get(column.kind)], column.name
    assert [row["raw"] for row in rows] == [b"event 0 \xff", b"event 1 \xff", b"event 2 \xff"]
    assert [row["unmapped"] for row in rows] == [[("a", "1"), ("b", "")], [], []]


def test_absent_columns_are_empty(store: EventStore) -> None:
    """A column nobody sent reads as empty text, 0 or null."""
    store.insert_events(event_table(1), "t")
    row = store.scan(["message", "severity_id", "process_pid", "is_mfa"], "", None, 1, tenant="default").to_pylist()[0]
    assert (row["message"], row["severity_id"], row["process_pid"], row["is_mfa"]) == ("", 0, None, None)


def test_pages_hold_every_event_once_in_time_order(store: EventStore) -> None:
    """Scanning by cursor sees each event once, also where many share one microsecond."""
    same = event_table(50).set_column(2, "time", pa.array([START] * 50, pa.timestamp("us", tz="UTC")))
    store.insert_events(same, "a")
    store.insert_events(event_table(50, first=50), "b")
    seen: list[tuple[datetime, bytes]] = []
    after = None
    while page := store.scan(["raw"], "", after, 7, tenant="default").to_pylist():
        seen += [(row["time"], row["event_id"]) for row in page]
        after = Cursor(*seen[-1])
    assert seen == sorted(seen)
    assert len(set(seen)) == 100


def test_events_without_a_time_stay_out_of_scans(store: EventStore) -> None:
    """They are stored and counted, but no window sees them."""
    store.insert_events(event_table(2, quality="missing"), "a")
    store.insert_events(event_table(2, first=2), "b")
    assert len(store.scan(["raw"], "", None, 10, tenant="default")) == 2
    counts = store.counts(tenant="default")
    assert (counts.events, counts.events_without_time, counts.formats) == (4, 2, {"made_up": 4})
    assert counts.first_time == START + timedelta(seconds=2)


def test_scan_filters_and_stops(store: EventStore) -> None:
    """``where`` and ``until`` narrow the scan; another tenant's events never appear."""
    store.insert_events(event_table(9), "a")
    store.insert_events(event_table(9, tenant="other"), "b")
    found = store.scan(["device_hostname"], "device_hostname = 'host1'", None, 10, tenant="default")
    assert found.column("device_hostname").to_pylist() == ["host1"] * 3
    assert len(store.scan([], "", None, 10, tenant="default", until=START + timedelta(seconds=4))) == 4
    with pytest.raises(InputError, match="no column nonsense"):
        store.scan(["nonsense"], "", None, 1, tenant="default")


def test_the_same_batch_twice_is_stored_once(store: EventStore) -> None:
    """A replayed token with the same rows changes nothing; with other rows it is not mistaken for a replay."""
    store.insert_events(event_table(5), "t")
    store.insert_events(event_table(5), "t")
    store.insert_events(event_table(5, first=5), "t")
    assert store.counts(tenant="default").events == 10


def test_a_batch_is_one_block(store: EventStore) -> None:
    """Larger than every default block size, and still one part: all or nothing."""
    count = 150_000
    base = event_table(1)
    big = pa.table([pa.concat_arrays([base[name].chunk(0)] * count) for name in base.column_names], base.column_names)
    store.insert_events(big, "t")
    parts = store.query("SELECT uniqExact(_part) AS parts, count() AS events FROM events")
    assert parts.to_pylist() == [{"parts": 1, "events": count}]


def test_context_is_the_same_entities_nearby(store: EventStore) -> None:
    """Other entities and other times are left out."""
    store.insert_events(event_table(60, entities=("host:a", "user:b")), "a")
    store.insert_events(event_table(60, first=60, entities=("host:z",)), "b")
    moment = START + timedelta(seconds=30)
    found = store.context(["user:b", "user:c"], moment, moment, tenant="default", minutes=0.25)
    assert len(found) == 31
    assert set(found.column("entity_ids").combine_chunks().flatten().to_pylist()) == {"host:a", "user:b"}


def test_findings_are_stored_once_and_come_back_equal(store: EventStore) -> None:
    """Repeating a finding, in one call or in two, adds nothing; a prefix of its id finds it."""
    one, two = made_up_finding("a"), made_up_finding("b")
    assert store.insert_findings([one, one, two], "t") == 2
    assert store.insert_findings([two, one], "u") == 0
    assert sorted(store.findings(tenant="default"), key=lambda f: f.finding_id) == sorted(
        [one, two], key=lambda f: f.finding_id
    )
    assert store.finding(one.finding_id[:8].upper(), tenant="default") == one
    assert store.finding("0" * 32, tenant="default") is None
    assert store.finding(one.finding_id, tenant="other") is None
    assert store.known_findings([one.finding_id, "x"], tenant="default") == {one.finding_id}
    with pytest.raises(InputError, match="hex digits"):
        store.finding("x'y", tenant="default")


def test_dead_letters_are_counted_once(store: EventStore) -> None:
    """The same record skipped again for the same reason is one dead letter; another reason is another."""
    bad = SkippedRecord(SOURCE, "a.log", 10, "not JSON", "at column 3", b"\xff{")
    assert store.insert_dead_letters([bad, bad], "default", "t") == 1
    other = SkippedRecord(SOURCE, "b.log", 10, "no time", "", b"")
    assert store.insert_dead_letters([bad, other], "default", "u") == 1
    assert store.counts(tenant="default").dead_letters == {"no time": 1, "not JSON": 1}


def test_id_buckets_split_by_day_and_quality(store: EventStore) -> None:
    """Days before 1970 round down; assumed and missing times share one bucket."""
    early = datetime(1969, 12, 31, 23, tzinfo=UTC)
    store.insert_events(event_table(2, start=early), "a")
    store.insert_events(event_table(3, quality="assumed_year"), "b")
    assert sorted(store.id_buckets("default"), key=str) == sorted([IdBucket(-1, 2), IdBucket(None, 3)], key=str)
    assert sorted(store.event_ids("default", -1).to_pylist()) == sorted(ids(event_table(2)).to_pylist())
    assert len(store.event_ids("default", None)) == 3
    assert len(store.event_ids("default", 0)) == 0


def test_a_table_that_does_not_fit_is_refused(store: EventStore) -> None:
    """The message names the columns."""
    with pytest.raises(StoreError, match=r"missing \['raw'\]"):
        store.insert_events(event_table(1).drop_columns(["raw"]), "t")
    with pytest.raises(StoreError, match=r"unknown \['nonsense'\]"):
        store.insert_events(event_table(1).append_column("nonsense", pa.array([1])), "t")


def test_an_empty_batch_is_nothing(store: EventStore) -> None:
    """No rows, no insert, no error."""
    store.insert_events(event_table(0), "t")
    assert store.insert_findings([], "t") == store.insert_dead_letters([], "default", "t") == 0
    assert store.counts(tenant="default").events == 0


def test_time_to_live_is_off_until_asked_for() -> None:
    """By default no table expires anything; ``keep_days`` counts from ingestion and 0 turns it off again."""
    url = fresh_store_url()

    def definition(keep_days: int | None) -> str:
        store = open_store(url, keep_days=keep_days)
        try:
            if not store.counts(tenant="default").events:
                store.insert_events(event_table(1), "t")  # of 2024: must survive any setting
            assert store.counts(tenant="default").events == 1
            return str(store.query("SHOW CREATE TABLE events").column(0)[0].as_py())
        finally:
            store.close()

    assert "TTL" not in definition(None)
    assert "TTL toDateTime(ingested_at) + toIntervalDay(30)" in definition(30)
    assert "toIntervalDay(30)" in definition(None)
    assert "TTL" not in definition(0)


def test_the_fullest_version_of_a_finding_is_shown() -> None:
    """A window told while still open is told again with more events; an earlier version never comes back."""
    with fresh_store() as store:
        early = replace(made_up_finding("a"), event_count=2)
        full = replace(early, event_count=5)
        assert store.insert_findings([early], "a") == 1
        assert store.insert_findings([full], "b") == 0
        assert store.insert_findings([early], "c") == 0
        found = store.findings(tenant=early.tenant_id)
        assert [finding.event_count for finding in found] == [5]
        assert store.counts(tenant=early.tenant_id).findings == 1


def test_a_withdrawn_finding_is_hidden_not_lost(store: EventStore) -> None:
    """It is listed when asked for, found by its id, and told again as new."""
    one, two = made_up_finding("a"), made_up_finding("b")
    store.insert_findings([one, two], "t")
    assert store.withdraw_findings(["other"], [], tenant="default", token="u") == 0
    assert store.withdraw_findings(["f00"], [two.finding_id], tenant="default", token="u") == 1
    assert store.withdraw_findings(["f00"], [two.finding_id], tenant="default", token="v") == 0
    assert store.findings(tenant="default") == [two]
    assert store.counts(tenant="default").findings == 1
    assert {item.finding_id: item.withdrawn for item in store.findings(tenant="default", withdrawn=True)} == {
        one.finding_id: True,
        two.finding_id: False,
    }
    found = store.finding(one.finding_id, tenant="default")
    assert found is not None
    assert found.withdrawn
    assert store.insert_findings([one], "w") == 1
    assert {item.finding_id for item in store.findings(tenant="default")} == {one.finding_id, two.finding_id}
    assert store.query("SELECT count() AS n FROM findings").to_pylist() == [{"n": 4}]


def test_a_store_that_forgets_events_withdraws_nothing() -> None:
    """What a replay no longer finds may have been supported by events whose time is over."""
    url = fresh_store_url()
    store = open_store(url, keep_days=30)
    store.insert_findings([made_up_finding()], "t")
    assert store.withdraw_findings(["f00"], [], tenant="default", token="u") == 0
    store.close()
