"""Which values ECS itself rules out, whatever the event was: the part of the field reference a program can check.

An expected document may hold what ECS 8.17 does not allow (an outcome ``allow``, a path with its query, a transport as
``network.protocol``) or a vendor's sign for "no value". No exporter can give such a value and be right, so
:mod:`benchmarks.normalise_quality` scores once with these fields and once without them. The rules look at the expected
value only, never at ours.
"""

import re
from collections.abc import Callable, Mapping

from benchmarks.ecs_core_fields import Leaves

_CATEGORIES = frozenset((
    "api", "authentication", "configuration", "database", "driver", "email", "file", "host", "iam",
    "intrusion_detection", "library", "malware", "network", "package", "process", "registry", "session", "threat",
    "vulnerability", "web",
))  # fmt: skip
_TYPES = frozenset((
    "access", "admin", "allowed", "change", "connection", "creation", "deletion", "denied", "device", "end", "error",
    "group", "indicator", "info", "installation", "protocol", "start", "user",
))  # fmt: skip
_NONE = frozenset("-")  # what Windows writes where there is nothing
_TRANSPORTS = frozenset(("tcp", "udp", "icmp", "igmp", "sctp", "icmpv6", "ipv6-icmp"))


def _is_port(text: str) -> bool:
    return text.isdecimal() and int(text) < 65_536


def _is_md5(text: str) -> bool:
    return re.fullmatch("[0-9a-fA-F]{32}", text) is not None


ALLOWED: Mapping[str, Callable[[str], bool]] = {
    "event.category": _CATEGORIES.__contains__,
    "event.type": _TYPES.__contains__,
    "event.outcome": frozenset(("failure", "success", "unknown")).__contains__,
    "dns.type": frozenset(("answer", "query")).__contains__,
    # "Same as network.iana_number, but instead using the Keyword name of the transport layer"
    "network.transport": lambda text: not text.isdecimal(),
    # "In the OSI Model this would be the Application Layer protocol"
    "network.protocol": lambda text: text.lower() not in _TRANSPORTS,
    # "Path of the request"; what follows the question mark is url.query
    "url.path": lambda text: "?" not in text,
    "source.port": _is_port,
    "destination.port": _is_port,
    "url.port": _is_port,
    "file.size": str.isdecimal,
    "process.pid": str.isdecimal,
    "tls.client.ja3": _is_md5,
    "tls.server.ja3s": _is_md5,
}
"""ECS path → is one value possible there. A path that is not here allows everything."""


def ruled_out(expected: Leaves) -> frozenset[str]:
    """The paths of an expected document that hold a value ECS does not allow."""
    return frozenset(
        path
        for path, values in expected.items()
        if values == _NONE or (path in ALLOWED and not all(map(ALLOWED[path], values)))
    )
