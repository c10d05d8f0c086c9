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
    start = datetime.now(UTC) - timedelta(minutes=30)

    def line(at: int, text: str) -> str:
        moment = start + timedelta(seconds=at)
        return f"{moment:%b} {moment.day:>2} {moment:%H:%M:%S} web01 sshd[{900 + at}]: {text}\n"

    log.write_text(line(0, "Accepted publickey for ann from 198.51.100.4 port 50000 ssh2"))
    process = subprocess.Popen(
        [sys.executable, "-m", "hodoscope", "soc", "run", str(log), "--follow", "--store", str(tmp_path / "store")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        time.sleep(4)
        with log.open("a") as file:
            for at in range(1, 41):
                file.write(line(at, f"Failed password for root from 192.0.2.66 port {40000 + at} ssh2"))
            # Time passes: the watermark follows the newest event.
            file.write(line(1700, "Accepted publickey for ann from 198.51.100.4 port 50001 ssh2"))
        assert process.stdout is not None
        seen = ""
        deadline = time.monotonic() + 60
        while "192.0.2.66" not in seen and time.monotonic() < deadline:
            seen += process.stdout.readline()
        assert "192.0.2.66" in seen
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 130
