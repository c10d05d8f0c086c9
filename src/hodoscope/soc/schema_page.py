"""Writes ``docs/schema.md`` and ``contracts/event_schema.json`` from the column table.

``python -m hodoscope.soc.schema_page --write`` rewrites both in the checkout; without ``--write`` the page is printed.
A house test regenerates and compares, so the two files are never edited by hand.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from hodoscope.soc.columns import COLUMNS, ECS_EVENT_COLUMNS, Column
from hodoscope.soc.event import ARROW_TYPES, FULL_SCHEMA, IDENTITY_FIELDS

OCSF_VERSION = "1.8.0"
COMMAND = "make contracts"

IDENTITY_NOTES = {
    "tenant_id": "whose event it is; part of every key",
    "event_id": "128-bit hash of tenant, source, position or vendor key, and raw bytes; shown as 32 hex digits",
    "time": "event time in UTC; 1970-01-01 where `time_quality` is `missing`",
    "time_quality": "`exact`, `assumed_year`, `assumed_zone`, `assumed_year_zone` or `missing`",
    "source_id": "identity of the stream the record was read from, never its path",
    "source_position": "byte offset in the decompressed stream, or record number",
    "format": "the mapping file that read the record",
    "mapping_rule": "the rule inside that file; empty when only its base part applied",
    "entity_ids": "canonical users, hosts, accounts and addresses; filled by enrich",
    "indicator_ids": "matched indicators; filled by enrich",
    "unmapped": "vendor fields that no column holds, verbatim; nested values as JSON text",
    "raw": "the record as read",
}


def event_schema() -> str:
    """The contract other languages generate their types from, as JSON text."""
    columns = {column.name: column for column in (*COLUMNS, *ECS_EVENT_COLUMNS)}
    fields = []
    for field in FULL_SCHEMA:
        column = columns.get(field.name)
        entry = {"name": field.name, "type": _type(field.type)}
        if column is None:
            entry["note"] = IDENTITY_NOTES[field.name]
        else:
            entry |= {"kind": column.kind, "ocsf": column.ocsf, "ecs": column.ecs, "note": column.note}
        fields.append({key: value for key, value in entry.items() if value != ""})
    lines = ",\n".join(f"  {json.dumps(entry)}" for entry in fields)
    return f'{{"ocsf_version": "{OCSF_VERSION}", "fields": [\n{lines}\n]}}\n'


def page() -> str:
    """The documentation page as Markdown."""
    parts = [
        "# Event schema",
        "",
        f"<!-- Generated from src/hodoscope/soc/columns.py by `{COMMAND}`; edit that file. -->",
        "",
        f"An event is a row of {len(FULL_SCHEMA)} columns: {len(IDENTITY_FIELDS)} say which record it is and where it",
        f"came from, {len(COLUMNS)} hold typed attributes named by their OCSF {OCSF_VERSION} path with `_` for `.`,",
        f"and {len(ECS_EVENT_COLUMNS)} hold the ECS classification. What no column holds is kept verbatim in",
        "`unmapped`, the whole record in `raw`. Text is never null: an absent value is the empty string.",
        "",
        "## Identity",
        "",
        *_table(
            ("column", "type", "meaning"),
            ((f"`{f.name}`", f"`{_type(f.type)}`", IDENTITY_NOTES[f.name]) for f in IDENTITY_FIELDS),
        ),
        "",
        "## Attributes",
        "",
        "`[]` in a path marks an array of objects. An empty OCSF cell: the column is ours, and the note says why.",
        "",
        *_attribute_table(COLUMNS),
        "",
        "## ECS classification",
        "",
        *_attribute_table(ECS_EVENT_COLUMNS),
        "",
    ]
    return "\n".join(parts)


def _attribute_table(columns: Iterable[Column]) -> list[str]:
    rows = (
        (
            f"`{column.name}`",
            f"`{_type(ARROW_TYPES[column.kind])}`",
            "" if column.note.startswith("ours") else _code(column.ocsf),
            _code(column.ecs),
            column.note,
        )
        for column in columns
    )
    return _table(("column", "type", "OCSF", "ECS", "note"), rows)


def _type(arrow: pa.DataType) -> str:
    """Arrow's own name, shorter for dictionaries."""
    return f"dictionary<{arrow.value_type}>" if pa.types.is_dictionary(arrow) else str(arrow)


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return lines + ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]


def generated() -> dict[str, str]:
    """Every file this module owns: path in the checkout → content."""
    return {"docs/schema.md": page(), "contracts/event_schema.json": event_schema()}


def main() -> None:
    """Print the page, or with ``--write`` rewrite the files of the checkout this module runs from."""
    if "--write" not in sys.argv[1:]:
        sys.stdout.write(page())
        return
    checkout = Path(__file__).resolve().parents[3]
    for path, content in generated().items():
        target = checkout / path
        target.parent.mkdir(exist_ok=True)
        target.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
