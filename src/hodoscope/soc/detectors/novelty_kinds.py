"""What can be new about whom: the kinds of first sightings, and how their values are made comparable.

A value is compared by its *shape*: lower case, user folders, identifiers and digits replaced, so that a program that
only moved to version 2.1.7 or into another profile is not new. Hashes are 64 bits of BLAKE2b, never Python's ``hash``,
which differs from run to run.
"""

import hashlib
import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hodoscope.soc.detectors.evidence import host_entity, host_name, user_entity
from hodoscope.soc.detectors.rows import Rows, has_text, number_in

Hashes = npt.NDArray[np.uint64]

_PLACEHOLDERS = (
    (re.compile(r"(\\users\\|\\documents and settings\\|/home/|/users/)[^\\/]+"), r"\1*"),
    (re.compile(r"\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?"), "#"),
    (re.compile(r"(?=[a-f]*\d)[0-9a-f]{6,}\b"), "#"),  # also at a name's end: virus scanners number their drivers so
    (re.compile(r"s-1-5-[\d-]+"), "#"),
    (re.compile(r"\d+(?:[._-]\d+)*"), "#"),
)
SUSPICIOUS_COMMAND = re.compile(
    r"%comspec%|psexesvc|\bcmd(\.exe)?[\"']?\s+/[ck]|powershell|pwsh|\s-e(nc|c)?\s|mshta|wscript|cscript|regsvr32|"
    r"certutil|bitsadmin|"
    r"\\\\(127\.0\.0\.1|localhost)\\|admin\$|\\te?mp\\|\\users\\public|\\appdata\\|\\programdata\\[^\\]+\.\w+|"
    r"/tmp/|/dev/shm/|/var/tmp/|base64|\b(curl|wget|nc|ncat|socat)\s|https?://",
    re.IGNORECASE,
)
"""How services and tasks of intruders start (MITRE T1543.003, T1569.002, T1053 procedure examples)."""

ORDINARY_PLACE = re.compile(
    r"^[\"']?(?:c:\\program files(?: \(x86\))?\\|(?:c:\\windows|\\systemroot|%systemroot%|%windir%)\\(?!temp\\)|"
    r"c:\\programdata\\microsoft\\windows defender\\|/usr/|/opt/)",
    re.IGNORECASE,
)
"""Folders that only administrators write to: what starts there was installed rather than dropped."""


@lru_cache(maxsize=65536)
def shape(text: str) -> str:
    """Text with everything replaced that differs between machines, users and versions; at most 300 characters."""
    shaped = text[:300].lower()
    for pattern, placeholder in _PLACEHOLDERS:
        shaped = pattern.sub(placeholder, shaped)
    return shaped


@lru_cache(maxsize=65536)
def file_name(path: str) -> str:
    """Shape of the last part of a path."""
    return shape(re.split(r"[\\/]", path)[-1])


@lru_cache(maxsize=65536)
def hash64(text: str) -> int:
    """64 bits of BLAKE2b."""
    return int.from_bytes(hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest(), "little")


class Kind(NamedTuple):
    """One sort of first sighting. ``about``/``values`` are columns; the first value column must not be empty."""

    name: str
    family: str  # findings are grouped per entity and family
    what: str  # for people, after "a new "
    class_uid: int
    activities: tuple[int, ...]
    about: tuple[str, ...]
    values: tuple[tuple[str, Callable[[str], str]], ...]
    attack: str
    command: str  # column with a command line that can look suspicious, empty when there is none


