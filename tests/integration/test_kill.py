"""A process killed anywhere loses nothing and doubles nothing: events, dead letters, findings and detector state."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from hodoscope.soc.simulate import simulate

ROOT = Path(__file__).resolve().parents[2]
Contents = tuple[list[bytes], list[str], int]


def run(store: Path, logs: Path, kill_at: int, records: int, page: int) -> int | None:
    """Steps taken by a run that ended, None for one that was killed."""
    command = [sys.executable, "-m", "tests.support.kill_worker", *map(str, (store, logs, kill_at, records, page))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode in (0, -9), done.stderr[-2000:]
    return int(done.stdout.splitlines()[-1]) if done.returncode == 0 else None


def contents(store: Path) -> Contents:
    """Sorted event ids, finding ids with their text, dead letters; read by a process of its own (one engine each)."""
    script = (
        "import sys, json; from hodoscope.cli.session import session\n"
        "with session(sys.argv[1]) as s:\n"
        "    ids = s.store.query('SELECT lower(hex(event_id)) AS i FROM events ORDER BY i')['i'].to_pylist()\n"
        "    found = sorted((f.finding_id, f.title, f.event_count) for f in s.store.findings(tenant='default'))\n"
        "    dead = sum(s.store.counts(tenant='default').dead_letters.values())\n"
        "print(json.dumps([ids, found, dead]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(store)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    import json

    ids, found, dead = json.loads(done.stdout.splitlines()[-1])
    return ids, found, dead


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kill") / "company"
    simulate(folder, hours=1, users=6, seed=3)
    broken = folder / "linux" / "broken.jsonl"
    broken.write_bytes(b'{"eventSource":"a","eventName":"b"}\n{"broken\n' * 3)
    return folder


@pytest.fixture(scope="module")
def undisturbed(logs: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Contents, int]:
    """What one quiet run with large batches stores, and how many steps a run with small ones has."""
    folder = tmp_path_factory.mktemp("stores")
    assert run(folder / "large", logs, 0, 20_000, 100_000) is not None
    steps = run(folder / "small", logs, 0, 700, 1500)
    assert steps is not None
    quiet = contents(folder / "large")
    assert len(quiet[0]) == len(set(quiet[0])) > 1000
    assert quiet[1], "the simulated hour must hold findings, else this test shows little"
    assert quiet == contents(folder / "small"), "findings depend on the batch size"
    return quiet, steps


def killed_then_resumed(logs: Path, undisturbed: tuple[Contents, int], store: Path, kills: int, seed: int) -> None:
    expected, steps = undisturbed
    dice = random.Random(seed)
    killed = 0
    for _ in range(kills):
        # Other batch sizes every time: the resumed run need not cut the input where the killed one did.
        killed += run(store, logs, dice.randint(1, max(2, steps // 2)), dice.choice((300, 700, 5000)), 1500) is None
    assert killed, "no run was killed: the test would show nothing"
    assert run(store, logs, 0, 2000, 4000) is not None
    assert contents(store) == expected


def test_killed_runs_lose_and_double_nothing(logs: Path, undisturbed: tuple[Contents, int], tmp_path: Path) -> None:
    """Eight kills at random steps, then a run to the end: exactly what an undisturbed run stores."""
    killed_then_resumed(logs, undisturbed, tmp_path / "store", 8, 1)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(6))
def test_fifty_kill_points(logs: Path, undisturbed: tuple[Contents, int], tmp_path: Path, seed: int) -> None:
    """Nine further kills per seed, fifty-four in all."""
    killed_then_resumed(logs, undisturbed, tmp_path / "store", 9, 100 + seed)
