"""One process per directory, one directory per process; both refusals are understandable."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.shared_data import REPOSITORY
from tests.support.store import store_directory

from hodoscope.errors import StoreBusyError, StoreError
from hodoscope.soc.storage import ownership
from hodoscope.soc.storage.event_store import open_store

_HOLD = """
import sys
from pathlib import Path
from hodoscope.soc.storage import ownership
ownership.acquire(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_process_learns_who_owns_the_store(tmp_path: Path) -> None:
    """The message names the pid and the command; the lock is gone with its holder, however that ended."""
    environment = {"PYTHONPATH": str(REPOSITORY / "src")}
    command = [sys.executable, "-c", _HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StoreBusyError, match=rf"in use by process {holder.pid} \(-c"):
            ownership._locked(tmp_path.resolve())
        holder.kill()
        holder.wait()
    ownership._locked(tmp_path.resolve()).close()


def test_a_second_directory_in_one_process_is_refused(tmp_path: Path) -> None:
    """The message names both directories."""
    first = store_directory()
    with pytest.raises(StoreError, match=rf"has the embedded store {first} open and the engine cannot open {tmp_path}"):
        open_store(f"chdb://{tmp_path}")
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """The reason of the system and the remedy; nothing is created."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="Not a directory; choose another directory"):
        ownership._locked(tmp_path / "file" / "store")


def test_the_record_of_the_owner_holds_no_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store address on the command line may carry one."""
    monkeypatch.setattr(sys, "argv", ["hodoscope", "--store", "https://me:secret@host:8443/x"])
    ownership._locked(tmp_path.resolve()).close()
    record = json.loads((tmp_path / ownership.LOCK_NAME).read_text())
    assert record == {"pid": os.getpid(), "command": "hodoscope --store ..."}
