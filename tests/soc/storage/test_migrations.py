"""A store follows the schema of the program, forwards only."""

import pytest
from tests.support.events import event_table
from tests.support.store import fresh_store_url

from hodoscope.errors import StoreError
from hodoscope.soc.columns import ALL
from hodoscope.soc.storage.clickhouse import Connection
from hodoscope.soc.storage.ddl import EVENTS, StoredColumn, Table, stored
from hodoscope.soc.storage.event_store import open_store
from hodoscope.soc.storage.migrations import STEPS, migrate
from hodoscope.soc.storage.store_url import parse_store_url


def _older() -> tuple[str, Table]:
    """A store written before the last column was added, with events in it."""
    url, table = fresh_store_url(), EVENTS._replace(columns=EVENTS.columns[:-1])
    connection = Connection(parse_store_url(url))
    migrate(connection, (("tables", (table.sql, *STEPS[0][1][1:])),), (table,))
    connection.close()
    return url, table


def test_a_column_added_to_the_table_is_added_to_the_store() -> None:
    """Old events read as empty there, new ones hold values, and reopening changes nothing more."""
    url, _ = _older()
    name = ALL[-1].name
    for number in range(2):
        store = open_store(url)
        store.insert_events(event_table(1, first=number), str(number))
        assert store.scan([name], "", None, 9, tenant="default").column(name).to_pylist() == [""] * (number + 1)
        store.close()


def test_a_store_of_a_newer_program_is_refused_untouched() -> None:
    """The message names both versions and the remedy."""
    url = fresh_store_url()
    open_store(url).close()
    connection = Connection(parse_store_url(url))
    connection.command("INSERT INTO schema_migrations (version, name) SELECT 99, 'future'")
    connection.close()
    with pytest.raises(StoreError, match="schema version 99, this program knows up to 2; use the newer program"):
        open_store(url)


def test_a_column_of_another_type_is_refused() -> None:
    """Silently reading it as something else would corrupt events."""
    url = fresh_store_url()
    open_store(url).close()
    connection = Connection(parse_store_url(url))
    changed = EVENTS._replace(columns=(*EVENTS.columns, StoredColumn("message2", "String")))
    migrate(connection, tables=(changed,))
    changed = EVENTS._replace(columns=(*EVENTS.columns, StoredColumn("message2", "Int64")))
    with pytest.raises(StoreError, match=r"events\.message2 is stored as String, this program expects Int64"):
        migrate(connection, tables=(changed,))
    connection.close()


def test_a_step_cut_short_runs_again() -> None:
    """The tables exist but the version was not recorded."""
    url = fresh_store_url()
    connection = Connection(parse_store_url(url))
    for statement in STEPS[0][1]:
        connection.command(statement)
    connection.close()
    store = open_store(url)
    assert store.query("SELECT max(version) AS v FROM schema_migrations").column("v").to_pylist() == [2]
    store.close()


def test_every_column_has_a_type_in_the_ddl() -> None:
    """The DDL is generated from the column table, in its order."""
    names = [column.name for column in EVENTS.columns]
    assert names[-len(ALL) :] == [column.name for column in ALL]
    assert all(stored(column).type for column in ALL)


def test_an_older_embedded_store_gets_the_settings_of_a_new_one() -> None:
    """Whatever wrote it: its events table keeps no column statistics from then on."""
    url, _ = _older()
    connection = Connection(parse_store_url(url))
    connection.command("ALTER TABLE events RESET SETTING auto_statistics_types")
    connection.close()
    for address in (url, fresh_store_url()):
        store = open_store(address)
        assert "auto_statistics_types = ''" in str(store.query("SHOW CREATE TABLE events").column(0)[0].as_py())
        store.close()
