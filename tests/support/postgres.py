"""A private PostgreSQL server for tests: a new cluster in a temporary directory, on loopback, gone afterwards."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ABSENT = "PostgreSQL is not installed here (Debian: apt-get install postgresql): its journal is not tested"
PASSWORD = "never-to-be-shown"
_USER = "hodoscope"
_CONFIG = "fsync = off\nlisten_addresses = '127.0.0.1'\nmax_connections = 20\nshared_buffers = 16MB\n"


def programs() -> Path | None:
    """Folder of ``initdb`` and ``pg_ctl``, the newest when there are several; None when it is not installed."""
    beside = shutil.which("initdb")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    paths = [*found, *([Path(beside).resolve()] if beside else [])]
    return paths[-1].parent if paths else None


@contextmanager
def private_server(folder: Path) -> Iterator[str]:
    """Address of a running server with an empty database; ``folder`` is :func:`programs`."""
    home = Path(tempfile.mkdtemp(prefix="hodoscope-postgres-"))
    try:
        secret = home / "password"
        secret.write_text(PASSWORD)
        if os.getuid() == 0:  # the server refuses to run as root
            for path in (home, secret):
                shutil.chown(path, "nobody")
        cluster = home / "cluster"
        options = [f"--username={_USER}", "--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8", "--no-sync"]
        _run(folder / "initdb", "-D", str(cluster), "--locale=C", *options)
        port = _free_port()
        with (cluster / "postgresql.conf").open("a") as config:
            config.write(f"{_CONFIG}port = {port}\nunix_socket_directories = '{home}'\n")
        _run(folder / "pg_ctl", "-D", str(cluster), "-l", str(home / "log"), "-w", "start")
        try:
            yield f"postgresql://{_USER}:{PASSWORD}@127.0.0.1:{port}/postgres"
        finally:
            _run(folder / "pg_ctl", "-D", str(cluster), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _run(program: Path, *arguments: str) -> None:
    user = "nobody" if os.getuid() == 0 else None
    command = [str(program), *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd="/", user=user)
    assert done.returncode == 0, f"{program.name}: {done.stdout}{done.stderr}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
