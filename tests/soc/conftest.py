"""Journals for the tests of this folder: in a file and on a server."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hodoscope.soc.storage.interface import Journal
from hodoscope.soc.storage.journal import open_journal, open_server_journal


@pytest.fixture(params=["sqlite", "postgres"])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Journal]:
    """Opens the same journal each time it is called."""
    if request.param == "sqlite":
        return lambda: open_journal(tmp_path / "sub" / "journal.sqlite")
    url: str = request.getfixturevalue("postgres_url")
    schema = f"test_{abs(hash(request.node.name))}"
    return lambda: open_server_journal(url, schema)


@pytest.fixture
def journal(opener: Callable[[], Journal]) -> Iterator[Journal]:
    """An open journal."""
    opened = opener()
    yield opened
    opened.close()
