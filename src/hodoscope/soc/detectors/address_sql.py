"""SQL for the address tests of :mod:`networks`, so that a finding's WHERE counts what its detector counted.

Text that is no address belongs to no network, as there. What one would get wrong: the engine's own range function
raises on such text, and a short-circuit in front of it is not promised; hence comparisons of values that may be null.
"""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network

GROUPS = ("224.0.0.0/4", "255.255.255.255/32", "0.0.0.0/32", "ff00::/8", "::/128")
PRIVATE = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "240.0.0.0/4",
)
"""The IANA special-purpose blocks that Python calls private; of interest here for their broadcast addresses."""


def within(column: str, networks: Iterable[str | IPv4Network | IPv6Network]) -> str:
    """True where the text column holds an address of one of the networks; ``0`` without any network."""
    tests = []
    for text in networks:
        network = ip_network(text)
        first, last = network[0], network[-1]
        if network.version == 4:
            tests.append(f"toIPv4OrNull({column}) BETWEEN toIPv4('{first}') AND toIPv4('{last}')")
        else:
            # an IPv4 address read as IPv6 is a mapped one, which is in no network of the operator
            tests.append(f"toIPv6OrNull({column}) BETWEEN toIPv6('{first}') AND toIPv6('{last}')")
    return f"ifNull({' OR '.join(tests)}, 0)" if tests else "0"


def outside(column: str, networks: Iterable[IPv4Network | IPv6Network]) -> str:
    """True where the column names one machine outside the networks: neither internal nor a group address."""
    broadcast = f"(endsWith({column}, '.255') AND {within(column, PRIVATE)})"
    return f"NOT {within(column, networks)} AND NOT {within(column, GROUPS)} AND NOT {broadcast}"
