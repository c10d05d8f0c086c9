"""``kill -9`` at any point loses nothing and doubles nothing."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.soc.storage.crash_writer import EVENTS
from tests.support.shared_data import REPOSITORY

_COUNT = """
import sys
from hodoscope.soc.storage.event_store import open_store
store = open_store(f"chdb://{sys.argv[1]}")
row = store.query("SELECT count() AS n, uniqExact(event_id) AS ids FROM events").to_pylist()[0]
print(row["n"], row["ids"], len(store.findings(tenant="default")))
store.close()
"""


def _write(directory: Path, batch: int, server: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.soc.storage.crash_writer", str(directory), str(batch), server]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY, env=_environment())


def _environment() -> dict[str, str]:
    return {"PYTHONPATH": f"{REPOSITORY / 'src'}:{REPOSITORY}", "PATH": "/usr/bin:/bin"}


def _rounds(directory: Path, kills: int, seed: int, server: str = "") -> None:
    dice = random.Random(seed)
    for _ in range(kills):
        writer = _write(directory, dice.choice((100, 200, 350)), server)
        assert writer.stdout is not None
        opened = dice.random() < 0.8 and writer.stdout.readline() == "open\n"
        time.sleep(dice.uniform(0, 0.25 if opened else 1.5))
        writer.kill()
        writer.communicate()
    writer = _write(directory, 1000, server)
    out, _ = writer.communicate(timeout=120)
    assert out == "open\ndone\n"
    command = [sys.executable, "-c", _COUNT, str(directory)]
    result = subprocess.run(command, capture_output=True, text=True, check=True, env=_environment())
    assert result.stdout.split() == [str(EVENTS), str(EVENTS), str(EVENTS // 1000)]


def test_nothing_is_lost_or_doubled_by_kills(tmp_path: Path) -> None:
    """A few kills at random points, then a run to the end with another batch size."""
    _rounds(tmp_path / "store", kills=4, seed=1)


def test_a_journal_on_a_server_survives_kills_of_its_client(tmp_path: Path, postgres_url: str) -> None:
    """What the killed process had begun is undone by the server, and its lock is free again."""
    _rounds(tmp_path / "store", kills=3, seed=2, server=postgres_url)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_lost_or_doubled_by_many_kills(tmp_path: Path, seed: int) -> None:
    """Fifty kills over five stores."""
    _rounds(tmp_path / "store", kills=10, seed=seed)
