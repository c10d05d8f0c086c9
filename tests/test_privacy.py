"""Nothing leaves this machine: the socket hook refuses what the operator did not configure."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hodoscope import privacy

ABROAD = ("192.0.2.1", 9)  # TEST-NET-1 (RFC 5737): assigned to nobody
CLI = "from hodoscope.cli.app import main; main()"


@pytest.fixture(autouse=True)
def _forget_attempts() -> Iterator[None]:
    """The attempts made here are meant; the session's own check must not count them."""
    yield
    privacy.attempts.clear()


def test_connection_abroad_is_refused() -> None:
    """A TCP connection to another machine raises before a packet is sent, and is kept on record."""
    with socket.socket() as sock, pytest.raises(privacy.ForbiddenConnectionError, match=r"192\.0\.2\.1"):
        sock.connect(ABROAD)
    assert privacy.attempts == ["socket.connect 192.0.2.1"]


def test_datagram_abroad_is_refused() -> None:
    """UDP needs no connection, so datagrams are checked one by one."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock,
        pytest.raises(privacy.ForbiddenConnectionError, match="sendto"),
    ):
        sock.sendto(b"x", ABROAD)


def test_name_lookup_is_refused() -> None:
    """Looking a name up already tells a resolver what we do."""
    with pytest.raises(privacy.ForbiddenConnectionError, match=r"telemetry\.example"):
        socket.getaddrinfo("telemetry.example", 443)


def test_http_client_is_refused() -> None:
    """The hook sits below the libraries: urllib gets no further than a plain socket."""
    from urllib.request import urlopen

    with pytest.raises(privacy.ForbiddenConnectionError):
        urlopen("http://192.0.2.1/", timeout=1)


@pytest.mark.parametrize(
    ("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET, "localhost"), (socket.AF_INET6, "::1")]
)
def test_loopback_passes(family: socket.AddressFamily, host: str) -> None:
    """A server on this machine can be reached by address and by name."""
    try:
        server = socket.create_server(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0), family=family)
    except OSError:
        pytest.skip("no IPv6 on this machine")
    with server, socket.socket(family) as client:
        client.connect((host, server.getsockname()[1]))
    assert privacy.attempts == []


def test_unix_sockets_pass() -> None:
    """Unix sockets never leave the machine."""
    left, right = socket.socketpair()
    with left, right:
        left.sendall(b"x")
        assert right.recv(1) == b"x"


def test_allowed_host_passes_by_name_and_by_its_addresses() -> None:
    """What the operator configured is reachable, also by the addresses its name stands for."""
    script = (
        "import socket; from hodoscope import privacy; privacy.from_environment()\n"
        "privacy._audit('socket.getaddrinfo', ('store.example', 1, 0, 0, 0))\n"
        "sock = socket.socket(); privacy._audit('socket.connect', (sock, ('192.0.2.7', 1)))\n"
        "print(privacy.attempts)"
    )
    allowed = {privacy.FORBID_VARIABLE: "1", privacy.ALLOW_VARIABLE: "store.example, 192.0.2.7"}
    child = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, **allowed}, capture_output=True, text=True, check=False
    )
    assert (child.stdout, child.stderr) == ("[]\n", "")


def test_child_process_inherits_the_refusal() -> None:
    """A program started by the tests or the demo refuses as well, and says so on standard error."""
    script = (
        "import socket; from hodoscope import privacy; privacy.from_environment()\n"
        "socket.create_connection(('192.0.2.1', 9), timeout=1)"
    )
    child = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert child.returncode != 0
    assert (
        "hodoscope: socket.connect to 192.0.2.1 refused" in child.stderr or "getaddrinfo to 192.0.2.1" in child.stderr
    )


def test_without_the_variable_nothing_is_refused() -> None:
    """The hook is opt-in: an operator's own server connections work without configuring hosts twice."""
    script = "from hodoscope import privacy; privacy.from_environment(); print(privacy._installed.is_set())"
    environment = {**os.environ, privacy.FORBID_VARIABLE: "0"}
    child = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert child.stdout == "False\n"


def test_command_line_refuses_a_server_the_operator_did_not_allow(tmp_path: Path) -> None:
    """The command line installs the hook from its environment: a store abroad is refused with exit code 7."""
    run = subprocess.run(
        [sys.executable, "-c", CLI, "soc", "findings", "--store", "http://192.0.2.1:8123"],
        env={**os.environ, privacy.FORBID_VARIABLE: "1", "XDG_DATA_HOME": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "refused" in run.stderr
    assert run.returncode == privacy.ForbiddenConnectionError.exit_code
