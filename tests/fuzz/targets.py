"""``FUZZ_TARGETS``: name → callable that takes any bytes and fails when a promise of the reading side is broken.

``parser:NAME`` feeds one parser, ``mapping:NAME`` a whole normaliser of a shipped mapping, ``stream:NAME`` bytes as a
file through format detection (``auto``) or a forced framing and then the normaliser, ``sigma:rules`` the rule loader
(its own promises are with it). The promises: nothing raises;
every record is in exactly one of events and dead letters (blank lines in none); an event's columns have the types of
the schema and its ``raw`` is the record.
"""

import json
from collections.abc import Callable, Iterable
from functools import partial

from hodoscope.errors import HodoscopeError
from hodoscope.soc.event import arrow_type
from hodoscope.soc.normalise.engine import Normaliser
from hodoscope.soc.normalise.interface import Normalised
from hodoscope.soc.normalise.mapping import FormatMapping, shipped_mappings
from hodoscope.soc.normalise.parsers import PARSERS, parser_for
from hodoscope.soc.record import RawBatch, SkippedRecord
from hodoscope.soc.sources.detect import FORMATS
from tests.fuzz.sigma_rules import rule_file
from tests.soc.sources.memory_source import source_of

Target = Callable[[bytes], None]
BLANK_LINE_JOINS = "auditd"
"""The parser whose records hold line breaks; a blank line parts them here."""
_BATCH_BYTES = 1 << 16


def batch_of(data: bytes, parser: str, name: str) -> RawBatch:
    """Records of any bytes; a delimited format's field names come from the first line, as in a file."""
    records = data.split(b"\n\n" if parser == BLANK_LINE_JOINS else b"\n")
    header: dict[str, str] = {}
    if parser in ("delimited", "zeek") and data[:1] != b"{":
        names = records.pop(0).decode("utf-8", "replace").split("\t")
        unique = list(dict.fromkeys(name for name in names if name))  # as the framings hand them over
        header = {"columns": json.dumps(unique)} if parser == "delimited" else {"fields": "\t".join(unique)}
        header = header if unique else {}
        if parser == "delimited":
            header |= {"delimiter": "\t", "quote": '"' if data[:1] == b'"' else ""}
        elif not header:
            records = []
    return RawBatch("0" * 32, "fuzz", name, records, list(range(len(records))), len(records), header, modified=1.5e9)


def each_record_once(batch: RawBatch, seen: Iterable[int], skipped: Iterable[SkippedRecord]) -> None:
    """Fails when a record is in both or twice, or in none without being blank."""
    positions = sorted([*seen, *(letter.position for letter in skipped)])
    assert len(positions) == len(set(positions)), "a record came out twice"
    for position, record in zip(batch.positions, batch.records, strict=True):
        assert position in positions or not record.decode("utf-8", "replace").strip(), f"lost: {record!r}"


def events_keep_the_schema(batch: RawBatch, result: Normalised) -> None:
    """Fails when an event table differs from what :mod:`hodoscope.soc.event` says."""
    events = result.events
    if not events.num_rows:
        each_record_once(batch, (), result.skipped)
        return
    for field in events.schema:
        assert field.type == arrow_type(field.name), field
    events.validate(full=True)
    positions = events.column("source_position").to_pylist()
    records = dict(zip(batch.positions, batch.records, strict=True))
    assert [records[position] for position in positions] == events.column("raw").to_pylist()
    each_record_once(batch, positions, result.skipped)


def _parser(mapping: FormatMapping, data: bytes) -> None:
    batch = batch_of(data, mapping.parser, mapping.format)
    parsed = parser_for(mapping).parse(batch, {})
    assert len(parsed.fields) == len(parsed.rows)
    each_record_once(batch, (batch.positions[row] for row in parsed.rows.tolist()), parsed.skipped)
    assert len(parsed.fields.rest(frozenset())) == len(parsed.rows)


def _mapping(normaliser: Normaliser, data: bytes) -> None:
    batch = batch_of(data, normaliser.mapping.parser, normaliser.mapping.format)
    events_keep_the_schema(batch, normaliser.normalise(batch))


def _stream(forced: str | None, data: bytes) -> None:
    try:
        source = source_of(data, forced)
    except HodoscopeError:  # a reason for the operator, not a crash
        return
    end = 0
    for batch in source.read(0, 50, _BATCH_BYTES):
        assert batch.end >= end
        end = batch.end
        mapping = shipped_mappings().get(batch.format)
        if mapping is not None:
            events_keep_the_schema(batch, Normaliser(mapping, "fuzz").normalise(batch))


def _targets() -> dict[str, Target]:
    mappings = shipped_mappings()
    by_parser = {mapping.parser: mapping for mapping in mappings.values()}
    assert by_parser.keys() == PARSERS.keys(), "a parser that no shipped mapping uses needs a target of its own"
    parsers: dict[str, Target] = {f"parser:{name}": partial(_parser, by_parser[name]) for name in PARSERS}
    whole: dict[str, Target] = {
        f"mapping:{name}": partial(_mapping, Normaliser(mapping, "fuzz")) for name, mapping in mappings.items()
    }
    streams: dict[str, Target] = {
        f"stream:{name}": partial(_stream, name) for name in sorted(FORMATS & mappings.keys())
    }
    return {**parsers, **whole, "stream:auto": partial(_stream, None), **streams, "sigma:rules": rule_file}


FUZZ_TARGETS: dict[str, Target] = _targets()
"""Every target by name; the table is total over parsers, shipped mappings and framings."""
