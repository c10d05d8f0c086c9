"""The SQL of kinds and sources reads the same values as the engine over Arrow tables."""

from collections.abc import Iterator

import orjson
import pyarrow as pa
import pytest
from tests.support.events import event_table
from tests.support.store import fresh_store

from hodoscope.soc.event import UNMAPPED
from hodoscope.soc.sigma.interface import KIND_COLUMNS, FieldSource
from hodoscope.soc.sigma.routing.sql import kind_condition, value_expression
from hodoscope.soc.sigma.routing.values import distinct
from hodoscope.soc.storage.interface import EventStore

NESTED = orjson.dumps(
    {"a": [{"b": 1}, {"b": [True, None, "x/y"]}, {"c": "é\n"}, [{"b": "hidden"}]], "o": {"k": [1.5, {"z": "'\\"}]}}
).decode()
UNMAPPED_ROWS = [
    {"F": "plain", "param1": "one", "param2": "two"},
    {"F": '["a",{"k":1},null,""]', "it's": "quoted"},
    {"F": "[ScriptBlock]::Create", "N": NESTED},
    {"N": "not json", "param9": "p"},
    {"N": "null", "F": "[]"},
    {},
]
SOURCES: dict[str, tuple[FieldSource, ...]] = {
    "nothing": (),
    "column": (FieldSource("process_file_path"),),
    "text": (FieldSource("process_cmd_line"),),
    "list": (FieldSource("privileges"),),
    "key": (FieldSource("unmapped", "F"),),
    "odd key": (FieldSource("unmapped", "it's"),),
    "elements": (FieldSource("unmapped", "F", ("[]",)),),
    "keys": (FieldSource("unmapped", "param*"),),
    "fan out": (FieldSource("unmapped", "N", ("a", "b")),),
    "other field": (FieldSource("unmapped", "N", ("a", "c")),),
    "object": (FieldSource("unmapped", "N", ("o",)),),
    "deep": (FieldSource("unmapped", "N", ("o", "k")),),
    "raw": (FieldSource("raw", path=("x", "y")),),
    "one element": (FieldSource("unmapped", "N", ("a", "[1]", "b")),),
    "no such element": (FieldSource("unmapped", "N", ("a", "[9]", "b")),),
    "by key": (FieldSource("unmapped", "N", ("a", "[c=é\n]", "c")),),
    "first of list": (FieldSource("unmapped", "F", ("[0]",)),),
    "port": (FieldSource("dst_endpoint_port"),),
    "other words": (FieldSource("unmapped", "F", table=(("plain", "it's"),)),),
    "other words of lists": (FieldSource("privileges", table=(("b", "B"),)),),
    "constant": (FieldSource("", constant="it's"),),
    "one after another": (
        FieldSource("process_file_path"),
        FieldSource("unmapped", "F"),
        FieldSource("", constant="c"),
    ),
    "mixed": (FieldSource("unmapped", "it's"), FieldSource("privileges"), FieldSource("unmapped", "F")),
}


def rows() -> pa.Table:
    """Events whose fields hold every odd shape a source may meet."""
    made = event_table(len(UNMAPPED_ROWS))
    columns = {
        "process_file_path": pa.array(["C:\\a", "", "b'", "", "", "C:\\a"]).dictionary_encode(),
        "process_cmd_line": pa.array(["x", "", "y", "x", "", ""]),
        "privileges": pa.array([["a", ""], [], ["b"], ["a", "b"], [], []], pa.list_(pa.string())),
        "unmapped": pa.array([list(row.items()) for row in UNMAPPED_ROWS], UNMAPPED),
        "raw": pa.array(
            [b'{"x": {"y": [1, "z"]}}', b"text", b"", b'{"x": 5}', b'{"x": [{"y": "q"}]}', b"{}"], pa.binary()
        ),
        "dst_endpoint_port": pa.array([0, None, 443, None, 1, 2], pa.uint16()),
        "format": pa.array(["evtx", "evtx", "o'k", "o'k", "", ""]).dictionary_encode(),
    }
    for name, column in columns.items():
        made = (
            made.set_column(made.column_names.index(name), name, column)
            if name in made.column_names
            else made.append_column(name, column)
        )
    return made


@pytest.fixture(scope="module")
def store() -> Iterator[EventStore]:
    with fresh_store() as opened:
        opened.insert_events(rows(), "t")
        yield opened


@pytest.mark.parametrize("name", list(SOURCES))
def test_sql_reads_what_distinct_reads(store: EventStore, name: str) -> None:
    table = rows()
    found = distinct(table, SOURCES[name])
    words = found.texts.to_pylist()
    spans = list(range(len(words) + 1)) if found.offsets is None else found.offsets.tolist()
    expected = [[] if code < 0 else words[spans[code] : spans[code + 1]] for code in found.codes.tolist()]
    expression = value_expression(SOURCES[name])
    answer = store.query(f"SELECT source_position AS p, {expression.array} AS v FROM events")
    by_position = dict(zip(answer.column("p").to_pylist(), answer.column("v").to_pylist(), strict=True))
    assert [by_position[position] for position in table.column("source_position").to_pylist()] == expected
    if not expression.many:
        plain = store.query(f"SELECT source_position AS p, {expression.sql} AS v FROM events")
        assert all(isinstance(value, str) for value in plain.column("v").to_pylist())


def test_a_kind_condition_selects_its_rows(store: EventStore) -> None:
    assert KIND_COLUMNS[0] == "format"
    kinds = store.query(f"SELECT DISTINCT {', '.join(KIND_COLUMNS)} FROM events").to_pylist()
    keys = [tuple(kind[name] for name in KIND_COLUMNS) for kind in kinds]
    for key in keys:
        found = store.query(f"SELECT count() AS n FROM events WHERE {kind_condition([key])}")
        assert found.column("n").to_pylist() == [2]
    assert store.query(f"SELECT count() AS n FROM events WHERE {kind_condition(keys)}").column("n").to_pylist() == [6]
    assert store.query(f"SELECT count() AS n FROM events WHERE {kind_condition([])}").column("n").to_pylist() == [0]
