"""What a finding rests on: entity ids, evidence rows, weighted reasons, and the WHERE that finds the events again.

Everything here takes event times as integer microseconds UTC and event ids as 16 raw bytes, the form detectors keep in
their state. What one would get wrong: evidence kept in state must be cut to :data:`MAX_EVIDENCE` *while it is
collected* (:func:`keep`), not when the finding is made, or a flood fills the memory.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from hodoscope.soc.detectors.interface import DetectorSpec
from hodoscope.soc.entity import INTERNAL_SUFFIXES
from hodoscope.soc.finding import MAX_EVIDENCE, Contribution, Evidence

INTERNAL_NAME = rf"([^.]+)\.(?:[^.]*\.)*(?:{'|'.join(map(re.escape, sorted(INTERNAL_SUFFIXES)))})\.?"
"""A lower-case machine name under a suffix that is never public, its label first; Python and RE2 read it alike."""
_INTERNAL = re.compile(INTERNAL_NAME)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Note(NamedTuple):
    """One evidence row as kept in state."""

    event_id: bytes
    time_us: int
    field: str
    value: str


def utc(time_us: int) -> datetime:
    """Exact UTC datetime of integer microseconds (floats would lose the last digit)."""
    return _EPOCH + timedelta(microseconds=time_us)


def user_entity(domain: str, name: str) -> str:
    r"""``user:domain\name`` in lower case, ``user:name`` without a domain, empty without a name."""
    if not name:
        return ""
    return f"user:{domain}\\{name}".lower() if domain else f"user:{name}".lower()


def host_name(name: str) -> str:
    """A machine's name in lower case without an internal suffix: one name in every vendor's spelling."""
    lower = name.lower()
    internal = _INTERNAL.fullmatch(lower)
    return internal[1] if internal else lower


def host_entity(name: str) -> str:
    """``host:name`` of :func:`host_name`, empty without a name."""
    return f"host:{host_name(name)}" if name else ""


def ip_entity(address: str) -> str:
    """``ip:address`` in lower case, empty without an address."""
    return f"ip:{address}".lower() if address else ""


def account_entity(uid: str) -> str:
    """``account:uid`` of a cloud account, empty without one."""
    return f"account:{uid}" if uid else ""


def key_entity(uid: str) -> str:
    """``key:uid`` of an access key, verbatim because key ids are case-sensitive; empty without one."""
    return f"key:{uid}" if uid else ""


def own_or_enriched(entity_ids: Sequence[str], built: str) -> str:
    """The one enriched id of the same kind as ``built``; ``built`` itself when enrichment gave none or several.

    Several ids of a kind (actor and target) cannot be told apart in ``entity_ids``, so the id built from columns stays.
    """
    kind = built.partition(":")[0] + ":"
    same_kind = {entity for entity in entity_ids if entity.startswith(kind)}
    return same_kind.pop() if len(same_kind) == 1 else built


def distinct(entities: Iterable[str]) -> tuple[str, ...]:
    """Non-empty entities, first occurrence first, at most :data:`MAX_EVIDENCE`."""
    return tuple(dict.fromkeys(entity for entity in entities if entity))[:MAX_EVIDENCE]


def keep(
    notes: list[Note], event_id: bytes, time_us: int, fields: Mapping[str, str], limit: int = MAX_EVIDENCE
) -> None:
    """Append one note per non-empty field while fewer than ``limit`` are kept; the first events are the ones kept."""
    for name, value in fields.items():
        if value and len(notes) < limit:
            notes.append(Note(event_id, time_us, name, value[:500]))


def evidence_rows(notes: Iterable[Note]) -> tuple[Evidence, ...]:
    """Notes as the finding's evidence, at most :data:`MAX_EVIDENCE`."""
    rows = (Evidence(note.event_id.hex(), utc(note.time_us), note.field, note.value) for note in notes)
    return tuple(row for row, _ in zip(rows, range(MAX_EVIDENCE), strict=False))


def contributions(*reasons: tuple[str, float]) -> tuple[Contribution, ...]:
    """Reasons with positive raw weights, scaled so that the shares sum to 1; heaviest first."""
    total = sum(weight for _, weight in reasons if weight > 0)
    shares = [Contribution(text, weight / total) for text, weight in reasons if weight > 0]
    return tuple(sorted(shares, key=lambda share: -share.weight))


def sql_text(value: str) -> str:
    """A ClickHouse string literal: log content reaches SQL only through here."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("\0", "\\0")
    return f"'{escaped}'"


def where_events(event_ids: Iterable[bytes]) -> str:
    """Condition selecting exactly these events."""
    ids = ", ".join(f"unhex('{event_id.hex()}')" for event_id in dict.fromkeys(event_ids))
    return f"event_id IN ({ids})" if ids else "0"


def where_packed(event_ids: bytes | bytearray) -> str:
    """:func:`where_events` of ids laid end to end, 16 bytes each."""
    return where_events(bytes(event_ids[at : at + 16]) for at in range(0, len(event_ids), 16))


def where_window(start_us: int, end_us: int, *conditions: str) -> str:
    """Condition selecting a closed time range and every given SQL condition."""
    low, high = (f"toDateTime64('{utc(us):%Y-%m-%d %H:%M:%S.%f}', 6, 'UTC')" for us in (start_us, end_us))
    return " AND ".join((f"time >= {low} AND time <= {high}", *conditions))


def where_sequence(first: tuple[int, bytes], last: tuple[int, bytes], *conditions: str) -> str:
    """Condition selecting everything in stream order from one (time, event id) to another, both included.

    For detectors that stop counting in the middle of a stream: with stamps rounded to a second the time alone would
    take in events of the same second that came before the first or after the last.
    """
    (low_us, low_id), (high_us, high_id) = first, last
    low, high = (f"toDateTime64('{utc(us):%Y-%m-%d %H:%M:%S.%f}', 6, 'UTC')" for us in (low_us, high_us))
    edges = (
        f"(time > {low} OR event_id >= unhex('{low_id.hex()}'))",
        f"(time < {high} OR event_id <= unhex('{high_id.hex()}'))",
    )
    return where_window(low_us, high_us, *edges, *conditions)


def equal(column: str, value: str | int) -> str:
    """SQL condition ``column = value``; ``column`` is a name of the column table, never log content."""
    return f"{column} = {value if isinstance(value, int) else sql_text(value)}"


def rule_hash(spec: DetectorSpec) -> str:
    """32 hex digits over name, version and parameter values: equal for equal behaviour."""
    values = {name: parameter.value for name, parameter in sorted(spec.parameters.items())}
    text = json.dumps([spec.name, spec.version, values], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
