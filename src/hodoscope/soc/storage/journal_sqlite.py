"""The journal's database in one SQLite file (WAL, ``synchronous=FULL``): the only file that talks to SQLite."""

import sqlite3  # noqa: TID251 -- this file owns the library
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hodoscope.errors import StoreBusyError, StoreError

_BUSY_SECONDS = 10.0


class SqliteDatabase:
    """See :class:`hodoscope.soc.storage.journal_database.JournalDatabase`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        except (sqlite3.Error, OSError) as error:
            raise self._error("opening", error) from error
        try:
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = FULL")
        except sqlite3.Error as error:
            self._database.close()
            raise self._error("opening", error) from error

    @property
    def shown(self) -> str:
        """See the port."""
        return str(self._path)

    @contextmanager
    def transaction(self, doing: str) -> Iterator[sqlite3.Connection]:
        """See the port."""
        try:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
            except BaseException:
                if self._database.in_transaction:  # a full disk makes SQLite roll back by itself
                    self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")
        except sqlite3.Error as error:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise self._error(doing, error) from error

    def close(self) -> None:
        """See the port."""
        self._database.close()

    def _error(self, doing: str, error: Exception) -> StoreError:
        text = str(error)
        if "locked" in text:
            return StoreBusyError(
                f"journal {self.shown} is locked by another process; wait until it ends, then try again"
            )
        remedy = "see the reason above"
        if "full" in text:
            remedy = "free some disk space and run the same command again, it continues where it stopped"
        elif "malformed" in text or "not a database" in text:
            remedy = (
                "the file is damaged: move it away and run again; sources are read from their beginning and what is "
                "already stored is recognised"
            )
        elif "readonly" in text or "unable to open" in text or isinstance(error, OSError):
            remedy = "correct the permissions of the directory or choose another one"
        return StoreError(f"journal {self.shown}: {doing} failed: {text}; {remedy} (nothing was deleted)")
