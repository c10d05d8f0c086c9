"""Journal entries and other syslog messages kept as JSON → the fields of a syslog line beside the record's own names.

What one would get wrong: a field that is no valid text (or holds line breaks) is an array of byte values, and a
field that
was set twice is an array of texts.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.errors import MappingError
from hodoscope.soc.normalise.interface import Parsed
from hodoscope.soc.normalise.json_parser import parsed_pieces
from hodoscope.soc.normalise.table_fields import TableFields
from hodoscope.soc.normalise.values import text_of
from hodoscope.soc.record import RawBatch, SkippedRecord

_VERB = r"^\s*(?P<verb>\S*)"
_OWN = ("host", "program", "pid", "message")


class JournaldParser:
    """Parser of ``journalctl -o json`` and the like, one message per record. ``parser_options`` say where ``host``,
    ``program``, ``pid`` and ``message`` stand: a list of record fields each, the first that is there."""

    def __init__(self, options: Mapping[str, object]) -> None:
        self._own: dict[str, list[str]] = {}
        for own in _OWN:
            sources = options.get(own)
            if not isinstance(sources, list):
                raise MappingError(f"parser 'journald' needs parser_options: {{{own}: [field, …]}}")
            self._own[own] = [str(name) for name in sources]

    def parse(self, batch: RawBatch, options: Mapping[str, str]) -> Parsed:
        rows: list[npt.NDArray[np.int64]] = []
        skipped: list[SkippedRecord] = []
        records = [record for piece in parsed_pieces(batch, rows, skipped) for record in piece]
        names = dict.fromkeys(name for record in records for name in record)
        columns = {name: pa.array([_text(record.get(name)) for record in records], pa.string()) for name in names}
        gone = pa.nulls(len(records), pa.string())
        for own, sources in self._own.items():
            found = [columns.pop(name, gone) for name in sources]
            columns[own] = pc.coalesce(*found)
        columns["verb"] = pc.extract_regex(columns["message"], _VERB).field("verb")
        kept = np.concatenate(rows) if rows else np.zeros(0, np.int64)
        return Parsed(TableFields(columns, len(records)), kept, skipped)


def _text(value: object) -> str | None:
    if value is None or type(value) is str:
        return value
    if isinstance(value, list) and value and all(type(item) is int and 0 <= item < 256 for item in value):
        return bytes(value).decode("utf-8", "replace")
    return text_of(value)
