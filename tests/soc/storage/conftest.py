"""A store of its own for each test."""

from collections.abc import Iterator

import pytest
from tests.support.store import fresh_store

from hodoscope.soc.storage.interface import EventStore


@pytest.fixture
def store() -> Iterator[EventStore]:
    """An empty event store."""
    with fresh_store() as opened:
        yield opened
