"""The events that all Sigma engines read: one file of JSON lines, made of every Windows data set that is found."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa

from benchmarks.ingest_inputs import lines_of
from benchmarks.sigma_inputs import unlabelled
from hodoscope.soc.event import EVENT_ID
from hodoscope.soc.format_routing import FormatRouting, unified
from hodoscope.soc.normalise.mapping import shipped_mappings
from hodoscope.soc.record import SkippedRecord
from hodoscope.soc.sources.discover import discover

RULES = "rules/windows/"
"""The part of a rule pack that the comparison is about."""


@dataclass(frozen=True, slots=True)
class EventFile:
    """A file, and for each of its lines the data set and the line (from 1) there."""

    path: Path
    origin: tuple[tuple[str, int], ...]


def windows_rules(data: Path, target: Path) -> Path | None:
    """The Windows rules of every pack as one archive; None when there are none."""
    names: set[str] = set()
    with zipfile.ZipFile(target, "w") as out:
        for path in sorted((data / "soc" / "sigma_rules").glob("*.zip")):
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    if name.startswith(RULES) and name.endswith(".yml") and name not in names:
                        names.add(name)
                        out.writestr(name, archive.read(name))
    return target if names else None


def windows_events(data: Path, target: Path, most: int) -> EventFile:
    """An even sample of at most about ``most`` records of each data set, labels removed."""
    origin: list[tuple[str, int]] = []
    with target.open("wb") as out:
        for folder in sorted((data / "soc").glob("win_*")):
            for path in sorted(folder.glob("*.jsonl.zst")):
                lines = list(lines_of(path))
                step = max(1, len(lines) // most)
                for number in range(0, len(lines), step):
                    record = orjson.loads(lines[number])
                    if isinstance(record, dict) and ("Event" in record or "EventID" in record):
                        out.write(orjson.dumps(unlabelled(record)) + b"\n")
                        origin.append((folder.name, number + 1))
    return EventFile(target, tuple(origin))


def normalised(events: EventFile) -> tuple[pa.Table, Sequence[int]]:
    """The file as our events, and for each the number of its line (from 0); ids are these numbers."""
    routing, tables = FormatRouting(shipped_mappings(), "default"), []
    for source in discover([str(events.path)]):
        if not isinstance(source, SkippedRecord):
            found = (routing.normalise(batch).events for batch in source.read(0, 20_000, 2**26))
            tables += [table for table in found if table.num_rows]
    table = unified(tables)
    with events.path.open("rb") as lines:
        starts = np.cumsum([0, *map(len, lines)])
    numbers = np.searchsorted(starts, table["source_position"].to_numpy()).tolist()
    ids = pa.array([number.to_bytes(16) for number in numbers], EVENT_ID)
    return table.set_column(table.schema.get_field_index("event_id"), "event_id", ids), numbers
