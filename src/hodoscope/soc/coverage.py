"""How well the mappings read some telemetry: events, mapped share, unmapped fields and dead letters per format."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.soc.format_routing import FormatRouting
from hodoscope.soc.normalise.engine import missing_time
from hodoscope.soc.normalise.mapping import FormatMapping
from hodoscope.soc.record import SkippedRecord
from hodoscope.soc.sources.interface import Source


@dataclass(slots=True)
class FormatCoverage:
    """Counts of one format. ``classified`` events have an OCSF class other than Base Event."""

    events: int = 0
    classified: int = 0
    without_time: int = 0
    mapped_values: int = 0
    unmapped_values: int = 0
    unmapped_fields: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    dead_letters: Counter[str] = field(default_factory=Counter)

    @property
    def mapped_share(self) -> float:
        """Share of vendor values that typed columns hold."""
        return self.mapped_values / max(1, self.mapped_values + self.unmapped_values)


def coverage(
    sources: Iterable[Source | SkippedRecord],
    mappings: Mapping[str, FormatMapping],
    options: Mapping[str, str],
    progress: Callable[[Source], None],
) -> dict[str, FormatCoverage]:
    """Read and normalise everything, store nothing, count."""
    found: dict[str, FormatCoverage] = {}
    routing = FormatRouting(mappings, "coverage", options)
    for source in sources:
        if isinstance(source, SkippedRecord):
            found.setdefault("(unreadable)", FormatCoverage()).dead_letters[source.reason] += 1
            continue
        for batch in source.read(0, 20_000, 32 * 2**20):
            counts = found.setdefault(batch.format, FormatCoverage())
            result = routing.normalise(batch)
            counts.dead_letters.update(item.reason for item in result.skipped)
            _count(result.events, found)
            progress(source)
    return found


def _count(events: pa.Table, found: dict[str, FormatCoverage]) -> None:
    """Count a table by the format each event was read as, which may differ from its file's."""
    if not events.num_rows:
        return
    formats = events.column("format").cast(pa.string())
    for name in pc.unique(formats).to_pylist():
        part = events if len(pc.unique(formats)) == 1 else events.filter(pc.equal(formats, name))
        _count_format(part, found.setdefault(name, FormatCoverage()))


def _count_format(events: pa.Table, counts: FormatCoverage) -> None:
    counts.events += events.num_rows
    counts.without_time += missing_time(events)
    if "class_uid" in events.column_names:
        counts.classified += int(pc.sum(pc.greater(events.column("class_uid"), 0)).as_py() or 0)
    for item in pc.value_counts(events.column("mapping_rule").cast(pa.string())).to_pylist():
        counts.rules[item["values"] or "(base)"] += item["counts"]
    keys = _keys(events)
    counts.unmapped_values += len(keys)
    for item in pc.value_counts(keys).to_pylist():
        counts.unmapped_fields[item["values"]] += item["counts"]
    for name in events.column_names:
        if name not in _IDENTITY:
            counts.mapped_values += _present(events.column(name))


_IDENTITY = frozenset(
    ("tenant_id", "event_id", "time_quality", "source_id", "source_position", "format", "mapping_rule", "entity_ids",
     "indicator_ids", "unmapped", "raw", "class_uid", "category_uid", "activity_id", "timezone_offset")
)  # fmt: skip


def _keys(events: pa.Table) -> pa.Array:
    arrays = [chunk.keys for chunk in events.column("unmapped").chunks]
    return pa.concat_arrays(arrays) if arrays else pa.array([], pa.string())


def _present(column: pa.ChunkedArray) -> int:
    if pa.types.is_dictionary(column.type):
        column = column.cast(pa.string())
    if pa.types.is_string(column.type):
        return int(pc.sum(pc.not_equal(column, "")).as_py() or 0)
    if pa.types.is_list(column.type):
        return int(pc.sum(pc.greater(pc.list_value_length(column), 0)).as_py() or 0)
    return len(column) - int(column.null_count)
