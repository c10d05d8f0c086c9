"""The engine over small mappings: rules, inheritance of nothing between rows, types, identity, unmapped fields."""

import json
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hodoscope.soc.event import arrow_type
from hodoscope.soc.normalise.engine import Normaliser, missing_time
from hodoscope.soc.normalise.mapping import load_mapping
from hodoscope.soc.record import RawBatch

MAPPING = r"""
format: mine
parser: json
identity: [id]
time: [{from: when, as: iso}]
columns: {actor_user_name: who, src_endpoint_port: port, privileges: rights, severity_id: level}
rules:
  - {name: logon, when: {kind: logon}, class: 3002, activity: 1, columns: {user_name: target}}
  - {name: other, when: {kind: {prefix: file}}, class: 1001}
"""
ROWS = st.fixed_dictionaries(
    {"kind": st.sampled_from(["logon", "file_read", "x", None])},
    optional={
        "who": st.text(max_size=3) | st.integers(),
        "port": st.integers(-1, 70_000) | st.text(max_size=2),
        "rights": st.lists(st.text(max_size=2), max_size=2) | st.text(max_size=2),
        "level": st.integers(-1, 9),
        "target": st.text(max_size=3),
        "id": st.sampled_from(["", "a", "b"]),
        "when": st.sampled_from(["2024-05-01T10:00:00Z", "2024-05-01 10:00:00", "soon", ""]),
        "extra": st.integers(0, 3),
    },
)


@pytest.fixture(scope="module")
def normaliser(tmp_path_factory: pytest.TempPathFactory) -> Normaliser:
    path = tmp_path_factory.mktemp("mapping") / "mine.yaml"
    path.write_text(MAPPING)
    return Normaliser(load_mapping(path), "default")


def batch(rows: list[dict[str, object]]) -> RawBatch:
    """Records one position apart."""
    records = [json.dumps(row).encode() for row in rows]
    return RawBatch("0" * 32, "a.json", "mine", records, list(range(len(rows))), len(rows))


def by_position(table: pa.Table) -> dict[int, dict[str, object]]:
    """Rows without the columns that hold nothing."""
    rows = table.to_pylist()
    return {row["source_position"]: {k: v for k, v in row.items() if v not in (None, "", [], 0)} for row in rows}


@given(st.lists(ROWS, min_size=1, max_size=12), st.integers(0, 12))
@settings(max_examples=60)
def test_an_event_does_not_depend_on_its_neighbours(
    normaliser: Normaliser, rows: list[dict[str, object]], cut: int
) -> None:
    """In one batch, in two, or reversed: every record gives the same event."""
    whole = batch(rows)
    parts = [
        RawBatch("0" * 32, "a.json", "mine", whole.records[part], whole.positions[part], 0)
        for part in (slice(cut, None), slice(0, cut))
        if whole.records[part]
    ]
    together = by_position(normaliser.normalise(whole).events)
    apart: dict[int, dict[str, object]] = {}
    for part in parts:
        apart |= by_position(normaliser.normalise(part).events)
    assert {k: {n: v for n, v in row.items() if n != "source_position"} for k, row in together.items()} == {
        k: {n: v for n, v in row.items() if n != "source_position"} for k, row in apart.items()
    }


@given(st.lists(ROWS, min_size=1, max_size=12))
@settings(max_examples=60)
def test_a_table_keeps_the_schema(normaliser: Normaliser, rows: list[dict[str, object]]) -> None:
    """Types as in the column table; text and enums are never null; every record is there."""
    events = normaliser.normalise(batch(rows)).events
    assert sorted(events.column("source_position").to_pylist()) == list(range(len(rows)))
    for field in events.schema:
        assert field.type == arrow_type(field.name)
        if pa.types.is_dictionary(field.type) or pa.types.is_uint32(field.type):
            assert events.column(field.name).null_count == 0


def test_values_of_a_small_example(normaliser: Normaliser) -> None:
    """First matching rule, base columns, what does not fit a type is absent, the rest is unmapped."""
    rows: list[dict[str, object]] = [
        {
            "kind": "logon",
            "who": "ann",
            "target": "bob",
            "port": 70_000,
            "when": "2024-05-01T10:00:00Z",
            "extra": {"x": 1},
        },
        {"kind": "file_x", "target": "bob", "port": "22", "rights": ["a", "b"], "when": "no"},
    ]
    events = normaliser.normalise(batch(rows)).events
    first, second = (by_position(events)[position] for position in (0, 1))
    assert (first["class_uid"], first["category_uid"], first["activity_id"], first["mapping_rule"]) == (
        3002,
        3,
        1,
        "logon",
    )
    assert (first["actor_user_name"], first["user_name"]) == ("ann", "bob")
    assert "src_endpoint_port" not in first
    assert dict(first["unmapped"]) == {"kind": "logon", "extra.x": "1"}  # type: ignore[call-overload]  # map as pairs
    assert (second["class_uid"], second["src_endpoint_port"], second["privileges"]) == (1001, 22, ["a", "b"])
    assert "user_name" not in second
    assert dict(second["unmapped"])["target"] == "bob"  # type: ignore[call-overload]  # map as pairs
    assert missing_time(events) == 1


def test_the_vendors_id_is_the_identity_wherever_the_event_stands(normaliser: Normaliser) -> None:
    """Same id and content: same event; no id, or an empty one: the place counts."""
    rows: list[dict[str, object]] = [{"id": "a"}, {"id": "a"}, {"who": "x"}, {"who": "x"}, {"id": ""}, {"id": ""}]
    ids = [row["event_id"] for _, row in sorted(by_position(normaliser.normalise(batch(rows)).events).items())]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 5


def test_an_empty_batch_gives_an_empty_table(normaliser: Normaliser) -> None:
    """And what no parser reads is a dead letter with its position."""
    assert normaliser.normalise(batch([])).events.num_rows == 0
    broken = RawBatch("0" * 32, "a.json", "mine", [b"{", b"[]"], [10, 12], 15)
    result = normaliser.normalise(broken)
    assert [(letter.position, letter.reason) for letter in result.skipped] == [
        (10, "not valid JSON"), (12, "JSON is not an object"),
    ]  # fmt: skip


def test_the_mapping_file_need_not_be_shipped(tmp_path: Path) -> None:
    """An operator's own file works the same; a file with no rules maps with its base alone."""
    path = tmp_path / "own.yaml"
    path.write_text("format: own\nparser: json\ncolumns: {message: text}\n")
    events = Normaliser(load_mapping(path), "t").normalise(batch([{"text": "hi"}])).events
    assert events.column("message").to_pylist() == ["hi"]
    assert events.column("mapping_rule").to_pylist() == [""]
