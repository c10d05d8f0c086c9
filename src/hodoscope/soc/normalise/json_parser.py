"""JSON records → fields. Where one record fails its piece is parsed again, each record with its own verdict.

What one would get wrong: the processor's cache decides. One call over the records joined to an array costs twice as
much (nested Windows events 13 against 5 µs), because text and tape leave it; so does parsing a whole batch before its
values are taken, because each look at a value is then a look into memory. And a sender could write joined records that
are only complete together.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import orjson

from hodoscope.errors import MappingError
from hodoscope.soc.normalise.interface import Parsed
from hodoscope.soc.normalise.json_cells import CellTable, Record
from hodoscope.soc.normalise.json_fields import JsonFields
from hodoscope.soc.record import RawBatch, SkippedRecord

Change = Callable[[Record], None]
_PIECE = 64  # records parsed at a time: their objects stay in the processor's cache until their values are taken


class JsonParser:
    """Parser of JSON objects, one per record.

    ``parser_options: {open: [path, …]}`` names fields that hold JSON as text (Log Analytics writes nested values so);
    they are replaced by the value. What does not parse stays text. Paths are of plain names, at most two deep.
    ``change`` is applied to each parsed object before its values are taken.
    ``parser_options: {rename: {other: name}}`` gives top-level keys that pipelines spell otherwise their vendor's name.
    """

    def __init__(self, options: Mapping[str, object] | None = None, change: Change | None = None) -> None:
        paths = (options or {}).get("open", [])
        if not isinstance(paths, list) or any(str(path).count(".") > 1 for path in paths):
            raise MappingError("parser 'json': open needs a list of field names such as [AuditData, properties.target]")
        self._open = [tuple(str(path).split(".")) for path in paths]
        names = (options or {}).get("rename", {})
        if not isinstance(names, dict):
            raise MappingError("parser 'json': rename needs a mapping such as {eventtype: eventType}")
        self._names = {str(old): str(new) for old, new in names.items()}
        self._change = change

    def parse(self, batch: RawBatch, options: Mapping[str, str]) -> Parsed:
        rows: list[npt.NDArray[np.int64]] = []
        skipped: list[SkippedRecord] = []
        table = CellTable(self._changed(records) for records in parsed_pieces(batch, rows, skipped))
        return Parsed(JsonFields(table), np.concatenate(rows) if rows else np.zeros(0, np.int64), skipped)

    def _changed(self, records: list[Record]) -> list[Record]:
        if self._names:
            _rename(records, self._names)
        if self._open:
            for record in records:
                _open_texts(record, self._open)
        if self._change is not None:
            for record in records:
                self._change(record)
        return records


def parsed_pieces(
    batch: RawBatch, rows: list[npt.NDArray[np.int64]], skipped: list[SkippedRecord]
) -> Iterator[list[Record]]:
    """The objects of a batch, some at a time; their row numbers and the records that are none are appended."""
    for begin in range(0, len(batch.records), _PIECE):
        texts = batch.records[begin : begin + _PIECE]
        try:
            records = list(map(orjson.loads, texts))
        except orjson.JSONDecodeError:
            records = []
        if len(records) == len(texts) and {dict}.issuperset(map(type, records)):
            rows.append(np.arange(begin, begin + len(texts)))
            yield records
        else:
            good, found = _one_by_one(batch, begin, texts, skipped)
            rows.append(np.array(found, dtype=np.int64))
            yield good


def _rename(records: Sequence[Record], names: Mapping[str, str]) -> None:
    for record in records:
        if names.keys().isdisjoint(record):
            continue
        for name in [name for name in record if name in names]:  # in the record's order: a set has none
            record.setdefault(names[name], record.pop(name))


def _open_texts(record: Record, paths: list[tuple[str, ...]]) -> None:
    for path in paths:
        node = record.get(path[0]) if len(path) == 2 else record
        if not isinstance(node, dict):
            continue
        text = node.get(path[-1])
        if type(text) is str and text[:1] in ("{", "["):
            try:
                node[path[-1]] = orjson.loads(text)
            except orjson.JSONDecodeError:
                continue


def _one_by_one(
    batch: RawBatch, begin: int, texts: Sequence[bytes], skipped: list[SkippedRecord]
) -> tuple[list[Record], list[int]]:
    good: list[Record] = []
    rows: list[int] = []
    for index, record in enumerate(texts, begin):
        value, reason = _parse(record)
        if type(value) is dict:
            good.append(value)
            rows.append(index)
        else:
            position = batch.positions[index]
            reason = reason or "JSON is not an object"
            skipped.append(SkippedRecord(batch.source_id, batch.path, position, reason, "", record[:4096]))
    return good, rows


def _parse(record: bytes) -> tuple[object, str]:
    try:
        return orjson.loads(record), ""
    except orjson.JSONDecodeError:
        pass
    # What orjson refuses but senders do write: invalid UTF-8, lone surrogates, NaN, a byte order mark.
    try:
        text = record.decode("utf-8-sig", "replace")
        value = json.loads(text, strict=False)
        return (
            json.loads(_without_lone_surrogates(json.dumps(value, ensure_ascii=False))) if "\\u" in text else value
        ), ""
    except RecursionError:
        return None, "JSON nested too deeply"
    except ValueError:
        return None, "not valid JSON"


def _without_lone_surrogates(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
