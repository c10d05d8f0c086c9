"""Zeek logs of connections as event tables, for benchmarks that measure a detector apart from the normaliser.

Scenarios are folders inside zip files: every folder that directly or through dated sub-folders holds ``conn``, ``http``
or ``ssl`` logs. ``planted`` are (source, destination) pairs that a scenario's README names ("from A to B").
"""

import io
import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

import pyarrow as pa

from hodoscope.soc.event import DEFAULT_TENANT, arrow_type

Record = Mapping[str, object]
_LOG = re.compile(r"^(?:open_|labeled-)?(?:conn|http|ssl)[._].*")
_DATED = re.compile(r"^(?:\d{4}-\d\d-\d\d|data)$")
_FROM_TO = re.compile(r"from (\d+\.\d+\.\d+\.\d+) to (\d+\.\d+\.\d+\.\d+)")
_EMPTY = ("", "-", "(empty)", None)


@dataclass
class Scenario:
    """Records of one folder; ``planted`` pairs are beacons by the README or by flow labels."""

    name: str
    records: list[Record] = field(default_factory=list)
    planted: set[tuple[str, str]] = field(default_factory=set)


def scenarios(archive: Path) -> Iterator[Scenario]:
    """Scenarios of one zip file, by folder name."""
    with zipfile.ZipFile(archive) as files:
        folders: dict[str, list[str]] = defaultdict(list)
        readmes: dict[str, str] = {}
        for name in sorted(files.namelist()):
            path = PurePosixPath(name)
            parts = [part for part in path.parent.parts if not _DATED.match(part)]
            folder = "/".join(parts)
            if _LOG.match(path.name) and not name.endswith("conn-summary.log"):
                folders[folder].append(name)
            elif path.name.lower().startswith("readme"):
                readmes[folder] = files.read(name).decode("utf-8", "replace")
        for folder, names in sorted(folders.items()):
            scenario = Scenario(f"{archive.parent.name}/{folder}")
            for name in names:
                path = PurePosixPath(name)
                if str(path.with_name(f"labeled-{path.name}")) in names:
                    continue  # the same flows without their labels
                scenario.records.extend(_records(files, name))
            scenario.planted = {(a, b) for a, b in _FROM_TO.findall(readmes.get(folder, ""))} | _labelled(scenario)
            yield scenario


def _records(files: zipfile.ZipFile, name: str) -> Iterator[Record]:
    fields: list[str] = []
    with files.open(name) as raw:
        for line in io.TextIOWrapper(raw, "utf-8", errors="replace"):
            line = line.rstrip("\n")
            if line.startswith("{"):
                yield json.loads(line)
            elif line.startswith("#fields"):
                fields = line.split("\t")[1:]
            elif fields and line and not line.startswith("#"):
                yield dict(zip(fields, line.split("\t"), strict=False))


def inbound(record: Record) -> bool:
    """Zeek says that the originator is not local and the responder is: an inbound scan, not a call home."""
    return str(record.get("local_orig")) in ("F", "False") and str(record.get("local_resp")) in ("T", "True")


def _labelled(scenario: Scenario, least: int = 12) -> set[tuple[str, str]]:
    """Pairs with at least ``least`` outbound flows labelled malicious; 12 is the detector's own least number."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for record in scenario.records:
        attack = str(record.get("detailedlabel")).startswith("External-Attack")
        if str(record.get("label")).lower() == "malicious" and not inbound(record) and not attack:
            counts[str(record.get("id.orig_h")), str(record.get("id.resp_h"))] += 1
    return {pair for pair, count in counts.items() if count >= least}


def _text(record: Record, name: str) -> str:
    value = record.get(name)
    return "" if value in _EMPTY else str(value)


def _time_us(value: object) -> int:
    text = str(value)
    if "T" in text:
        return int(datetime.fromisoformat(text).timestamp() * 1e6)
    return int(float(text) * 1e6)


def table(records: list[Record]) -> pa.Table:
    """The columns the beaconing detector reads, sorted by time."""
    rows = [record for record in records if _text(record, "id.orig_h") and _text(record, "ts")]
    sizes = [_text(record, "orig_bytes") for record in rows]
    columns: dict[str, list[object]] = {
        "class_uid": [4002 if "method" in record else 4001 for record in rows],
        "src_endpoint_ip": [_text(record, "id.orig_h") for record in rows],
        "dst_endpoint_ip": [_text(record, "id.resp_h") for record in rows],
        "dst_endpoint_port": [int(_text(record, "id.resp_p") or 0) for record in rows],
        "tls_sni": [_text(record, "server_name") for record in rows],
        "http_request_url_hostname": [_text(record, "host").partition(":")[0] for record in rows],
        "connection_info_protocol_name": [_text(record, "proto") for record in rows],
        "connection_info_direction_id": [int(inbound(record)) for record in rows],
        "traffic_bytes_out": [int(float(size)) if size else None for size in sizes],
    }
    arrays = {name: pa.array(values, arrow_type(name)) for name, values in columns.items()}
    arrays["time"] = pa.array([_time_us(record["ts"]) for record in rows], pa.int64()).cast(arrow_type("time"))
    arrays["event_id"] = pa.array([number.to_bytes(16, "big") for number in range(len(rows))], pa.binary(16))
    arrays["tenant_id"] = pa.array([DEFAULT_TENANT] * len(rows)).dictionary_encode()
    return pa.table(arrays).sort_by([("time", "ascending"), ("event_id", "ascending")])
