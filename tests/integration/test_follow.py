"""Following a growing log finds an attack while it happens, and Ctrl-C ends it cleanly."""

import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path


def test_an_attack_appended_to_a_followed_log_is_reported(tmp_path: Path) -> None:
    """Failed logons written line by line become a printed finding without restarting anything."""
    log = tmp_path / "auth.log"
    start = datetime.now(UTC) - timedelta(hours=3)

    def line(at: int, text: str) -> str:
        moment = start + timedelta(seconds=at)
        return f"{moment:%b} {moment.day:>2} {moment:%H:%M:%S} web01 sshd[{900 + at}]: {text}\n"

    log.write_text(line(0, "Accepted publickey for ann from 198.51.100.4 port 50000 ssh2"))
    printed = tmp_path / "printed.txt"
    with printed.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "hodoscope", "soc", "run", str(log), "--follow", "--store", str(tmp_path / "store")],
            stdout=output,
            stderr=subprocess.DEVNULL,
        )
    try:
        time.sleep(4)
        with log.open("a") as file:
            for at in range(1, 41):
                file.write(line(at, f"Failed password for root from 192.0.2.66 port {40000 + at} ssh2"))
            # Time passes: the watermark follows the newest event, behind it by the largest lateness of a detector.
            file.write(line(9000, "Accepted publickey for ann from 198.51.100.4 port 50001 ssh2"))
        deadline = time.monotonic() + 60
        while "192.0.2.66" not in printed.read_text() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert "192.0.2.66" in printed.read_text()
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
    assert process.returncode == 130
