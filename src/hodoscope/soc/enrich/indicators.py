"""Indicators of compromise in the form that matching needs: one look-up table per kind of value."""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

import numpy as np

from hodoscope.soc.enrich.codes import Ints
from hodoscope.soc.enrich.ranges import RangeTable, build_ranges
from hodoscope.soc.enrich.records import Indicator, IndicatorKind
from hodoscope.soc.entity import parse_address

WIDEST_NETWORK = {4: 8, 6: 19}
"""Shortest prefix accepted: regional registries hold /8 (IPv4) and about /19 (IPv6) blocks."""

_HEX_LENGTH: Mapping[str, int] = {"md5": 32, "sha1": 40, "sha256": 64}
_LABELS = re.compile(r"[^\s./@:]{1,63}(\.[^\s./@:]{1,63})+\Z")


def normalise_indicator(kind: IndicatorKind, value: str) -> str:
    """The value as matching compares it; ``ValueError`` says in plain words why it cannot be an indicator.

    Defanged spellings (``hxxp``, ``[.]``) and ``*.domain`` are read. A single label such as ``com`` is refused: it
    would match half the internet.
    """
    text = value.strip().replace("[.]", ".").replace("(.)", ".").replace("[:]", ":")
    if kind in _HEX_LENGTH:
        return _hash(kind, text.lower())
    if kind == "ip":
        address = parse_address(text)
        if address is None or address.is_unspecified or address.is_loopback:
            raise ValueError("not an address of another machine")
        return str(address)
    if kind == "cidr":
        return _network(text)
    if kind == "domain":
        return domain_name(text.removeprefix("*"))
    if kind == "email":
        if not re.fullmatch(r"[^\s@]+@[^\s@]+", text):
            raise ValueError("not an e-mail address")
        return text.lower()
    return _url(text)


def domain_name(text: str) -> str:
    """Lower-case domain without outer dots, in its ASCII (IDNA) form; ``ValueError`` when it is none or one label
    only."""
    name = text.strip().strip(".").lower()
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError as error:
            raise ValueError("not a domain name") from error
    if not _LABELS.match(name) or parse_address(name) is not None:
        raise ValueError("not a domain name of two labels or more")
    return name


def _hash(kind: str, text: str) -> str:
    if len(text) != _HEX_LENGTH[kind] or not re.fullmatch(r"[0-9a-f]+", text):
        raise ValueError(f"{kind} needs {_HEX_LENGTH[kind]} hex digits")
    return text


def _network(text: str) -> str:
    network = ipaddress.ip_network(text, strict=False)
    if network.prefixlen < WIDEST_NETWORK[network.version]:
        raise ValueError(f"wider than /{WIDEST_NETWORK[network.version]}")
    return str(network)


def _url(text: str) -> str:
    text = re.sub(r"^hxxp", "http", text, flags=re.IGNORECASE)
    parts = urlsplit(text if "://" in text else f"http://{text}")
    if not parts.hostname or parts.hostname != parts.hostname.strip():
        raise ValueError("URL without a host")
    return parts._replace(
        scheme=parts.scheme.lower(), netloc=parts.netloc.lower(), path=parts.path or "/", fragment=""
    ).geturl()


def host_and_path(url: str) -> tuple[str, str]:
    """Host without port, and path with query, of a normalised URL."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.path + (f"?{parts.query}" if parts.query else "")


@dataclass(frozen=True)
class IndicatorSet:
    """Frozen look-up tables. ``entries`` are the indicators; the tables map values to entry numbers."""

    entries: tuple[Indicator, ...]
    ids: tuple[str, ...]  # distinct indicator ids
    id_of_entry: Ints
    valid_from: Ints
    valid_until: Ints
    exact: Mapping[IndicatorKind, Mapping[str, tuple[int, ...]]]
    ranges: RangeTable
    url_paths: Mapping[tuple[str, str], tuple[int, ...]]  # (host, path with query) of URL indicators
    url_hosts: frozenset[str]

    @cached_property
    def _by_id(self) -> dict[str, tuple[Indicator, ...]]:
        found: dict[str, tuple[Indicator, ...]] = {}
        for entry in self.entries:
            found[entry.indicator_id] = (*found.get(entry.indicator_id, ()), entry)
        return found

    def details(self, indicator_id: str) -> tuple[Indicator, ...]:
        """What each feed says about an id of ``indicator_ids``; empty for an unknown id."""
        return self._by_id.get(indicator_id, ())


def build_indicators(indicators: Iterable[Indicator]) -> IndicatorSet:
    """Tables of indicators whose values went through :func:`normalise_indicator`."""
    entries = tuple(indicators)
    exact: dict[IndicatorKind, dict[str, tuple[int, ...]]] = {}
    networks: list[tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, int]] = []
    paths: dict[tuple[str, str], tuple[int, ...]] = {}
    for number, entry in enumerate(entries):
        if entry.kind in {"ip", "cidr"}:
            networks.append((ipaddress.ip_network(entry.value), number))
            continue
        table = exact.setdefault(entry.kind, {})
        table[entry.value] = (*table.get(entry.value, ()), number)
        if entry.kind == "url":
            place = host_and_path(entry.value)
            paths[place] = (*paths.get(place, ()), number)
    numbers = {identifier: n for n, identifier in enumerate(dict.fromkeys(e.indicator_id for e in entries))}
    return IndicatorSet(
        entries=entries,
        ids=tuple(numbers),
        id_of_entry=np.array([numbers[entry.indicator_id] for entry in entries], np.int64),
        valid_from=np.array([entry.valid_from for entry in entries], np.int64),
        valid_until=np.array([entry.valid_until for entry in entries], np.int64),
        exact=exact,
        ranges=build_ranges(networks),
        url_paths=paths,
        url_hosts=frozenset(host for host, _ in paths),
    )
