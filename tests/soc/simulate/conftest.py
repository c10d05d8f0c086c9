"""Simulations shared by the tests of this folder; each is made once per worker."""

import pytest

from hodoscope.soc.simulate import SimulationSummary, simulate


@pytest.fixture(scope="session")
def short(tmp_path_factory: pytest.TempPathFactory) -> SimulationSummary:
    """One hour of the smallest company."""
    return simulate(tmp_path_factory.mktemp("short") / "out", hours=1, users=6, seed=3)


@pytest.fixture(scope="session")
def day(tmp_path_factory: pytest.TempPathFactory) -> SimulationSummary:
    """A whole day of a small company."""
    return simulate(tmp_path_factory.mktemp("day") / "out", hours=24, users=20, seed=7)


@pytest.fixture(params=["short", "day"])
def simulation(request: pytest.FixtureRequest) -> SimulationSummary:
    """Either of the two."""
    summary = request.getfixturevalue(str(request.param))
    assert isinstance(summary, SimulationSummary)
    return summary
