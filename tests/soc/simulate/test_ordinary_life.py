"""Habits of the company: daily rhythm, leases, planned work, and nothing of it points at the real internet."""

import csv
import ipaddress
import re
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import orjson

from hodoscope.soc.simulate import SimulationSummary, simulate
from hodoscope.soc.simulate.clock import DAY, HOUR
from hodoscope.soc.simulate.founding import found
from hodoscope.soc.simulate.rhythm import Rhythm, Window, ticks

_MONDAY = 20514  # 2026-03-02 in days since 1970
_RESERVED = [
    ipaddress.ip_network(net)
    for net in ("10.0.0.0/8", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15")
]


def test_more_happens_by_day_than_by_night(day: SimulationSummary) -> None:
    """Page visits between 9 and 16 UTC outnumber those between 0 and 7 several times."""
    hours = Counter(
        datetime.fromtimestamp(orjson.loads(line)["ts"], UTC).hour
        for line in (day.directory / "zeek/ssl.log").read_bytes().splitlines()
        if b'"192.0.2.147"' not in line
    )
    assert sum(hours[hour] for hour in range(9, 16)) > 3 * sum(hours[hour] for hour in range(7))


def test_weekends_are_quiet() -> None:
    """Presence on Saturday is a small part of Monday's."""
    rhythm = Rhythm(found(1, 300), 1)

    def whole_day(number: int) -> float:
        windows = [Window(hour, number * DAY + hour * HOUR, number * DAY + (hour + 1) * HOUR) for hour in range(24)]
        return float(sum(rhythm.presence(window).sum() for window in windows))

    assert whole_day(_MONDAY + 5) < 0.1 * whole_day(_MONDAY)


def test_windows_share_the_ticks_of_a_schedule_between_them() -> None:
    """Each tick falls into exactly one of two neighbouring windows."""
    whole = list(ticks(Window(0, 0, 2 * HOUR), 7 * 60_000_000, 90_000_000))
    halves = [
        *ticks(Window(0, 0, HOUR), 420_000_000, 90_000_000),
        *ticks(Window(1, HOUR, 2 * HOUR), 420_000_000, 90_000_000),
    ]
    assert whole == halves


def test_laptops_change_addresses_and_leases_say_when(tmp_path: Path) -> None:
    """No address belongs to two machines at once, and some machine has two addresses over two days."""
    summary = simulate(tmp_path / "out", hours=30, users=40, seed=5)
    with (summary.directory / "operator/leases.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    held: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        held.setdefault(row["ip"], []).append((row["start"], row["end"]))
    for spans in held.values():
        spans.sort()
        assert all(earlier[1] <= later[0] for earlier, later in pairwise(spans))
    addresses = Counter(host for host, _ in {(row["host"], row["ip"]) for row in rows})
    assert max(addresses.values()) == 2


def test_every_address_and_name_is_reserved(day: SimulationSummary) -> None:
    """Documentation, test, private or loopback ranges; domains below .example or .test."""
    addresses: set[str] = set()
    for line in (day.directory / "zeek/conn.log").read_text().splitlines():
        if line[0] != "#":
            addresses |= {line.split("\t")[2], line.split("\t")[4]}
    addresses |= {line.split(" ", 1)[0] for line in (day.directory / "web/access.log").read_text().splitlines()}
    addresses |= set(re.findall(r"from (\S+) port", (day.directory / "linux/web01/auth.log").read_text()))
    for ip in addresses:
        assert any(ipaddress.ip_address(ip) in network for network in _RESERVED), ip
    names = [
        line.split("\t")[9] for line in (day.directory / "zeek/dns.log").read_text().splitlines() if line[0] != "#"
    ]
    assert all(name.endswith((".example", ".test")) for name in names)


def test_monday_has_scan_backup_and_patch_night(day: SimulationSummary) -> None:
    """The operator's own scanner, tens of gigabytes at night, and update processes."""
    rows = [line.split("\t") for line in (day.directory / "zeek/conn.log").read_text().splitlines() if line[0] != "#"]
    scanned = {(row[4], row[5]) for row in rows if row[2] == "10.10.5.5"}
    assert len(scanned) > 300
    assert any(row[5] == "10566" and int(row[9]) > 10**10 for row in rows)
    assert b"TrustedInstaller.exe" in (day.directory / "windows/sysmon.jsonl").read_bytes()