KINDS: tuple[Kind, ...] = (
    Kind("service", "persistence", "service", 201004, (1,), ("device_hostname",),
         (("win_service_name", shape), ("win_service_cmd_line", shape)), "T1543.003", "win_service_cmd_line"),
    Kind("task", "persistence", "scheduled task", 1006, (1,), ("device_hostname",),
         (("job_name", shape), ("job_cmd_line", shape)), "T1053", "job_cmd_line"),
    Kind("process", "program", "program", 1007, (1,), ("device_hostname",),
         (("process_file_path", shape),), "T1204.002", ""),
    Kind("parent", "program", "parent of a program", 1007, (1,), ("device_hostname",),
         (("actor_process_file_path", file_name), ("process_file_path", file_name)), "T1059", ""),
    Kind("logon", "logon", "machine logged on to", 3002, (1,), ("user_domain", "user_name"),
         (("device_hostname", host_name),), "T1021", ""),
)  # fmt: skip
BY_NAME = {kind.name: kind for kind in KINDS}
COLUMNS = tuple(dict.fromkeys((
    "class_uid", "activity_id", "status_id", "logon_type_id", "src_endpoint_ip",
    *(column for kind in KINDS for column in (*kind.about, *(name for name, _ in kind.values))),
)))  # fmt: skip
WHERE = (
    "(class_uid IN (201004, 1006, 1007) AND activity_id = 1) OR "
    "(class_uid = 3002 AND activity_id = 1 AND status_id = 1)"
)
REMOTE_LOGONS = (0, 3, 8, 10, 12)
"""Network, network cleartext, remote interactive; 0 where the format has no logon types and the source tells."""

_MIX = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio: spreads bits in Fibonacci hashing (Knuth, TAOCP 6.4)


class Sighting(NamedTuple):
    """The first row of a batch that shows something about an entity. ``quotes`` are column → verbatim value."""

    row: int
    time_us: int
    event_id: bytes
    kind: Kind
    entity: str
    entity_hash: int
    value_hash: int
    pair_hash: int
    quotes: dict[str, str]


def _mixed(left: Hashes, right: Hashes) -> Hashes:
    """One hash of two; not symmetric."""
    mixed: Hashes = (left * _MIX) ^ (right + (left >> np.uint64(31)))
    return mixed * _MIX


def _hashes(rows: Rows, column: str, shaped: Callable[[str], str]) -> Hashes:
    codes, labels = rows.codes(column)
    return np.array([hash64(shaped(label)) for label in labels], dtype=np.uint64)[codes]


def _entity(kind: Kind, values: tuple[str, ...]) -> str:
    return user_entity(*values) if kind.name == "logon" else host_entity(values[0])


def sightings(events: pa.Table, kind: Kind, seen: set[int]) -> list[Sighting]:
    """What ``seen`` does not hold yet, each pair of entity and value once, in stream order."""
    mask = number_in(events, "class_uid", (kind.class_uid,)) & number_in(events, "activity_id", kind.activities)
    if not mask.any():
        return []
    mask &= has_text(events, kind.values[0][0]) & has_text(events, kind.about[-1])
    if kind.name == "logon":
        mask &= number_in(events, "status_id", (1,)) & number_in(events, "logon_type_id", REMOTE_LOGONS)
        mask &= has_text(events, "src_endpoint_ip")
    if not mask.any():
        return []
    rows = Rows(events, mask)
    codes, about = rows.combinations(kind.about)
    entities = [_entity(kind, values) for values in about]
    entity_hashes = np.array([hash64(f"{kind.family}\0{entity}") for entity in entities], dtype=np.uint64)[codes]
    value_hashes = np.full(len(rows), hash64(kind.name), dtype=np.uint64)
    for column, shaped in kind.values:
        value_hashes = _mixed(value_hashes, _hashes(rows, column, shaped))
    pairs, first = np.unique(_mixed(entity_hashes, value_hashes), return_index=True)
    new = sorted((row, pair) for row, pair in zip(first.tolist(), pairs.tolist(), strict=True) if pair not in seen)
    if not new:
        return []
    positions = np.flatnonzero(mask)
    texts = {column: rows.text(column) for column, _ in kind.values} if len(new) > 50 else {}
    found = []
    for row, pair in new:
        entity = entities[codes[row]]
        if not entity.endswith(("$", "anonymous logon")):
            quotes = {
                column: texts[column][row] if texts else rows.table.column(column)[row].as_py() or ""
                for column, _ in kind.values
            }
            found.append(Sighting(
                int(positions[row]), rows.times_us[row], rows.event_id(row), kind, entity,
                int(entity_hashes[row]), int(value_hashes[row]), pair, quotes,
            ))  # fmt: skip
    return found
