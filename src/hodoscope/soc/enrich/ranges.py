"""Networks and single addresses in sorted segments: which of 100 k ranges hold each of many addresses."""

import ipaddress
import socket
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from hodoscope.soc.enrich.codes import Ints
from hodoscope.soc.entity import parse_address

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_NOT_AN_ADDRESS = -1
_V6 = 1 << 128  # added to IPv6 numbers, so that one integer tells both families apart


@dataclass(frozen=True, slots=True)
class RangeTable:
    """Networks nest or are disjoint, so each segment between two bounds has one innermost network with a chain of
    parents.

    ``bounds4`` are the IPv4 bounds that 64-bit integers hold, ``bounds6`` the IPv6 ones; ``tops`` give the innermost
    network per segment (-1: none), ``parents`` the enclosing network, ``payloads`` the caller's numbers per network.
    """

    bounds4: Ints
    tops4: Ints
    bounds6: tuple[int, ...]
    tops6: tuple[int, ...]
    parents: tuple[int, ...]
    payloads: tuple[tuple[int, ...], ...]

    def find(self, texts: Sequence[str]) -> dict[int, tuple[int, ...]]:
        """Position in ``texts`` → payloads of every network that holds the address there; texts may be anything."""
        hits: dict[int, tuple[int, ...]] = {}
        if not self.payloads:
            return hits
        numbers = [_number(text) for text in texts]
        small = np.array([number if number < _V6 else _NOT_AN_ADDRESS for number in numbers], np.int64)
        segments = np.searchsorted(self.bounds4, small, side="right") - 1
        tops = np.where((segments >= 0) & (small >= 0), self.tops4[np.maximum(segments, 0)], -1)
        for position in np.flatnonzero(tops >= 0).tolist():
            hits[position] = self._chain(int(tops[position]))
        if len(self.bounds6) > 1:
            for position, number in enumerate(numbers):
                top = self.tops6[max(bisect_right(self.bounds6, number) - 1, 0)] if number >= _V6 else -1
                if top >= 0:
                    hits[position] = self._chain(top)
        return hits

    def _chain(self, network: int) -> tuple[int, ...]:
        found: tuple[int, ...] = ()
        while network >= 0:
            found += self.payloads[network]
            network = self.parents[network]
        return found


@lru_cache(maxsize=1 << 17)
def _number(text: str) -> int:
    try:
        return int.from_bytes(socket.inet_pton(socket.AF_INET, text))
    except (OSError, ValueError):  # not plain dotted IPv4; ValueError: a NUL inside
        address = parse_address(text)
    if address is None:
        return _NOT_AN_ADDRESS
    return int(address) + (_V6 if address.version == 6 else 0)


def build_ranges(networks: Iterable[tuple[Network, int]]) -> RangeTable:
    """Table of networks with a payload each; equal networks keep all their payloads."""
    grouped: dict[Network, tuple[int, ...]] = {}
    for network, payload in networks:
        grouped[network] = (*grouped.get(network, ()), payload)
    order = sorted(grouped, key=lambda net: (net.version, int(net.network_address), -int(net.broadcast_address)))
    parents: list[int] = []
    bounds4, tops4 = _segments([net for net in order if net.version == 4], 0, parents)
    bounds6, tops6 = _segments([net for net in order if net.version == 6], len(parents), parents)
    return RangeTable(
        np.array(bounds4, np.int64),
        np.array(tops4, np.int64),
        tuple(bounds6),
        tuple(tops6),
        tuple(parents),
        tuple(grouped[net] for net in order),
    )


def _segments(order: list[Network], offset: int, parents: list[int]) -> tuple[list[int], list[int]]:
    """Bounds with the innermost network from each on, for networks of one family sorted outer before inner."""
    tops: dict[int, int] = {0: -1}
    open_networks: list[tuple[int, int]] = []  # (last address, number)
    base = _V6 if order and order[0].version == 6 else 0

    def close_before(start: int | None) -> None:
        while open_networks and (start is None or open_networks[-1][0] < start):
            last, _ = open_networks.pop()
            tops[last + 1] = open_networks[-1][1] if open_networks else -1

    for number, network in enumerate(order, offset):
        start = int(network.network_address) + base
        close_before(start)
        parents.append(open_networks[-1][1] if open_networks else -1)
        tops[start] = number
        open_networks.append((int(network.broadcast_address) + base, number))
    close_before(None)
    bounds = sorted(tops)
    return bounds, [tops[bound] for bound in bounds]
