"""A socket audit hook: once installed, this process reaches loopback and what the operator configured, nothing else.

Seen are name look-ups, connections and datagrams made through Python's ``socket`` module, by whichever library. A
library may swallow the refusal, so every attempt is also kept in :data:`attempts` and written to standard error. What
one would get wrong: an audit hook cannot be removed, and sockets opened in C (an embedded engine) do not pass here.
"""

import contextlib
import ipaddress
import os
import socket
import sys
import threading
from collections.abc import Iterable
from typing import Final

from hodoscope.errors import HodoscopeError

FORBID_VARIABLE: Final = "HODOSCOPE_FORBID_NETWORK"
ALLOW_VARIABLE: Final = "HODOSCOPE_ALLOWED_HOSTS"

attempts: list[str] = []
"""Every refused attempt of this process, in order, as ``event host``."""

_allowed: set[str] = set()
_inside = threading.local()
_installed = threading.Event()


class ForbiddenConnectionError(HodoscopeError):
    """Something tried to leave this machine; the host belongs in the operator's configuration or nowhere."""

    exit_code = 7


def forbid_network(allowed: Iterable[str] = ()) -> None:
    """Refuse every connection but loopback, Unix sockets and ``allowed`` (host names or addresses).

    Process-wide and for good; a later call can only add hosts.
    """
    _allowed.update(host.strip().lower() for host in allowed if host.strip())
    if not _installed.is_set():
        _installed.set()
        sys.addaudithook(_audit)


def from_environment() -> None:
    """Install the hook when ``HODOSCOPE_FORBID_NETWORK`` is set to anything but ``0``.

    ``HODOSCOPE_ALLOWED_HOSTS`` names further hosts, separated by commas. Child processes inherit both.
    """
    if os.environ.get(FORBID_VARIABLE, "0") not in ("", "0"):
        forbid_network(os.environ.get(ALLOW_VARIABLE, "").split(","))


def _audit(event: str, args: tuple[object, ...]) -> None:
    if not event.startswith("socket.") or getattr(_inside, "hook", False):
        return
    host = _host_of(event, args)
    if host is None or _is_local(host):
        return
    if host in _allowed:
        _allow_addresses_of(host)
        return
    attempts.append(f"{event} {host}")
    message = (
        f"{event} to {host} refused: this process may reach only this machine; "
        f"add the host to {ALLOW_VARIABLE} if you meant it to be reached"
    )
    sys.stderr.write(f"hodoscope: {message}\n")
    raise ForbiddenConnectionError(message)


def _host_of(event: str, args: tuple[object, ...]) -> str | None:
    """The host an audit event is about, lower case; None when it is not about reaching a host."""
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        sock, address = args[0], args[1]
        if getattr(sock, "family", None) not in (socket.AF_INET, socket.AF_INET6):
            return None
        host = address[0] if isinstance(address, tuple) and address else None
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        host = args[0]
    elif event == "socket.getnameinfo":
        host = args[0][0] if isinstance(args[0], tuple) else None
    else:
        return None
    if isinstance(host, bytes | bytearray):
        host = host.decode("ascii", "replace")
    return host.lower() if isinstance(host, str) else None


def _is_local(host: str) -> bool:
    if host in ("", "localhost") or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    address = mapped or address
    return address.is_loopback or address.is_unspecified  # connecting to 0.0.0.0 or :: reaches this machine


def _allow_addresses_of(host: str) -> None:
    """The connection that follows names an address, not the host: learn the addresses of an allowed name."""
    _inside.hook = True
    try:
        with contextlib.suppress(OSError):
            _allowed.update(str(entry[4][0]).lower() for entry in socket.getaddrinfo(host, None))
    finally:
        _inside.hook = False
