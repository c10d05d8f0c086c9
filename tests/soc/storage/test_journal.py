"""The journal remembers across restarts, all or nothing."""

import sqlite3  # noqa: TID251 -- the test damages the journal's file
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.events import START

from hodoscope.errors import StoreBusyError, StoreError
from hodoscope.soc.storage import journal as journal_file
from hodoscope.soc.storage.interface import BatchIntent, Cursor, Journal, Run
from hodoscope.soc.storage.journal import open_journal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the journal is."""
    return tmp_path / "sub" / "journal.sqlite"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    """An open journal."""
    opened = open_journal(path)
    yield opened
    opened.close()


def test_a_batch_is_pending_until_committed(journal: Journal, path: Path) -> None:
    """Its token is the same after a restart; the commit moves the checkpoint."""
    assert journal.checkpoint("t", "s").position == 0
    token = journal.begin_batch("t", "s", 0, 100)
    journal.close()
    again = open_journal(path)
    assert again.pending_batches("t") == [BatchIntent(token, "s", 0, 100)]
    assert again.begin_batch("t", "s", 0, 90) == token
    assert again.begin_batch("u", "s", 0, 90) != token
    again.commit_batch("t", "s", token, 90, 9, START, (80, "d"))
    again.commit_batch("t", "s", again.begin_batch("t", "s", 90, None), 95, 0, None)
    checkpoint = again.checkpoint("t", "s")
    assert (checkpoint.position, checkpoint.records, checkpoint.batches) == (95, 9, 2)
    assert again.pending_batches("t") == []
    assert again.checkpoint("u", "s").position == 0
    again.close()


def test_cursor_and_states_move_together(journal: Journal, path: Path) -> None:
    """After a restart both are the last committed ones; a detector that left is forgotten."""
    cursor = Cursor(START + timedelta(microseconds=1), b"\0" * 15 + b"\xff")
    journal.commit_detection("t", "set", Cursor(START, b"x" * 16), {"a": b"1", "b": b"2"})
    journal.commit_detection("t", "set", cursor, {"a": b"1", "c": b"3"})
    journal.close()
    again = open_journal(path)
    progress = again.detection("t", "set")
    assert (progress.after, progress.states) == (cursor, {"a": b"1", "c": b"3"})
    assert again.detection("t", "other").after is None
    again.reset_detection("t", "set")
    assert (again.detection("t", "set").after, again.detection("t", "set").states) == (None, {})
    again.commit_detection("t", "set", cursor, {"a": b"1"})
    assert again.detection("t", "set").states == {"a": b"1"}
    again.close()


def test_a_failed_commit_changes_nothing(journal: Journal) -> None:
    """A state that cannot be written leaves the cursor where it was."""
    cursor = Cursor(START, b"x" * 16)
    journal.commit_detection("t", "set", cursor, {"a": b"1"})
    bad: dict[str, bytes] = {"a": b"2", "b": bytearray(0)}  # type: ignore[dict-item]  # then made unwritable
    bad["b"] = object()  # type: ignore[assignment]  # what the test is about
    with pytest.raises(TypeError):
        journal.commit_detection("t", "set", Cursor(START + timedelta(1), b"y" * 16), bad)
    assert journal.detection("t", "set").after == cursor
    assert journal.detection("t", "set").states == {"a": b"1"}


def test_late_events_are_noticed_until_acknowledged(journal: Journal) -> None:
    """The smallest time of the batches a detector set has not seen; each set sees for itself."""
    for seconds in (50, 10, 90):
        token = journal.begin_batch("t", "s", seconds, None)
        journal.commit_batch("t", "s", token, seconds, 1, START + timedelta(seconds=seconds))
    new = journal.new_events("t", "set")
    assert new.earliest == START + timedelta(seconds=10)
    journal.acknowledge("t", "set", new)
    assert journal.new_events("t", "set").earliest is None
    assert journal.new_events("t", "other").earliest == new.earliest
    assert journal.new_events("u", "set").earliest is None
    journal.commit_batch("t", "s", journal.begin_batch("t", "s", 99, None), 99, 1, START)
    assert journal.new_events("t", "set").earliest == START


def test_runs_are_listed_newest_first(journal: Journal) -> None:
    """A run that was killed has no end."""
    first = journal.start_run("ingest", START)
    second = journal.start_run("detect", START)
    journal.finish_run(first, START + timedelta(seconds=1), {"events": 3})
    assert journal.runs() == [
        Run(second, "detect", START, None, {}),
        Run(first, "ingest", START, START + timedelta(seconds=1), {"events": 3}),
    ]


def test_a_newer_journal_is_refused(journal: Journal, path: Path) -> None:
    """The message says what to do."""
    journal.close()
    _run(path, "INSERT INTO migrations VALUES (99)")
    with pytest.raises(StoreError, match="use the newer program"):
        open_journal(path)


def test_a_damaged_journal_says_how_to_recover(path: Path) -> None:
    """It is neither deleted nor overwritten."""
    path.parent.mkdir()
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError, match="move it away and run again"):
        open_journal(path)
    assert path.read_bytes() == b"not a database" * 100


def test_a_locked_journal_names_the_remedy(journal: Journal, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process that holds a transaction is a busy store, not a broken one."""
    monkeypatch.setattr(journal_file, "_BUSY_SECONDS", 0.05)
    impatient = open_journal(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreBusyError, match="wait until it ends"):
        impatient.start_run("ingest", START)
    other.execute("ROLLBACK")
    other.close()
    assert impatient.start_run("ingest", START) == 1
    impatient.close()


def test_a_full_disk_is_said_and_survived(journal: Journal) -> None:
    """The transaction is undone and the journal still answers."""
    database = journal._database  # type: ignore[attr-defined]  # a full disk is made by a page limit
    database.execute(f"PRAGMA max_page_count = {database.execute('PRAGMA page_count').fetchone()[0] + 2}")
    with pytest.raises(StoreError, match="free some disk space"):
        journal.commit_detection("t", "set", Cursor(START, b"x" * 16), {"a": bytes(100_000)})
    assert journal.detection("t", "set").after is None


def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    """The parent is a file."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="choose another one"):
        open_journal(tmp_path / "file" / "journal.sqlite")


def _run(path: Path, sql: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(sql)
    connection.commit()
    connection.close()
