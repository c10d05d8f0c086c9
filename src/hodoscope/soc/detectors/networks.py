"""Which addresses are ours, and which names stay inside: the direction of traffic without asking the network.

Ranges: RFC 1918, RFC 6598 (carrier NAT), RFC 3927 and RFC 4291 (link-local), RFC 4193 (unique local), loopback, and
Azure's own. What one would get wrong: organisations with public addresses inside look external until they pass their
own ``networks``.
"""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from hodoscope.errors import InputError

INTERNAL = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "127.0.0.0/8",
    "168.63.129.16/32",  # the platform of every Azure machine, called each 15 s (Microsoft's page on this address)
    "fc00::/7",
    "fe80::/10",
    "::1/128",
)
INTERNAL_SUFFIXES = (".local", ".lan", ".internal", ".intranet", ".corp", ".home.arpa", ".localdomain")


class Networks:
    """Membership tests with a memory of the addresses seen; ``InputError`` for text that is no network."""

    def __init__(self, networks: Iterable[str] = INTERNAL) -> None:
        self._networks: list[IPv4Network | IPv6Network] = []
        for text in networks:
            try:
                self._networks.append(ip_network(text))
            except ValueError as error:
                raise InputError(
                    f"internal networks: {text!r} is no network ({error}); write 203.0.113.0/24"
                ) from error
        self.ranges = tuple(self._networks)
        self.is_internal = lru_cache(maxsize=65536)(self._is_internal)

    def _is_internal(self, address: str) -> bool:
        """True inside a configured network; False for anything else, text that is no address included."""
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._networks if network.version == parsed.version)


@lru_cache(maxsize=65536)
def is_group(address: str) -> bool:
    """Multicast, broadcast or unspecified: no single machine answers there."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if parsed.is_multicast or parsed.is_unspecified or address == "255.255.255.255":
        return True
    return parsed.version == 4 and address.endswith(".255") and parsed.is_private  # /24 broadcast, by far the commonest


def stays_inside(name: str) -> bool:
    """A host name no public resolver knows: one label, or an internal suffix."""
    lowered = name.lower().rstrip(".")
    return "." not in lowered or lowered.endswith(INTERNAL_SUFFIXES)
