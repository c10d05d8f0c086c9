"""A store of its own for each test."""

from collections.abc import Iterator

import pytest

from hodoscope.soc.storage.interface import EventStore
from tests.support.store import fresh_store


@pytest.fixture
def store() -> Iterator[EventStore]:
    """An empty event store."""
    with fresh_store() as opened:
        yield opened
