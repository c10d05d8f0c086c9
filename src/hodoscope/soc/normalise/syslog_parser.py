"""Syslog lines → fields: header patterns, and the structured data of RFC 5424 as fields ``sd.<id>.<name>``."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.soc.normalise.interface import Parsed
from hodoscope.soc.normalise.regex_parser import RegexParser
from hodoscope.soc.normalise.table_fields import TableFields
from hodoscope.soc.record import RawBatch

_ELEMENT = re.compile(r'\[([^\s=\]"]+)((?:\s+[^\s=\]"]+="(?:[^"\\]|\\.)*")*)\s*\]')
_PARAMETER = re.compile(r'([^\s=\]"]+)="((?:[^"\\]|\\.)*)"')


class SyslogParser:
    """``parser_options`` as for ``regex``; a field ``structured`` that a pattern finds is taken apart."""

    def __init__(self, options: Mapping[str, object]) -> None:
        self._lines = RegexParser(options)

    def parse(self, batch: RawBatch, options: Mapping[str, str]) -> Parsed:
        parsed = self._lines.parse(batch, options)
        fields = parsed.fields
        if not isinstance(fields, TableFields) or "structured" not in fields.columns:
            return parsed
        columns = dict(fields.columns)
        structured = columns.pop("structured")
        if not pc.any(pc.not_equal(structured, "")).as_py():
            return replace(parsed, fields=TableFields(columns, len(fields)))
        rows = [structured_data(text) if text else {} for text in structured.to_pylist()]
        for name in dict.fromkeys(name for row in rows for name in row):
            columns[name] = pa.array([row.get(name) for row in rows], pa.string())
        return replace(parsed, fields=TableFields(columns, len(fields)))


@lru_cache(maxsize=4096)
def structured_data(text: str) -> Mapping[str, str]:
    """``{"sd.<id>.<name>": value}`` of ``[id name="value" …]…`` (RFC 5424 6.3); backslash escapes are undone."""
    return {
        f"sd.{element[1]}.{parameter[1]}": re.sub(r'\\(["\\\]])', r"\1", parameter[2])
        for element in _ELEMENT.finditer(text)
        for parameter in _PARAMETER.finditer(element[2])
    }
