"""Real events and rules for the Sigma benchmarks: every data set that is found, read and normalised by the product.

Of each file an even sample of records is taken, so that every capture and log in it is seen. Keys that begin with ``_``
are labels of the collection, not telemetry, and are removed; the regression set keeps the rule id apart.
"""

import zipfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import orjson
import pyarrow as pa

from benchmarks.ingest_inputs import lines_of
from hodoscope.soc.format_routing import FormatRouting, unified
from hodoscope.soc.normalise.mapping import shipped_mappings
from hodoscope.soc.record import SkippedRecord
from hodoscope.soc.sigma.load.rules import load_rules
from hodoscope.soc.sigma.rule import RuleSet
from hodoscope.soc.sources.discover import discover

PATTERNS = ("win_*", "cloud_*", "net_zeek_*", "fixtures_panther_tests", "auth_ssh_linux", "web_access_logs")
REGRESSION = "sigma_regression"


@dataclass(frozen=True, slots=True)
class Events:
    """Events of one data set, ids made unique by number so that equal records stay two rows."""

    name: str
    table: pa.Table


def rules_of(data: Path, cache: Path | None = None) -> RuleSet:
    """Every rule pack of the data."""
    folder = data / "soc" / "sigma_rules"
    return load_rules(sorted(path for path in folder.glob("*.zip")), cache=cache)


def all_events(data: Path, scratch: Path, most: int, *, wanted: str = "") -> Iterator[Events]:
    """One table per data set with at most about ``most`` events of each of its files."""
    folders = sorted({path for pattern in PATTERNS for path in (data / "soc").glob(pattern) if path.is_dir()})
    for folder in folders:
        if wanted in folder.name and (table := events_of(folder, scratch / folder.name, most)) is not None:
            yield Events(folder.name, table)


def events_of(folder: Path, scratch: Path, most: int) -> pa.Table | None:
    """Events of one data set; None when nothing in it is a log."""
    scratch.mkdir(parents=True, exist_ok=True)
    paths: list[str] = []
    for path in sorted(folder.iterdir()):
        if path.name.endswith(".jsonl.zst"):
            paths += _json_files(path, scratch, most)
        elif path.suffix in (".zip", ".gz") and "label" not in path.name and "licen" not in path.name.lower():
            paths.append(str(path))
    return _normalised(paths, most)


def regression(data: Path, scratch: Path) -> tuple[list[str], pa.Table] | None:
    """(rule id that must match, event) of the regression set, in step; None when it is absent."""
    path = data / "soc" / REGRESSION / "events.jsonl.zst"
    if not path.is_file():
        return None
    scratch.mkdir(parents=True, exist_ok=True)
    records = [orjson.loads(line) for line in lines_of(path)]
    target = scratch / "regression.jsonl"
    target.write_bytes(b"".join(orjson.dumps(unlabelled(record)) + b"\n" for record in records))
    table = _normalised([str(target)], len(records))
    if table is None or table.num_rows != len(records):
        read = 0 if table is None else table.num_rows
        raise SystemExit(f"{path}: {read} of {len(records)} records became events; see `hodoscope soc coverage`")
    return [str(record["_rule_id"]) for record in records], table.sort_by("source_position")


def _json_files(path: Path, scratch: Path, most: int) -> list[str]:
    """An even sample of JSON lines as files of one format each (the detection tests hold events of many)."""
    lines = list(lines_of(path))
    step = max(1, len(lines) // most)
    by_format: dict[str, list[bytes]] = defaultdict(list)
    for line in lines[::step]:
        record = orjson.loads(line)
        kind = ""
        if "log_types" in record and "event" in record:
            kind, record = "-".join(record["log_types"] or ()), record["event"]
            with suppress(orjson.JSONDecodeError):
                record = orjson.loads(record) if isinstance(record, str) else record
        if isinstance(record, dict) and record:
            by_format[kind].append(orjson.dumps(unlabelled(record)))
    files = []
    for number, records in enumerate(by_format.values()):
        target = scratch / f"{path.name.split('.')[0]}{number}.jsonl"
        target.write_bytes(b"\n".join(records) + b"\n")
        files.append(str(target))
    return files


def unlabelled(record: dict[str, object]) -> dict[str, object]:
    """The record without the labels of the collection."""
    return {key: value for key, value in record.items() if not key.startswith("_")}


def _normalised(paths: list[str], most: int) -> pa.Table | None:
    routing = FormatRouting(shipped_mappings(), "default")
    tables, rows = [], 0
    with suppress(zipfile.BadZipFile):
        for source in discover(paths):
            if isinstance(source, SkippedRecord) or source.format not in routing.mappings:
                continue
            batch = next(iter(source.read(0, min(most, 60_000), 2**27)), None)
            events = routing.normalise(batch).events if batch else None
            if events is not None and events.num_rows:
                tables.append(events)
    if not tables:
        return None
    table = unified(tables) if len(tables) > 1 else tables[0]
    rows = table.num_rows
    ids = pa.array([number.to_bytes(16) for number in range(rows)], pa.binary(16))
    return table.set_column(table.schema.get_field_index("event_id"), "event_id", ids)
