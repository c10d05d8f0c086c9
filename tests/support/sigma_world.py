"""A small world for rule engines: events of one kind, their vendor fields in columns and in the unmapped map."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from hodoscope.soc.event import LC, UNMAPPED
from hodoscope.soc.sigma.interface import FieldSource, KindKey
from hodoscope.soc.sigma.rule import LogSource, Node, Rule

SOURCE = LogSource("windows", "process_creation")
COLUMNS = {"Image": "process_file_path", "CommandLine": "process_cmd_line", "Answers": "answers"}
"""Vendor fields that a column holds; every other one is in ``unmapped``, and EventID is a constant of the kind."""

Event = Mapping[str, str | Sequence[str]]


class World:
    """The router of this world: every rule of :data:`SOURCE` applies to every event."""

    def logsources(self, kind: KindKey, wanted: Sequence[LogSource]) -> frozenset[LogSource]:
        """All but those of another product."""
        return frozenset(source for source in wanted if source == SOURCE)

    def sources(self, kind: KindKey, field: str) -> tuple[FieldSource, ...]:
        """Column or unmapped; nowhere for a field called Nowhere."""
        if field == "EventID":
            return (FieldSource("", constant=kind[4]),)
        if field == "Nowhere":
            return ()
        return (FieldSource(COLUMNS[field]) if field in COLUMNS else FieldSource("unmapped", key=field),)


def rule(condition: Node, rule_id: str = "r", source: LogSource = SOURCE) -> Rule:
    """A rule that is nothing but its condition."""
    return Rule(rule_id, rule_id, "high", "test", source, condition)


def events(rows: Sequence[Event], raw: Sequence[bytes] | None = None, codes: Sequence[str] = ()) -> pa.Table:
    """An event table of rows of vendor field → value; ``codes`` are their event codes (default: all 1)."""
    count = len(rows)

    def column(name: str) -> pa.Array:
        return pa.array([row.get(name, "") for row in rows], pa.string())

    def lc(values: Sequence[str]) -> pa.Array:
        return pa.array(list(values), pa.string()).dictionary_encode().cast(LC)

    rest = [[(key, value) for key, value in row.items() if key not in COLUMNS] for row in rows]
    return pa.table(
        {
            "format": lc(["windows_json"] * count),
            "mapping_rule": lc(["process"] * count),
            "metadata_log_provider": lc(["p"] * count),
            "metadata_log_name": lc(["c"] * count),
            "metadata_event_code": lc(codes or ["1"] * count),
            "process_file_path": column("Image").dictionary_encode().cast(LC),
            "process_cmd_line": column("CommandLine"),
            "answers": pa.array([list(row.get("Answers", ())) for row in rows], pa.list_(pa.string())),
            "unmapped": pa.array(rest, UNMAPPED),
            "raw": pa.array(raw or [b"{}"] * count, pa.binary()),
        }
    )
