"""Each record to the mapping of its own format, also when a file holds several or changes midway.

Three looks, cheapest first: records that lack what every record of the file's format has (strays), JSON lines inside a
text log, and records the format's parser refused. Verdicts depend on the record alone, never on its batch.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.soc.normalise.engine import Normaliser
from hodoscope.soc.normalise.interface import Normalised, Selector
from hodoscope.soc.normalise.mapping import FormatMapping
from hodoscope.soc.record import RawBatch, SkippedRecord
from hodoscope.soc.sources.detect import detect_record
from hodoscope.soc.sources.strays import strays

REREAD_REASONS = frozenset(("not valid JSON", "JSON is not an object", "no pattern matches", "wrong number of fields"))
"""Reasons that may mean "another format begins here" rather than "broken"."""
TEXT_PARSERS = frozenset(("regex", "syslog"))
"""Parsers that would take a JSON line for a message."""
HEADED_FORMATS = frozenset(("csv", "zeek_tsv"))
"""Formats that cannot be read without the header of their own file."""


@dataclass(slots=True)
class FormatRouting:
    """Normalises batches of any format of a set of mappings."""

    mappings: Mapping[str, FormatMapping]
    tenant: str
    options: Mapping[str, str] = field(default_factory=dict)
    selector: Selector | None = None
    """See :class:`~hodoscope.soc.normalise.engine.Normaliser`."""
    _normalisers: dict[str, Normaliser] = field(default_factory=dict)

    def normalise(self, batch: RawBatch) -> Normalised:
        """Events and dead letters of a batch, each record in one of the two (blank lines in none)."""
        if batch.format not in self.mappings:
            return _refused(batch)
        others = self._strays(batch)
        taken = {row for rows in others.values() for row in rows}
        own = _part(batch, [row for row in range(len(batch.records)) if row not in taken]) if taken else batch
        first = self._normaliser(batch.format).normalise(own)
        results = [first, *(self._as(name, batch, rows) for name, rows in others.items())]
        retry = {item.position for item in first.skipped if item.reason in REREAD_REASONS}
        if retry:
            again, left = self._retry(own, retry)
            results[0] = Normalised(
                first.events, tuple(i for i in first.skipped if i.position in left or i.position not in retry)
            )
            results += again
        tables = [result.events for result in results if result.events.num_rows]
        skipped = (*batch.skipped, *(item for result in results for item in result.skipped))
        return Normalised(first.events if not tables else tables[0] if len(tables) == 1 else unified(tables), skipped)

    def _strays(self, batch: RawBatch) -> dict[str, list[int]]:
        found = strays(batch.format, batch.records)
        if self.mappings[batch.format].parser in TEXT_PARSERS:
            for row, record in enumerate(batch.records):
                if record.startswith(b"{"):
                    found.setdefault(detect_record(record), []).append(row)
        return {name: rows for name, rows in found.items() if name != batch.format and self._readable(name)}

    def _retry(self, batch: RawBatch, positions: set[int]) -> tuple[list[Normalised], set[int]]:
        """Refused records by the formats they look like, and the positions that look like nothing known."""
        by_format: dict[str, list[int]] = {}
        left: set[int] = set()
        for row, position in enumerate(batch.positions):
            if position in positions:
                name = detect_record(batch.records[row])
                if name not in (batch.format, "json", "text") and self._readable(name):
                    by_format.setdefault(name, []).append(row)
                else:
                    left.add(position)
        return [self._as(name, batch, rows) for name, rows in by_format.items()], left

    def _readable(self, name: str) -> bool:
        return name in self.mappings and name not in HEADED_FORMATS

    def _as(self, name: str, batch: RawBatch, rows: list[int]) -> Normalised:
        return self._normaliser(name).normalise(replace(_part(batch, rows), format=name))

    def _normaliser(self, name: str) -> Normaliser:
        found = self._normalisers.get(name)
        if found is None:
            found = self._normalisers[name] = Normaliser(self.mappings[name], self.tenant, self.options, self.selector)
        return found


def _part(batch: RawBatch, rows: list[int]) -> RawBatch:
    return replace(
        batch,
        records=[batch.records[row] for row in rows],
        positions=[batch.positions[row] for row in rows],
        skipped=(),
    )


def _refused(batch: RawBatch) -> Normalised:
    letters = tuple(
        SkippedRecord(batch.source_id, batch.path, position, "no mapping for this format", batch.format, record[:4096])
        for position, record in zip(batch.positions, batch.records, strict=True)
    )
    return Normalised(pa.table({}), (*batch.skipped, *letters))


def unified(tables: list[pa.Table]) -> pa.Table:
    """Tables of different column sets as one; absent text becomes empty text, as the schema says."""
    joined = pa.concat_tables(tables, promote_options="default").unify_dictionaries().combine_chunks()
    columns = {}
    for name in joined.column_names:
        column = joined.column(name)
        if column.null_count and pa.types.is_dictionary(column.type):
            column = pc.dictionary_encode(pc.fill_null(column.cast(pa.string()), "")).cast(column.type)
        elif column.null_count and pa.types.is_string(column.type):
            column = pc.fill_null(column, "")
        elif column.null_count and pa.types.is_uint32(column.type):
            column = pc.fill_null(column, pa.scalar(0, pa.uint32()))
        elif column.null_count and pa.types.is_list(column.type):
            column = pc.if_else(pc.is_null(column), pa.scalar([], column.type), column)
        columns[name] = column
    return pa.table(columns)
