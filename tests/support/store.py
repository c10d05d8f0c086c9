"""Event stores for tests: one engine and directory per worker process, one database per test.

The embedded engine cannot open two directories in one process and takes most of a second to open, so the directory
stays open until the process ends.
"""

import atexit
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from hodoscope.soc.storage.clickhouse import Connection
from hodoscope.soc.storage.event_store import open_store
from hodoscope.soc.storage.interface import EventStore
from hodoscope.soc.storage.store_url import parse_store_url

_numbers = itertools.count(1)


@cache
def store_directory() -> Path:
    """The directory of this process's embedded engine, opened at the first call and removed at exit."""
    directory = Path(tempfile.mkdtemp(prefix="hodoscope-store-"))
    anchor = Connection(parse_store_url(f"chdb://{directory}"))

    def remove() -> None:
        anchor.close()
        shutil.rmtree(directory, ignore_errors=True)

    atexit.register(remove)
    return directory


def fresh_store_url() -> str:
    """Address of a store nobody has used, in this process's engine."""
    return f"chdb://{store_directory()}?database=t{os.getpid()}_{next(_numbers)}"


@contextmanager
def fresh_store() -> Iterator[EventStore]:
    """An empty store, closed afterwards."""
    store = open_store(fresh_store_url())
    try:
        yield store
    finally:
        store.close()
