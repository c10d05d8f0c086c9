"""Indicator hits: what enrich matched against the operator's indicators, as one finding per entity, indicator and day.

Events carry matches in ``indicator_ids`` (``ip:192.0.2.1``, ``domain:evil.example``, ``sha256:…``). What one would get
wrong: an indicator seen only as the *source* of inbound traffic is a knock at the door; seen from inside it is a call
out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.soc.detectors.conclusion import Conclusion
from hodoscope.soc.detectors.entity_sql import matched_entity
from hodoscope.soc.detectors.evidence import (
    Note,
    host_entity,
    ip_entity,
    keep,
    own_or_enriched,
    sql_text,
    user_entity,
    where_window,
)
from hodoscope.soc.detectors.examples import spaced
from hodoscope.soc.detectors.interface import DetectorSpec, Example, Parameter
from hodoscope.soc.detectors.rows import Mask, Rows
from hodoscope.soc.detectors.state import Plain, notes_from_plain, notes_to_plain
from hodoscope.soc.detectors.window_tally import Key, Memory, WindowTally
from hodoscope.soc.finding import Severity

PARAMETERS: Mapping[str, Parameter] = {
    "window": Parameter(86_400, "s", "own choice: one finding per indicator, entity and day"),
    "max_keys": Parameter(100_000, "keys", "bounds memory; about 1 KB per (entity, indicator) of one day"),
}
_FIELDS = (
    "src_endpoint_ip",
    "dst_endpoint_ip",
    "dst_endpoint_hostname",
    "query_hostname",
    "tls_sni",
    "http_request_url_hostname",
    "http_request_url_url_string",
    "file_hashes_sha256",
    "file_hashes_sha1",
    "file_hashes_md5",
)
COLUMNS = ("indicator_ids", "device_hostname", "actor_user_name", "actor_user_domain", *_FIELDS)
_TECHNIQUES = {"ip": ("T1071",), "domain": ("T1071", "T1568"), "url": ("T1105",)}
_FILE_TECHNIQUES = ("T1204.002",)


@dataclass(slots=True)
class Hits:
    """Events of one entity that match one indicator in one window."""

    count: int = 0
    inbound: int = 0
    first_us: int = 0
    last_us: int = 0
    notes: list[Note] = field(default_factory=list)


class Indicators(WindowTally[Hits]):
    """The detector; the module says what it finds."""

    def __init__(self, parameters: Mapping[str, Parameter] = PARAMETERS) -> None:
        self.window_us = int(parameters["window"].value * 1e6)
        self.max_keys = int(parameters["max_keys"].value)
        self.spec = DetectorSpec(
            name="indicators",
            version="1",
            title="Match with an indicator of compromise",
            attack=("T1071", "T1204.002"),
            columns=COLUMNS,
            where="notEmpty(indicator_ids)",
            lateness_seconds=3600,
            parameters=parameters,
            how_to_check="How old is the indicator, and who listed it for what? An address may have changed "
            "hands and a shared "
            "host serves many names; a file hash is exact. Did the connection succeed, or was it refused or "
            "only looked up?",
        )

    def wanted(self, events: pa.Table) -> Mask:
        if "indicator_ids" not in events.column_names:
            return np.zeros(events.num_rows, dtype=np.bool_)
        lengths = pc.fill_null(pc.list_value_length(events.column("indicator_ids")), fill_value=0)
        found: Mask = np.asarray(lengths) > 0
        return found

    def collect(self, rows: Rows, records: dict[Key, Hits]) -> None:
        texts = {name: rows.text(name) for name in COLUMNS[1:]}
        entities = rows.lists("entity_ids")
        for row, indicators in enumerate(rows.lists("indicator_ids")):
            values = {name: column[row] for name, column in texts.items()}
            for indicator in dict.fromkeys(indicators):
                kind, _, value = indicator.partition(":")
                inbound = kind == "ip" and values["src_endpoint_ip"] == value
                record = self.record(records, (_entity(values, entities[row], indicator, inbound=inbound), indicator))
                if record is None:
                    continue
                record.count += 1
                record.inbound += inbound
                record.first_us = record.first_us or rows.times_us[row]
                record.last_us = rows.times_us[row]
                matched = {name: values[name] for name in _FIELDS if value.lower() in values[name].lower()}
                keep(record.notes, rows.event_ids[row], rows.times_us[row], matched or {"indicator_ids": indicator}, 20)

    def judge(self, records: dict[Key, Hits], memory: Memory, window_us: int) -> Iterator[Conclusion]:
        for (entity, indicator), record in records.items():
            yield _conclusion(entity, indicator, record, window_us)

    def new_record(self) -> Hits:
        return Hits()

    def to_plain(self, record: Hits) -> Plain:
        return [record.count, record.inbound, record.first_us, record.last_us, notes_to_plain(record.notes)]

    def from_plain(self, plain: Plain) -> Hits:
        count, inbound, first, last, notes = cast("list[int]", plain)
        return Hits(count, inbound, first, last, notes_from_plain(cast("Plain", notes)))


def _entity(values: Mapping[str, str], enriched: list[str], indicator: str, *, inbound: bool) -> str:
    """The machine on our side: reporting host, else the other address, else the user."""
    built = host_entity(values["device_hostname"])
    if not built:
        built = ip_entity(values["dst_endpoint_ip"] if inbound else values["src_endpoint_ip"])
    if not built:
        built = user_entity(values["actor_user_domain"], values["actor_user_name"])
    own = own_or_enriched(enriched, built) if built else ""
    if own and own != indicator:
        return own
    # A machine is never accused of having met itself: files and certificates name their sender as the source.
    other = ip_entity(values["dst_endpoint_ip"])
    others = [entity for entity in (*enriched, other) if entity and entity != indicator]
    return others[0] if others else "host:unknown"


def _conclusion(entity: str, indicator: str, record: Hits, window_us: int) -> Conclusion:
    kind, _, value = indicator.partition(":")
    knock = record.inbound == record.count
    severity = Severity.LOW if knock else Severity.HIGH if kind not in ("ip", "domain", "url") else Severity.MEDIUM
    who = entity.partition(":")[2]
    how = "was contacted from" if knock else "had to do with"
    advice = (
        "Only inbound traffic was seen."
        if knock
        else "The traffic did not only come in: the machine may have called it."
    )
    return Conclusion(
        entity=entity,
        anchor=f"{window_us}|{indicator}",
        severity=severity,
        confidence=0.4 if knock else 0.9 if severity is Severity.HIGH else 0.7,
        first_us=record.first_us,
        last_us=record.last_us,
        title=f"Indicator {indicator} seen at {who}",
        attack=_TECHNIQUES.get(kind, _FILE_TECHNIQUES),
        explanation=f"{who} {how} {value} in {record.count} events. This {kind} is on your list of indicators. "
        + (advice if kind == "ip" else ""),
        reasons=((f"{value} is on the operator's indicator list", 1.0),),
        notes=record.notes,
        event_count=record.count,
        where=where_window(
            record.first_us,
            record.last_us,
            f"has(indicator_ids, {sql_text(indicator)})",
            f"{matched_entity(indicator)} = {sql_text(entity)}",
        ),
        entities=(indicator,) if kind in ("ip", "domain") else (),
        features={"events": record.count, "inbound": record.inbound, "indicator": indicator, "kind": kind},
    )


_CALL = {"class_uid": 4001, "src_endpoint_ip": "10.1.0.5", "dst_endpoint_ip": "192.0.2.66"}
EXAMPLES: tuple[Example, ...] = (
    Example(
        "a call to a listed address",
        True,
        spaced("2024-03-04T10:00:00", 60, [_CALL | {"indicator_ids": ["ip:192.0.2.66"]}] * 3),
    ),
    Example(
        "a listed file",
        True,
        spaced(
            "2024-03-04T10:00:00",
            60,
            [{"device_hostname": "ws-1", "file_hashes_sha256": "ab" * 32, "indicator_ids": ["sha256:" + "ab" * 32]}],
        ),
    ),
    Example("events without a match", False, spaced("2024-03-04T10:00:00", 60, [_CALL | {"indicator_ids": []}] * 3)),
)
