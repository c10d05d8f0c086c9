"""MITRE ATT&CK Enterprise: names and tactics of technique ids, in the order of the kill chain.

The table is ``mappings/attack/enterprise.json`` (v18.1; its licence beside it). Ids that ATT&CK has revoked are
followed to their successor; a sub-technique that is not in the table answers for its parent.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from hodoscope.soc.data_files import data_dir

KILL_CHAIN = (
    "reconnaissance", "resource-development", "initial-access", "execution", "persistence", "privilege-escalation",
    "defense-evasion", "credential-access", "discovery", "lateral-movement", "collection", "command-and-control",
    "exfiltration", "impact",
)  # fmt: skip
"""Tactics in the order of ATT&CK's own matrix."""


@dataclass(frozen=True, slots=True)
class Technique:
    """``tactics`` are ATT&CK's short names (``lateral-movement``), in the order of the kill chain."""

    technique_id: str
    name: str
    tactics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    techniques: Mapping[str, Technique]
    revoked: Mapping[str, str]


def technique(technique_id: str) -> Technique | None:
    """What an id such as ``T1110.003`` (any case) means today; None when ATT&CK does not know it."""
    table = _table()
    wanted = technique_id.strip().upper()
    for _ in range(len(table.revoked)):  # ends even if the table had a circle
        if wanted not in table.revoked:
            break
        wanted = table.revoked[wanted]
    return table.techniques.get(wanted) or table.techniques.get(wanted.partition(".")[0])


def tactics_of(technique_ids: Iterable[str]) -> tuple[str, ...]:
    """The tactics that the techniques can serve, in the order of the kill chain; unknown ids give none."""
    found = {tactic for each in technique_ids if (known := technique(each)) for tactic in known.tactics}
    return tuple(tactic for tactic in KILL_CHAIN if tactic in found)


@cache
def _table() -> _Table:
    document = json.loads((data_dir("mappings") / "attack" / "enterprise.json").read_bytes())
    techniques = {
        key: Technique(key, name, tuple(sorted(tactics, key=KILL_CHAIN.index)))
        for key, (name, tactics) in document["techniques"].items()
    }
    return _Table(techniques, document["revoked"])
