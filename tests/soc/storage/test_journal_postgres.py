"""What can happen to a journal on a PostgreSQL server."""

import threading
import time
from urllib.parse import urlsplit

import pytest
from tests.support.events import START
from tests.support.postgres import PASSWORD

from hodoscope.errors import StoreBusyError, StoreError
from hodoscope.soc.storage import journal_postgres
from hodoscope.soc.storage.interface import Cursor
from hodoscope.soc.storage.journal import open_server_journal
from hodoscope.soc.storage.journal_postgres import PostgresDatabase


def test_each_schema_is_a_journal_of_its_own(postgres_url: str) -> None:
    """Two stores share a database and no checkpoint."""
    first, second = (open_server_journal(postgres_url, name) for name in ("store_a", "store_b"))
    first.commit_batch("t", "s", first.begin_batch("t", "s", 0, 5), 5, 1, START)
    assert first.checkpoint("t", "s").position == 5
    assert second.checkpoint("t", "s").position == 0
    assert second.new_events("t", "set").earliest is None
    first.close()
    second.close()


def test_a_lost_connection_is_made_again(postgres_url: str) -> None:
    """What was under way is undone and said; the next call works."""
    journal = open_server_journal(postgres_url, "lost")
    journal.commit_detection("t", "set", Cursor(START, b"x" * 16), {"a": b"1"})
    other = PostgresDatabase(postgres_url, "lost")

    def interrupted() -> None:
        with journal.together():
            journal.reset_detection("t", "set")
            with other._connect() as strangers:
                strangers.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                    "AND application_name = 'hodoscope' AND state = 'idle in transaction'"
                )
            journal.checkpoint("t", "s")

    with pytest.raises(StoreError, match="run the same command again"):
        interrupted()
    assert journal.detection("t", "set").states == {"a": b"1"}
    other.close()
    journal.close()


def test_writers_wait_for_each_other_and_then_give_up(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch number is not handed out while a smaller one is still unseen."""
    first = open_server_journal(postgres_url, "busy")
    order: list[str] = []

    def slow() -> None:
        with first.together():
            order.append("first in")
            first.start_run("ingest", START)
            time.sleep(0.5)
            order.append("first out")

    thread = threading.Thread(target=slow)
    second = open_server_journal(postgres_url, "busy")
    monkeypatch.setattr(journal_postgres, "_WAIT_SECONDS", 0.05)
    impatient = PostgresDatabase(postgres_url, "another")  # with a short wait from its connection on
    impatient._schema = "busy"
    thread.start()
    while not order:
        time.sleep(0.01)
    with pytest.raises(StoreBusyError, match="wait until it ends"), impatient.transaction("trying"):
        pytest.fail("two transactions at once")
    assert second.start_run("detect", START) == 2
    order.append("second")
    thread.join()
    assert order == ["first in", "first out", "second"]
    impatient.close()
    first.close()
    second.close()


@pytest.mark.parametrize(
    ("part", "instead", "words"),
    [
        ("/postgres", "/nowhere", "does not exist.*createdb"),
        (PASSWORD, "wrong", "authentication failed.*password"),
        ("port", "1", "server is running"),
    ],
)
def test_a_server_that_will_not_have_us_says_what_to_do(postgres_url: str, part: str, instead: str, words: str) -> None:
    """And the password stays out of the message."""
    part = str(urlsplit(postgres_url).port) if part == "port" else part
    with pytest.raises(StoreError, match=words) as caught:
        open_server_journal(postgres_url.replace(part, instead), "any")
    assert PASSWORD not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)
