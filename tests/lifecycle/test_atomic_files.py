"""Files and folders are there whole or not at all."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hodoscope.errors import InputError
from hodoscope.lifecycle import atomic_files

SMALL_DISK = """
import resource, sys
from pathlib import Path
from hodoscope.errors import StoreError
from hodoscope.lifecycle import atomic_files
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    {call}
except StoreError as error:
    sys.exit(str(error))
"""
KILLED = """
import os, signal
from pathlib import Path
from hodoscope.lifecycle import atomic_files
synced = os.fsync
def die(descriptor):
    synced(descriptor)
    os.kill(os.getpid(), signal.SIGKILL)
os.fsync = die
atomic_files.write_folder(Path("model"), {"a": b"1", "b": b"2"})
"""


@pytest.mark.parametrize(
    "call",
    [
        "atomic_files.write_file(Path('old'), b'x' * 2000)",
        "atomic_files.write_folder(Path('new'), {'a': b'1', 'b': b'x' * 2000})",
    ],
)
def test_a_full_disk_leaves_what_was_there(tmp_path: Path, call: str) -> None:
    """The old file is whole, nothing new is there, and the message says what to do."""
    (tmp_path / "old").write_text("old")
    script = SMALL_DISK.format(call=call)
    run = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "nothing half-written is left, make room" in run.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["old"]
    assert (tmp_path / "old").read_text() == "old"


def test_a_kill_leaves_nothing_a_reader_would_take(tmp_path: Path) -> None:
    """The folder is not there, and the next writer removes what the killed one left."""
    run = subprocess.run([sys.executable, "-c", KILLED], cwd=tmp_path, check=False)
    assert run.returncode == -signal.SIGKILL
    assert [path.name[:9] for path in tmp_path.iterdir()] == [".partial-"]
    atomic_files.write_folder(tmp_path / "model", {"a": b"1"})
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_folder_is_never_written_over(tmp_path: Path) -> None:
    """The first one stays."""
    atomic_files.write_folder(tmp_path / "model", {"a": b"first"})
    with pytest.raises(InputError, match="already there"):
        atomic_files.write_folder(tmp_path / "model", {"a": b"second"})
    assert (tmp_path / "model" / "a").read_bytes() == b"first"


def test_a_file_is_replaced_only_when_meant(tmp_path: Path) -> None:
    """With ``replace`` false the first one stays."""
    atomic_files.write_file(tmp_path / "record", b"first", replace=False)
    with pytest.raises(InputError, match="already there"):
        atomic_files.write_file(tmp_path / "record", b"second", replace=False)
    atomic_files.write_file(tmp_path / "record", b"third")
    assert (tmp_path / "record").read_bytes() == b"third"
