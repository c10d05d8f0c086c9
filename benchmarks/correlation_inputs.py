"""Alert sets with known incidents, overlaid in time and put into one address space."""

import csv
import gzip
import io
import json
import random
from ast import literal_eval
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from backports import zstd

from hodoscope.soc.alert import Alert
from hodoscope.soc.triage.grouping import Grouping, Member

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
OVERLAY_HOURS = 12.0
"""Incidents begin at random within so many hours of each other."""
POOL = 1.3
"""Names of all incidents come from one pool, this many times the largest incident's: most names are shared."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """Alerts of several incidents in one stream; ``truth`` names the incident of each alert (empty: no attack)."""

    name: str
    alerts: list[Alert]
    truth: dict[str, str]
    findings: int


def streams_below(data: Path) -> dict[str, dict[str, "_Labelled"]]:
    """Set → incident → its findings, each with whether it is part of the attack; sets of one incident left out."""
    found = {}
    for name, read in (("ait", _ait), ("cptc", _cptc), ("excytin", _excytin)):
        streams = {key: members for key, members in read(data) if members}
        if len(streams) > 1:
            found[name] = streams
    return found


_Labelled = list[tuple[Member, bool]]


def overlaid(name: str, streams: dict[str, _Labelled], seed: int) -> Overlay:
    """All incidents in one stream; the seed draws shifts and names."""
    dice = random.Random(seed)
    most: Counter[str] = Counter()
    for members in streams.values():
        kinds = Counter(entity.partition(":")[0] for entity in {e for m, _ in members for e in m.entity_ids})
        most |= kinds
    alerts: list[Alert] = []
    truth: dict[str, str] = {}
    everything: list[Member] = []
    label: dict[str, str] = {}
    for key, members in sorted(streams.items()):
        shift = BEGIN + timedelta(hours=dice.uniform(0, OVERLAY_HOURS)) - _start(members)
        names = _renaming({e for m, _ in members for e in m.entity_ids}, most, dice)
        for number, (member, attack) in enumerate(members):
            moved = replace(
                member,
                finding_id=f"{key}/{number:08}",
                entity=names[member.entity],
                entity_ids=tuple(names[entity] for entity in member.entity_ids),
                first_time=member.first_time + shift,
                last_time=member.last_time + shift,
            )
            everything.append(moved)
            label[moved.finding_id] = key if attack else ""
    grouping = Grouping("overlay", lambda _: 0)
    grouping.add(everything)
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for finding, alert_id in grouping.joined.items():
        votes[alert_id][label[finding]] += 1
    for alert in grouping.changed():
        alerts.append(alert)
        attacks = {key: count for key, count in votes[alert.alert_id].items() if key}
        truth[alert.alert_id] = max(attacks, key=lambda key: attacks[key]) if attacks else ""
    return Overlay(name, alerts, truth, len(everything))


def _start(members: _Labelled) -> datetime:
    """When the attack begins, where that is known."""
    attack = [member.first_time for member, is_attack in members if is_attack]
    return min(attack or [member.first_time for member, _ in members])


def _renaming(entities: Iterable[str], most: Counter[str], dice: random.Random) -> dict[str, str]:
    """A random injection into the pool of each kind, so that other incidents use mostly the same names."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for entity in sorted(entities):
        by_kind[entity.partition(":")[0]].append(entity)
    names = {}
    for kind, known in by_kind.items():
        pool = dice.sample(range(max(len(known), round(POOL * most[kind]))), len(known))
        names.update({entity: f"{kind}:{number}" for entity, number in zip(known, pool, strict=True)})
    return names


def _ait(data: Path) -> Iterator[tuple[str, _Labelled]]:
    for path in sorted((data / "soc" / "alerts_ait_ads").glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
            yield path.name.partition(".")[0], [
                (
                    _member(
                        row["short"], row["name"], (f"host:{row['host']}", f"ip:{row['ip']}"),
                        datetime.fromtimestamp(int(row["time"]), UTC), 3,
                    ),
                    row["event_label"] != "-",
                )
                for row in csv.DictReader(text)
            ]  # fmt: skip


def _cptc(data: Path) -> Iterator[tuple[str, _Labelled]]:
    streams: dict[str, _Labelled] = defaultdict(list)
    for row in _records(data / "soc" / "alerts_cptc2017_sage" / "alerts.jsonl.zst"):
        event = json.loads(row["_raw"])
        entities = tuple(f"ip:{event[side]}" for side in ("src_ip", "dest_ip") if event.get(side))
        signature = event["alert"]
        if entities:
            member = _member(
                str(signature["signature_id"]), signature["signature"], entities,
                datetime.fromisoformat(event["timestamp"]), 5 - int(signature["severity"]),
            )  # fmt: skip
            streams[row["_team"]].append((member, True))
    yield from streams.items()


def _excytin(data: Path) -> Iterator[tuple[str, _Labelled]]:
    levels = {"informational": 1, "low": 2, "medium": 3, "high": 4}
    streams: dict[str, _Labelled] = defaultdict(list)
    for row in _records(data / "soc" / "alerts_excytin" / "alerts.jsonl.zst"):
        entities = tuple(dict.fromkeys(_entities(row["Entities"])))
        if entities:
            member = _member(
                row["AlertType"], row["AlertName"], entities, datetime.fromisoformat(row["StartTime"]),
                levels.get(row["AlertSeverity"].lower(), 3), tuple(row["Techniques"] or ()),
            )  # fmt: skip
            streams[row["_incident"]].append((member, True))
    yield from streams.items()


def _entities(listed: object) -> Iterator[str]:
    """Users, hosts, addresses, mailboxes and domains of a Sentinel alert."""
    items: Any = literal_eval(listed) if isinstance(listed, str) else listed
    for item in items or []:
        kind = item.get("Type")
        if kind == "account" and (name := item.get("UserPrincipalName") or item.get("Name")):
            yield f"user:{str(name).lower()}"
        elif kind == "host" and item.get("HostName"):
            yield f"host:{str(item['HostName']).lower()}"
        elif kind == "ip" and item.get("Address"):
            yield f"ip:{item['Address']}"
        elif kind in ("mailbox", "mailMessage") and (
            name := item.get("MailboxPrimaryAddress") or item.get("Recipient")
        ):
            yield f"user:{str(name).lower()}"
        elif kind == "url" and item.get("Url"):
            yield f"domain:{str(item['Url']).split('/')[2 if '//' in str(item['Url']) else 0].lower()}"


def _records(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        with zstd.open(path, "rb") as packed:
            for line in io.TextIOWrapper(packed, encoding="utf-8"):
                yield json.loads(line)


def _member(
    detector: str, title: str, entities: tuple[str, ...], time: datetime, severity: int, attack: tuple[str, ...] = ()
) -> Member:
    return Member("", detector, title, entities[0], entities, attack, severity, 0.5, time, time, 1)
