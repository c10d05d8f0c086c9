"""Bad input and bad circumstances through the real command: nothing crashes it, nothing is lost, and it says why."""

import gzip
import json
import os
import resource
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hodoscope.soc.simulate import simulate

GOOD = b'{"eventVersion":"1.08","eventTime":"2024-05-01T10:00:00Z","eventSource":"s3.amazonaws.com",'
GOOD += b'"eventName":"GetObject","awsRegion":"eu-west-1","userIdentity":{"type":"IAMUser","userName":"ann"},'
GOOD += b'"sourceIPAddress":"192.0.2.9"}\n'


def command(*words: str | Path, limit: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user would."""
    return subprocess.run(
        [sys.executable, "-m", "hodoscope", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        preexec_fn=limit,
    )


def ingest(folder: Path, store: Path) -> dict[str, Any]:
    done = command("soc", "ingest", folder, "--store", store, "--json", "--quiet")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_folder_of_broken_files_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    """Empty, truncated, bombs, binary, giant lines, deep nesting, NUL and invalid UTF-8: the good events all arrive."""
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "empty.log").touch()
    (logs / "good.jsonl").write_bytes(GOOD * 3 + b'{"eventVersion":"1.08","eventName":\n' + GOOD)
    (logs / "cut.jsonl.gz").write_bytes(gzip.compress(GOOD.replace(b"ann", b"bob") * 5000)[:-200])
    (logs / "nul.jsonl").write_bytes(GOOD.replace(b"ann", b"n\xff\x00l") * 2)
    (logs / "deep.jsonl").write_bytes(GOOD.replace(b"ann", b"eve") + b'{"a":' * 10_000 + b"1" + b"}" * 10_000 + b"\n")
    (logs / "long.jsonl").write_bytes(
        GOOD.replace(b"ann", b"lou") + b"x" * (20 * 2**20) + b"\n" + GOOD.replace(b"ann", b"mia")
    )
    (logs / "elf").write_bytes(b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 40)
    (logs / "absurd.jsonl").write_bytes(GOOD.replace(b"2024-05-01", b"9999-99-99"))
    with zipfile.ZipFile(logs / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.log", b"0" * (64 * 2**20))
    (logs / "loop").symlink_to(logs, target_is_directory=True)
    summary = ingest(logs, tmp_path / "store")
    assert summary["formats"]["cloudtrail"] >= 4 + 2 + 1 + 2 + 1
    assert summary["without_time"] >= 1
    reasons = summary["dead_letters_by_reason"]
    assert sum(reasons.values()) == summary["dead_letters"] >= 4, reasons


def test_a_format_that_changes_midway_is_read_as_both(tmp_path: Path) -> None:
    """A log rotated into by another program keeps all its lines."""
    log = tmp_path / "mixed.log"
    lines = [
        f"Mar  7 10:00:{i:02} web sshd[7]: Failed password for root from 192.0.2.1 port 4{i:03} ssh2\n"
        for i in range(60)
    ]
    log.write_bytes("".join(lines).encode() + GOOD * 2)
    summary = ingest(log, tmp_path / "store")
    assert summary["formats"] == {"syslog": 60, "cloudtrail": 2}
    assert summary["dead_letters"] == 0


def test_copies_renames_and_compression_add_nothing(tmp_path: Path) -> None:
    """The same content under another name, gzipped or rotated is the same source; only what is appended is new."""
    logs = tmp_path / "logs"
    logs.mkdir()
    log = logs / "trail.jsonl"
    log.write_bytes(GOOD * 4)
    store = tmp_path / "store"
    assert ingest(logs, store)["stored"] == 4
    (logs / "trail.jsonl.1.gz").write_bytes(gzip.compress(log.read_bytes()))
    log.write_bytes(log.read_bytes() + GOOD.replace(b"ann", b"bob"))
    assert ingest(logs, store)["stored"] == 1
    assert ingest(logs, store)["stored"] == 0


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """Out of room: a store error with a remedy, exit code 4, and the next run goes on from what is there."""
    logs, store = tmp_path / "logs.jsonl", tmp_path / "store"
    logs.write_bytes(b"".join(GOOD.replace(b"ann", os.urandom(300).hex().encode()) for _ in range(20_000)))
    assert ingest(logs, tmp_path / "other")["stored"] == 20_000

    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    done = command("soc", "ingest", logs, "--store", store, "--quiet", limit=small_files)
    assert done.returncode == 4, (done.returncode, done.stderr)
    assert "only a part of the data could be written" in done.stderr
    assert ingest(logs, store)["stored"] == 20_000
    assert ingest(logs, store)["stored"] == 0  # the store opens with every part whole


def test_ctrl_c_keeps_what_was_stored_and_the_next_run_goes_on(tmp_path: Path) -> None:
    """Interrupted in the middle: exit code 130, a sentence, and no event lost or doubled afterwards."""
    logs, store = tmp_path / "company", tmp_path / "store"
    simulate(logs, hours=3, users=40, seed=2)
    process = subprocess.Popen(
        [sys.executable, "-m", "hodoscope", "soc", "ingest", str(logs), "--store", str(store), "--quiet"],
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not (store / "journal.sqlite").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.4)
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=60)
    assert process.returncode in (130, 0)
    if process.returncode == 130:
        assert "run the same command again" in complaint
    ingest(logs, store)
    whole = ingest(logs, tmp_path / "whole")["stored"]
    again = command("soc", "ingest", logs, "--store", store, "--json", "--quiet")
    assert json.loads(again.stdout)["stored"] == 0
    done = command("doctor", "--store", store, "--json")
    assert f"{whole:,} events" in done.stdout


@pytest.mark.parametrize("words", [["soc", "ingest", "/no/such/file"], ["soc", "findings", "--severity", "huge"]])
def test_mistakes_end_with_a_remedy_and_exit_code_two(words: list[str], tmp_path: Path) -> None:
    """No traceback for the operator."""
    done = command(*words, "--store", tmp_path / "store")
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("hodoscope: ")
