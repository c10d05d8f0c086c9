"""A store that cannot be used says where, why and what to do, and is never deleted."""

import os
from contextlib import suppress
from pathlib import Path

import pytest
from tests.support.events import event_table, ids

from hodoscope.errors import InputError, StoreError
from hodoscope.soc.storage.clickhouse import Connection
from hodoscope.soc.storage.damage import generation, refuse_damaged
from hodoscope.soc.storage.engine_output import EngineOutput
from hodoscope.soc.storage.interface import EventStore
from hodoscope.soc.storage.known_ids import KnownIds
from hodoscope.soc.storage.remedies import store_error
from hodoscope.soc.storage.store_url import parse_store_url


def _connection(store: EventStore) -> Connection:
    connection = store._connection  # type: ignore[attr-defined]  # the tests break what no port offers
    assert isinstance(connection, Connection)
    return connection


def _part(store: EventStore) -> Path:
    return Path(
        store.query(
            "SELECT any(path) AS path FROM system.parts WHERE database = currentDatabase() "
            "AND table = 'events' AND active"
        )
        .column("path")[0]
        .as_py()
    )


def test_a_truncated_part_is_named_and_its_events_can_be_added_again(store: EventStore) -> None:
    """Opening refuses; once the part is moved away, ingesting again adds what was lost, though the tokens are known."""
    store.insert_events(event_table(100), "t")
    connection, part = _connection(store), _part(store)
    connection.command("DETACH TABLE events")
    os.truncate(part / "data.bin", 100)
    connection.command("ATTACH TABLE events")
    for _ in range(2):
        with pytest.raises(StoreError, match=r"1 damaged part\(s\).*detached/broken-on-start.*move these directories"):
            refuse_damaged(connection)
    aside = next((part.parent / "detached").glob("broken*"))
    assert (aside / "data.bin").stat().st_size == 100
    aside.rename(part.parents[4] / "moved")
    refuse_damaged(connection)
    assert generation(connection) == 1
    again = type(store)(connection, generation(connection))  # type: ignore[call-arg]  # the implementation's own signature
    batch = event_table(100)
    assert KnownIds(again, "default").new_mask(ids(batch), batch.column("time").combine_chunks()).all()
    again.insert_events(batch, "t")
    assert again.counts(tenant="default").events == 100


def test_a_flipped_bit_is_a_checksum_error_with_a_remedy(store: EventStore) -> None:
    """Found when the block is read."""
    store.insert_events(event_table(2000), "t")
    with (_part(store) / "data.bin").open("r+b") as file:
        file.seek(2000)
        file.write(os.urandom(64))
    with pytest.raises(StoreError, match="fails its checksum; check the disk"):
        store.scan(["raw", "source_position", "entity_ids"], "", None, 5000, tenant="default")


def test_a_wrong_query_names_the_store(store: EventStore) -> None:
    """The engine's own words, our address."""
    with pytest.raises(StoreError, match=r"store chdb:///.*query failed.*nonsense"):
        store.query("SELECT nonsense FROM events")


def test_remedies_by_code_and_by_text() -> None:
    """A full disk is told apart however the engine says it."""
    for error in (
        store_error("x", "insert", "Code: 243", 243),
        store_error("x", "insert", "No space left on device", 0),
    ):
        assert "free some space and run the same command again" in str(error)
    assert "reason above" in str(store_error("x", "insert", "?", None))


def test_a_store_used_after_a_fork_is_refused(store: EventStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would hang instead."""
    monkeypatch.setattr(_connection(store), "_pid", -1)
    with pytest.raises(StoreError, match="spawn workers instead"):
        store.counts(tenant="default")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("chdb://", "names no directory"),
        ("mysql://x", "not an address this program knows"),
        ("https:///x", "names no host"),
        ("chdb:///x?database=a-b", "letters, digits and _"),
    ],
)
def test_a_wrong_address_lists_the_forms(url: str, reason: str) -> None:
    """What was wrong, and what would be right."""
    with pytest.raises(InputError, match=reason):
        parse_store_url(url)


def test_addresses_are_shown_without_passwords() -> None:
    """Messages and logs may hold them."""
    url = parse_store_url("clickhouses://me:p%40ss@host/logs")
    assert (url.password, url.port, url.secure, url.shown) == ("p@ss", 8443, True, "https://host:8443/logs")
    assert parse_store_url("chdb:some/dir").directory == Path.cwd() / "some" / "dir"


def test_the_engines_reason_is_kept_only_on_failure(capfd: pytest.CaptureFixture[str]) -> None:
    """What C++ writes to standard error is caught below Python."""
    quiet = EngineOutput()
    with suppress(RuntimeError), quiet:
        os.write(2, b"the reason")
        raise RuntimeError
    assert quiet.reason == "the reason"
    with EngineOutput():
        os.write(2, b"a warning")
    assert capfd.readouterr().err == "a warning"
