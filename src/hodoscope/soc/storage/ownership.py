"""Who owns an embedded store: one process per directory, one directory per process.

The engine itself refuses both cases with an empty reason, so ownership is settled before it is started. The lock is the
kernel's (``flock``): it vanishes with its process, also after ``kill -9``, and is never left stale.
"""

import fcntl
import json
import os
import sys
import threading
from pathlib import Path
from typing import IO

from hodoscope.errors import StoreBusyError, StoreError

LOCK_NAME = "owner.lock"

_guard = threading.Lock()
_held: "dict[Path, _Held]" = {}


class _Held:
    """The lock of a directory and how many stores of this process share it."""

    def __init__(self, file: IO[str]) -> None:
        self.file = file
        self.stores = 1
        self.pid = os.getpid()


def acquire(directory: Path) -> None:
    """Own ``directory`` (created if missing) for this process; may be called again, once per :func:`release`.

    Raises ``StoreBusyError`` naming the owner's pid and command, or ``StoreError``.
    """
    place = directory.resolve()
    with _guard:
        for other, held in _held.items():
            if held.pid != os.getpid():
                raise StoreError(
                    f"the embedded store {other} was opened before this process was forked and would hang here; "
                    "start worker processes with the 'spawn' method"
                )
            if other != place:
                raise StoreError(
                    f"this process has the embedded store {other} open and the engine cannot open {place} beside it; "
                    "close the first one, or use another process for the second"
                )
            held.stores += 1
            return
        _held[place] = _Held(_locked(place))


def release(directory: Path) -> None:
    """Give up one share; the lock is released with the last."""
    place = directory.resolve()
    with _guard:
        held = _held.get(place)
        if held is None:
            return
        held.stores -= 1
        if held.stores == 0:
            del _held[place]
            held.file.close()  # closing releases the lock; the file stays: unlinking it would race with a new owner


def _locked(place: Path) -> IO[str]:
    try:
        place.mkdir(parents=True, exist_ok=True)
        file = (place / LOCK_NAME).open("a+", encoding="utf-8")
    except OSError as error:
        raise StoreError(
            f"the store directory {place} cannot be written: {error.strerror}; "
            "choose another directory or correct its permissions (nothing was changed)"
        ) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        owner = _owner(file.read())
        file.close()
        raise StoreBusyError(
            f"the store {place} is in use by {owner}; wait until it ends or stop it, then try again. "
            "An embedded store belongs to one process; a ClickHouse server (https://...) can be shared"
        ) from error
    file.seek(0)
    file.truncate()
    file.write(json.dumps({"pid": os.getpid(), "command": " ".join(map(_word, sys.argv))[:200]}))
    file.flush()
    return file


def _word(argument: str) -> str:
    """An argument as shown to another user: an address with a password is not."""
    return "..." if "://" in argument and "@" in argument else argument


def _owner(text: str) -> str:
    try:
        record = json.loads(text)
        return f"process {int(record['pid'])} ({record['command']})"
    except (ValueError, KeyError, TypeError):
        return "another process"
