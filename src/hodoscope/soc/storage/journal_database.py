"""The port between the journal's SQL and the database that runs it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol


class Rows(Protocol):
    """What a statement answers."""

    def fetchone(self) -> Any:
        """The next row as a tuple, or None."""

    def fetchall(self) -> list[Any]:
        """The remaining rows."""


class Statements(Protocol):
    """An open transaction."""

    def execute(self, sql: str, values: Sequence[object] = ..., /) -> Rows:
        """Run one statement; values stand for its ``?`` in order."""


class JournalDatabase(Protocol):
    """One durable database. Not for concurrent use: the journal holds a lock around every transaction."""

    @property
    def shown(self) -> str:
        """Where it is, for messages: never with a password."""

    def transaction(self, doing: str) -> AbstractContextManager[Statements]:
        """All or nothing, durable when the block ends, and alone: a second process waits until it is over.

        Raises ``StoreError`` that says what was being done (``doing``) and what to do; ``StoreBusyError`` when the
        others took too long.
        """

    def close(self) -> None:
        """Release it; idempotent."""
