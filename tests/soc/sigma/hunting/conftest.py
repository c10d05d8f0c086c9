"""A store for conditions that need no table."""

from collections.abc import Iterator

import pytest
from tests.support.store import fresh_store

from hodoscope.soc.storage.interface import EventStore


@pytest.fixture(scope="module")
def store() -> Iterator[EventStore]:
    """An empty store, one per file."""
    with fresh_store() as opened:
        yield opened
