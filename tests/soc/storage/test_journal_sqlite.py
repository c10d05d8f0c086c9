"""What can happen to a journal in a file."""

import sqlite3  # noqa: TID251 -- the test locks the journal's file
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.events import START

from hodoscope.errors import StoreBusyError, StoreError
from hodoscope.soc.storage import journal_sqlite
from hodoscope.soc.storage.interface import Cursor, Journal
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


def test_a_damaged_journal_says_how_to_recover(path: Path) -> None:
    """It is neither deleted nor overwritten."""
    path.parent.mkdir()
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError, match="move it away and run again"):
        open_journal(path)
    assert path.read_bytes() == b"not a database" * 100


def test_a_locked_journal_names_the_remedy(journal: Journal, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process that holds a transaction is a busy store, not a broken one."""
    monkeypatch.setattr(journal_sqlite, "_BUSY_SECONDS", 0.05)
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
    database = journal._database._database  # type: ignore[attr-defined]  # a full disk is made by a page limit
    database.execute(f"PRAGMA max_page_count = {database.execute('PRAGMA page_count').fetchone()[0] + 2}")
    with pytest.raises(StoreError, match="free some disk space"):
        journal.commit_detection("t", "set", Cursor(START, b"x" * 16), {"a": bytes(100_000)})
    assert journal.detection("t", "set").after is None


def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    """The parent is a file."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="choose another one"):
        open_journal(tmp_path / "file" / "journal.sqlite")
