"""The files an operator of the company would keep and give to the enrichment stage."""

import csv
from collections.abc import Iterable
from pathlib import Path

from hodoscope.soc.simulate import clock, names
from hodoscope.soc.simulate.campaigns.registry import CAMPAIGNS
from hodoscope.soc.simulate.company import DOMAIN, MAIL_DOMAIN, Company
from hodoscope.soc.simulate.dice import Dice

_DECOYS = 400


def write_operator_files(out: Path, company: Company, seed: int, start_us: int, end_us: int) -> None:
    """Write `operator/*.csv`. Times in leases.csv are ISO 8601 UTC, half open [start, end)."""
    folder = out / "operator"
    folder.mkdir(parents=True)
    people, servers = company.people, company.servers
    hosts = [*servers, *(person.workstation for person in people)]
    _write(folder / "assets.csv", ("host", "fqdn", "ip", "os", "criticality", "owner"), (
        (host.name, host.fqdn, host.ip, host.os, host.criticality, host.owner) for host in hosts))  # fmt: skip
    _write(folder / "identities.csv", ("user", "upn", "sid", "display_name", "department", "privileged"), [
        *((p.user, p.upn, p.sid, p.display_name, p.department, str(p.privileged).lower()) for p in people),
        *((s.user, f"{s.user}@{MAIL_DOMAIN}", s.sid, s.purpose, "Service", "true") for s in company.services),
    ])  # fmt: skip
    _write(folder / "leases.csv", ("ip", "host", "start", "end"), _leases(company, start_us, end_us))
    scanner = company.by_role["vulnerability scanner"]
    _write(folder / "scanners.csv", ("ip", "name"), [(scanner.ip, f"{scanner.name}.{DOMAIN}")])
    _write(folder / "indicators.csv", ("type", "value", "source", "confidence"), _indicators(seed))


def _write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _leases(company: Company, start_us: int, end_us: int) -> Iterable[tuple[object, ...]]:
    """Desktops hold one lease throughout, laptops one per UTC day."""
    first, last = start_us // clock.DAY, (end_us - 1) // clock.DAY
    for person in company.people:
        if not person.laptop:
            yield (person.workstation.ip, person.workstation.name, _midnight(first), _midnight(last + 1))
            continue
        for day in range(first, last + 1):
            yield (company.address(person, day), person.workstation.name, _midnight(day), _midnight(day + 1))


def _midnight(day: int) -> str:
    return clock.iso_seconds(day * clock.DAY)


def _indicators(seed: int) -> list[tuple[object, ...]]:
    """What the campaigns use, hidden among decoys that nothing in the company touches."""
    small = Dice(seed, "indicators").small
    rows: list[tuple[object, ...]] = [
        (kind, value, "partner feed", small.choice((70, 80, 90)))
        for campaign in CAMPAIGNS
        for kind, value in campaign.indicators()
    ]
    for _ in range(_DECOYS):
        kind = small.choice(("domain", "ip", "sha256"))
        value = {
            "domain": f"{'-'.join(small.sample(names.WORDS, 3))}.test",
            "ip": f"198.19.{small.randint(128, 255)}.{small.randint(1, 254)}",
            "sha256": f"{small.getrandbits(256):064x}",
        }[kind]
        rows.append((kind, value, small.choice(("open feed", "partner feed")), small.choice((30, 50, 60, 80))))
    return sorted(set(rows), key=lambda row: (str(row[0]), str(row[1])))
