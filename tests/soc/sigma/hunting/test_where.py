"""One rule as a WHERE: per kind of event its own places, one condition."""

from collections.abc import Sequence

import pyarrow as pa
import pytest
from tests.support.events import event_table
from tests.support.store import fresh_store

from hodoscope.soc.event import UNMAPPED
from hodoscope.soc.sigma.hunting.where import fields_of, where
from hodoscope.soc.sigma.interface import FieldSource, KindKey
from hodoscope.soc.sigma.rule import All, Any, Leaf, LogSource, Match, Not, Rule

PROCESS = LogSource("windows", "process_creation")
SYSMON: KindKey = ("windows_json", "sysmon", "Sysmon", "Operational", "1")
SECURITY: KindKey = ("windows_json", "security", "Security", "Security", "4688")
LINUX: KindKey = ("auditd", "execve", "", "", "")
KINDS = (SYSMON, SECURITY, LINUX, ("windows_json", "security", "Security", "Operational", "4688"))


class Places:
    """Windows processes in two places; nothing of Linux."""

    def logsources(self, kind: KindKey, wanted: Sequence[LogSource]) -> frozenset[LogSource]:
        return frozenset(wanted) if kind in (SYSMON, SECURITY) else frozenset()

    def sources(self, kind: KindKey, field: str) -> tuple[FieldSource, ...]:
        if field == "EventID":
            return (FieldSource("", constant=kind[4]),)
        if field == "Hashes":
            return () if kind == SECURITY else (FieldSource("unmapped", "Hashes"),)
        if field == "Image":
            return (FieldSource("process_file_path" if kind == SYSMON else "process_name"),)
        return (FieldSource("process_cmd_line"), FieldSource("unmapped", field))


def rule(condition: Leaf | All | Any | Not) -> Rule:
    """A rule for Windows processes."""
    return Rule("r", "r", "high", "test", PROCESS, condition)


def events() -> pa.Table:
    """One event of each kind with cmd.exe as its image."""
    made = event_table(len(KINDS))

    def lc(values: Sequence[str]) -> pa.Array:
        return pa.array(values).dictionary_encode()

    columns = {
        **dict(zip(("format", "mapping_rule", "metadata_log_provider", "metadata_log_name", "metadata_event_code"),
                   (lc(column) for column in zip(*KINDS, strict=True)), strict=True)),
        "process_file_path": lc([r"C:\cmd.exe", r"C:\other.exe", r"C:\cmd.exe", r"C:\cmd.exe"]),
        "process_name": lc(["other.exe", r"C:\cmd.exe", r"C:\cmd.exe", r"C:\cmd.exe"]),
        "process_cmd_line": pa.array(["cmd /c whoami", "", "whoami", "whoami"]),
        "unmapped": pa.array([[("Hashes", "MD5=1")], [("Process Command Line", "WHOAMI")], [], []], UNMAPPED),
    }  # fmt: skip
    return pa.table({**{name: made[name] for name in made.column_names}, **columns})


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Leaf("Image", Match.ENDSWITH, "\\CMD.exe"), [0, 1]),
        (Leaf("Process Command Line", Match.CONTAINS, "whoami"), [0, 1]),  # a name with blanks, second place
        (Leaf("Hashes", Match.EXISTS), [0]),
        (Not(Leaf("Hashes", Match.CONTAINS, "MD5=1")), [1]),  # a field the kind never has
        (All((Leaf("EventID", Match.EQUALS, "4688"), Leaf("Image", Match.CONTAINS, "cmd"))), [1]),
        (Leaf("Image", Match.CONTAINS_FIELD, "Process Command Line"), []),
        (Not(Leaf("Image", Match.EQUALS, "nothing")), [0, 1]),  # events of other log sources stay out
    ],
)
def test_a_field_is_read_where_its_kind_keeps_it(condition: Leaf | All | Not, expected: list[int]) -> None:
    """The events a rule hits, by number."""
    with fresh_store() as store:
        store.insert_events(events(), "t")
        sql = where(rule(condition), Places(), KINDS)
        found = store.query(f"SELECT source_position AS n FROM events WHERE {sql} ORDER BY n")
        assert found["n"].to_pylist() == expected


def test_a_rule_for_other_telemetry_is_never_true() -> None:
    """And says so at once."""
    assert where(rule(Leaf("Image", Match.EXISTS)), Places(), [LINUX]) == "0"


def test_fields_are_named_once_with_those_referred_to() -> None:
    """A keyword reads no field."""
    condition = Any((Leaf("a", Match.EQUALS_FIELD, "b"), Leaf("", Match.CONTAINS, "x"), Leaf("a", Match.EXISTS)))
    assert fields_of(condition) == ("a", "b")
