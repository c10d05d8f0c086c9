"""The whole test session runs without a network; real-data tests say once when their data is absent."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from hodoscope import privacy
from tests.support import browser, postgres
from tests.support.shared_data import REPOSITORY, SKIPPED, find_shared_data

# No deadline per example: the first one pays for imports, and the machine is shared.
settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("house")


def pytest_configure() -> None:
    """Install the socket hook before any test module is imported; child processes inherit it by environment."""
    os.environ[privacy.FORBID_VARIABLE] = "1"
    privacy.from_environment()


@pytest.fixture(autouse=True)
def _no_connection_attempt() -> Iterator[None]:
    """A refused connection fails the test even when a library swallowed the refusal."""
    before = len(privacy.attempts)
    yield
    new = privacy.attempts[before:]
    assert not new, f"the test tried to leave this machine: {new}; find the library and turn its call home off"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the real data sets (read-only); the test is skipped when it is not on this machine."""
    path = find_shared_data()
    if path is None:
        pytest.skip(SKIPPED)
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """An empty database on a server of this worker; the test is skipped where PostgreSQL is not installed."""
    folder = postgres.programs()
    if folder is None:
        pytest.skip(postgres.ABSENT)
    with postgres.private_server(folder) as url:
        yield url


@pytest.fixture(scope="session")
def repository() -> Path:
    """Root folder of the checkout."""
    return REPOSITORY


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for all tests that had no data, one for those that had no server or browser."""
    skipped = terminalreporter.getreports("skipped")
    for reason, remedy in (
        (SKIPPED, "; HODOSCOPE_DATA names another folder"),
        (postgres.ABSENT, ""),
        (browser.ABSENT, ""),
    ):
        count = sum(reason in str(report.longrepr) for report in skipped)
        if count:
            terminalreporter.write_line(f"{reason} ({count} tests{remedy})")
