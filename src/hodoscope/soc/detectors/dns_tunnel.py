"""DNS tunnelling: data carried in the names of queries to one domain.

Per (asking machine, registered domain) and hour: how many different names below the domain, how long, how random their
characters, and how many ask for record types that carry data back. One name carries at most about 150 bytes, so a
tunnel needs *many different long names*; that is what every limit here asks for. The registered domain is the last two
labels, or three below the listed two-level suffixes: a rule, not the public suffix list, so it needs no network and
can be wrong for rare suffixes (it then joins several customers of one suffix, which raises counts, never hides a
tunnel).

What one would get wrong: content networks, virus-signature look-ups and block lists also use many odd names. They fail
the length or the randomness limit, are looked up in reverse zones, or are asked by a resolver for many machines.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import log2
from typing import cast

import numpy as np
import pyarrow as pa

from hodoscope.soc.detectors.conclusion import Conclusion
from hodoscope.soc.detectors.evidence import Note, equal, ip_entity, keep, sql_text, where_window
from hodoscope.soc.detectors.examples import spaced
from hodoscope.soc.detectors.interface import DetectorSpec, Example, Parameter
from hodoscope.soc.detectors.rows import Mask, Rows, has_text, number_in
from hodoscope.soc.detectors.state import Plain, notes_from_plain, notes_to_plain
from hodoscope.soc.detectors.window_tally import Groups, Key, Memory, WindowTally
from hodoscope.soc.finding import Severity

PARAMETERS: Mapping[str, Parameter] = {
    "window": Parameter(
        3600, "s", "own choice: 50 names an hour is 2 bytes per second, the slowest tunnel worth running"
    ),
    "min_names": Parameter(50, "names", "different names below one domain; see window"),
    "min_length": Parameter(24, "characters", "mean below the domain; RFC 1035 allows 63 per label, tunnels fill them"),
    "min_entropy": Parameter(
        3.2, "bits/character", "mean; hex digits have 4.0, base32 5.0, English host names about 2.8"
    ),
    "carrier_share": Parameter(0.3, "share", "of TXT, NULL, CNAME, MX, SRV queries, where it halves min_names"),
    "kept_names": Parameter(2000, "names", "different names remembered per pair: enough to judge, bounds memory"),
    "max_keys": Parameter(50_000, "keys", "bounds memory; most pairs hold a few names"),
}
TWO_LEVEL_SUFFIXES = frozenset(
    f"{second}.{top}"
    for top, seconds in {
        "uk": "co org ac gov ltd plc me net sch",
        "jp": "co or ne ac go ad ed lg",
        "au": "com net org edu gov",
        "br": "com net org gov edu",
        "nz": "co net org govt ac",
        "za": "co org gov ac",
        "kr": "co or ac go re",
        "in": "co net org gov ac",
        "cn": "com net org gov edu",
        "tw": "com org gov edu",
        "tr": "com org gov edu",
        "mx": "com org gob",
        "ar": "com gob org",
        "il": "co org ac gov",
        "th": "co or ac go",
        "sg": "com org gov edu",
        "hk": "com org gov edu",
        "my": "com org gov edu",
        "pl": "com net org edu gov",
        "ua": "com net org gov",
    }.items()
    for second in seconds.split()
)
_QUIET = (".in-addr.arpa", ".ip6.arpa", ".local", ".localdomain", ".lan", ".home.arpa", ".internal", ".corp")
_CARRIERS = frozenset({"TXT", "NULL", "CNAME", "MX", "SRV", "KEY", "PRIVATE", "TYPE65399"})
_DNS = 4003
_NAME_SQL = "replaceRegexpOne(lowerUTF8(query_hostname), '[.]+$', '')"


@lru_cache(maxsize=200_000)
def split_name(name: str) -> tuple[str, str]:
    """(what stands below, registered domain) of a lower-case name; ("", "") for reverse and local names."""
    name = name.lower().rstrip(".")
    if name.endswith(_QUIET):
        return "", ""
    labels = name.split(".")
    if len(labels) < 3:
        return "", "" if len(labels) < 2 else name
    keep_labels = 3 if ".".join(labels[-2:]) in TWO_LEVEL_SUFFIXES else 2
    return ".".join(labels[:-keep_labels]), ".".join(labels[-keep_labels:])


def entropy(text: str) -> float:
    """Shannon entropy in bits per character; 0 for empty text. n characters give at most log2(n)."""
    size = len(text)
    return -sum(n / size * log2(n / size) for n in (text.count(letter) for letter in set(text))) if size else 0.0


@dataclass(slots=True)
class Lookups:
    """Queries of one machine below one domain in one window."""

    count: int = 0
    carriers: int = 0
    first_us: int = 0
    last_us: int = 0
    names: dict[str, None] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)


class DnsTunnel(WindowTally[Lookups]):
    """The detector; the module says what it finds."""

    def __init__(self, parameters: Mapping[str, Parameter] = PARAMETERS) -> None:
        self.window_us = int(parameters["window"].value * 1e6)
        self.max_keys = int(parameters["max_keys"].value)
        self.kept_names = int(parameters["kept_names"].value)
        self.value = {name: parameter.value for name, parameter in parameters.items()}
        self.spec = DetectorSpec(
            name="dns_tunnel",
            version="1",
            title="Data carried in DNS queries (possible tunnel)",
            attack=("T1071.004", "T1572", "T1048.003"),
            columns=("class_uid", "src_endpoint_ip", "query_hostname", "query_type"),
            where=f"class_uid = {_DNS} AND src_endpoint_ip != '' AND query_hostname != ''",
            lateness_seconds=900,
            parameters=parameters,
            how_to_check="Does the domain belong to a product you run (virus look-ups, block lists, "
            "telemetry)? Are the names "
            "readable? Which program on the machine asks, and did it also send unusual volume? A resolver as "
            "the source "
            "hides the machine: look in its query log.",
        )

    def wanted(self, events: pa.Table) -> Mask:
        return (
            number_in(events, "class_uid", (_DNS,))
            & has_text(events, "src_endpoint_ip")
            & has_text(events, "query_hostname")
        )

    def collect(self, rows: Rows, records: dict[Key, Lookups]) -> None:
        name_codes, names = rows.codes("query_hostname")
        split = [split_name(name) for name in names]
        domains: dict[str, int] = {}
        domain_of = np.array([domains.setdefault(domain, len(domains)) for _, domain in split], dtype=np.int64)
        source_codes, sources = rows.codes("src_endpoint_ip")
        type_codes, types = rows.codes("query_type")
        carrier = np.array([label.upper() in _CARRIERS for label in types])[type_codes]
        labels = list(domains)
        below = np.array([bool(rest) for rest, _ in split])[name_codes]
        places = np.flatnonzero(below)
        groups = Groups((source_codes * len(labels) + domain_of[name_codes])[places])
        carried, at = groups.sums(carrier[places].astype(np.int64)), places.tolist()
        for group, key in enumerate(groups.codes):
            record = self.record(records, (sources[key // len(labels)], labels[key % len(labels)]))
            if record is None:
                continue
            record.count += groups.counts[group]
            record.carriers += carried[group]
            record.first_us = record.first_us or rows.times_us[at[groups.first[group]]]
            record.last_us = rows.times_us[at[groups.last[group]]]
            if len(record.names) < self.kept_names:
                members = groups.members(group)
                self._keep_names(record, rows, [(at[row], split[name_codes[at[row]]][0]) for row in members])

    def _keep_names(self, record: Lookups, rows: Rows, below: list[tuple[int, str]]) -> None:
        """Remember names not seen before, the first ten with their event."""
        for row, rest in below:
            if rest not in record.names and len(record.names) < self.kept_names:
                record.names[rest] = None
                if len(record.notes) < 10:
                    value = rows.table.column("query_hostname")[row].as_py()
                    event_id = rows.table.column("event_id")[row].as_py()
                    keep(record.notes, event_id, rows.times_us[row], {"query_hostname": value}, 10)

    def judge(self, records: dict[Key, Lookups], memory: Memory, window_us: int) -> Iterator[Conclusion]:
        value = self.value
        for (source, domain), record in records.items():
            carriers = record.carriers / record.count
            needed = value["min_names"] / (2 if carriers >= value["carrier_share"] else 1)
            if len(record.names) < needed:
                continue
            payloads = [name.replace(".", "") for name in record.names]
            length = float(np.mean([len(payload) for payload in payloads]))
            randomness = float(np.mean([entropy(payload) for payload in payloads]))
            if length >= value["min_length"] and randomness >= value["min_entropy"]:
                yield _conclusion(source, domain, record, length, randomness, window_us)

    def new_record(self) -> Lookups:
        return Lookups()

    def to_plain(self, record: Lookups) -> Plain:
        return [
            record.count,
            record.carriers,
            record.first_us,
            record.last_us,
            list(record.names),
            notes_to_plain(record.notes),
        ]

    def from_plain(self, plain: Plain) -> Lookups:
        count, carriers, first, last, names, notes = cast("list[int]", plain)
        return Lookups(
            count,
            carriers,
            first,
            last,
            dict.fromkeys(cast("list[str]", names)),
            notes_from_plain(cast("Plain", notes)),
        )


def _conclusion(
    source: str, domain: str, record: Lookups, length: float, randomness: float, window_us: int
) -> Conclusion:
    distinct, carriers = len(record.names), record.carriers / record.count
    volume = round(sum(len(name) for name in record.names) * 5 / 8)
    strength = min(1.0, distinct / 500) * 0.4 + min(1.0, (randomness - 3) / 2) * 0.3 + min(1.0, length / 100) * 0.3
    return Conclusion(
        entity=ip_entity(source),
        anchor=f"{window_us}|{domain}",
        severity=Severity.HIGH if distinct >= 500 else Severity.MEDIUM,
        confidence=0.5 + strength / 2,
        first_us=record.first_us,
        last_us=record.last_us,
        explanation=f"{source} asked for {distinct} different names below {domain} in an hour ({record.count} "
        "queries). They are "
        f"{length:.0f} characters long on average and look random ({randomness:.1f} bits per character), room "
        "for about "
        f"{max(1, volume // 1000)} kB of data. Normal names repeat and can be read.",
        reasons=(
            (f"{distinct} different names below one domain", 0.4),
            (f"names look random: {randomness:.1f} bits per character", 0.3),
            (f"names are long: {length:.0f} characters", 0.2),
            (f"{round(100 * carriers)} % of the queries ask for records that carry data", carriers * 0.3),
        ),
        notes=record.notes,
        event_count=record.count,
        where=where_window(
            record.first_us,
            record.last_us,
            equal("class_uid", _DNS),
            equal("src_endpoint_ip", source),
            f"endsWith({_NAME_SQL}, {sql_text('.' + domain)})",
            f"{_NAME_SQL} != {sql_text('.' + domain)}",
        ),
        entities=(f"domain:{domain}",),
        features={
            "names": distinct,
            "queries": record.count,
            "mean_length": round(length, 2),
            "mean_entropy": round(randomness, 3),
            "carrier_share": round(carriers, 4),
            "domain": domain,
        },
    )


def _asks(names: list[str], kind: str) -> tuple[Mapping[str, object], ...]:
    return spaced(
        "2024-03-04T10:00:00",
        20,
        [
            {"class_uid": _DNS, "src_endpoint_ip": "10.1.0.5", "query_hostname": name, "query_type": kind}
            for name in names
        ],
    )


def _digits(seed: int, size: int, alphabet: str = "0123456789abcdef") -> str:
    """Characters that look random and are the same every time (a linear congruence)."""
    letters = []
    for _ in range(size):
        seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
        letters.append(alphabet[(seed >> 33) % len(alphabet)])
    return "".join(letters)


EXAMPLES: tuple[Example, ...] = (
    Example(
        "hex data in TXT queries",
        True,
        _asks([f"{_digits(i, 60)}.{_digits(i + 999, 40)}.t.example.com" for i in range(40)], "TXT"),
    ),
    Example(
        "base32 data in A queries",
        True,
        _asks([f"{_digits(i, 50, 'abcdefghijklmnopqrstuvwxyz234567')}.example.co.uk" for i in range(80)], "A"),
    ),
    Example(
        "a content network's short edge names",
        False,
        _asks([f"e{i}.dscb.akamaiedge.example.net" for i in range(150)], "A"),
    ),
    Example(
        "reverse look-ups", False, _asks([f"{i % 256}.{i // 256}.168.192.in-addr.arpa" for i in range(300)], "PTR")
    ),
    Example(
        "one long random name asked again and again", False, _asks([f"{_digits(7, 50)}.cdn.example.com"] * 150, "A")
    ),
    Example(
        "a block list asked about many addresses",
        False,
        _asks([f"{i % 200}.2.0.192.zen.example.org" for i in range(170)], "A"),
    ),
)
