"""Places inside a record, taken out by ClickHouse, hold what the engine would have read there."""

from collections.abc import Sequence

import orjson
import pyarrow as pa
from tests.support.events import event_table
from tests.support.store import fresh_store

from hodoscope.soc.sigma.hunting.stored_router import StoredRouter
from hodoscope.soc.sigma.interface import FieldSource, KindKey
from hodoscope.soc.sigma.routing.values import distinct
from hodoscope.soc.sigma.rule import LogSource

KIND: KindKey = ("json", "", "", "", "")
PLACES = {
    "nested or flat": (FieldSource("raw", path=("Event", "Data", "User")), FieldSource("raw", path=("User",))),
    "list": (FieldSource("raw", path=("tags",)),),
    "odd name": (FieldSource("raw", path=('it\'s "x"',)),),
    "element": (FieldSource("raw", path=("pairs", "[name=a]", "value")),),
    "words": (FieldSource("raw", path=("User",), table=(("1", "one"), ("x", "ex"))),),
    "mixed": (FieldSource("user_name"), FieldSource("raw", path=("User",)), FieldSource("", constant="c")),
}
RECORDS = [
    *map(
        orjson.dumps,
        (
            {"Event": {"Data": {"User": "in"}}, "User": "out"},
            {"Event": {"Data": [{"User": "a"}, {"User": ["b", None]}]}, "User": "x"},
            {"Event": {"Data": {"User": None}}, "User": 1},
            {"Event": {"Data": {"User": ""}}, "User": {"k": "a/b\u2028\\/"}},
            {"User": True, "tags": ["a", "", {"b": [1]}, 2], 'it\'s "x"': "odd"},
            {"pairs": [{"name": "a", "value": "first"}, {"name": "b", "value": "no"}, {"name": "a", "value": 3}]},
            {"User": -12, "tags": "only"},
            {},
        ),
    ),
    b'{"\\u0055ser": "spelled with an escape"}',
    b"User: no JSON",
    b'{"User": "half a pair \\ud800"}',
    b'{"User": "a line\nend"}',
    b'{"User": "no UTF-8 \xff"}',
    b"",
]


class Places:
    """A router that keeps fields inside records."""

    def logsources(self, kind: KindKey, wanted: Sequence[LogSource]) -> frozenset[LogSource]:
        return frozenset(wanted)

    def sources(self, kind: KindKey, field: str) -> tuple[FieldSource, ...]:
        return PLACES.get(field, ())


def test_values_are_those_the_engine_reads_in_the_record() -> None:
    """Nested, flat, listed, renamed, spelled with escapes, and beside columns and constants."""
    table = event_table(len(RECORDS))
    table = table.set_column(table.column_names.index("raw"), "raw", pa.array(RECORDS, pa.binary()))
    users = pa.array(["named", *[""] * (len(RECORDS) - 1)]).dictionary_encode()
    table = table.append_column("user_name", users)
    router = StoredRouter(Places())
    with fresh_store() as store:
        store.insert_events(table, "t")
        for name, sources in PLACES.items():
            stored = router.sources(KIND, name)
            names = [source.column for source in stored]
            columns = dict.fromkeys(
                router.expression(source.column, others=names) for source in stored if source.column
            )
            rows = store.query(f"SELECT {', '.join(columns)} FROM events ORDER BY source_position")
            if "record" in rows.column_names:
                whole = rows["record"].cast(pa.binary())
                assert whole.to_pylist()[:8] == [b""] * 8
                rows = rows.append_column("raw", whole)
            assert texts(rows, stored) == texts(table, sources), name


def test_records_of_other_kinds_are_not_opened() -> None:
    """And the same places keep their column whatever the kind."""
    router = StoredRouter(Places())
    source, *rest = router.sources(KIND, "list")
    assert rest == list(PLACES["list"])
    assert router.sources(("other", "", "", "", ""), "list") == (source, *rest)
    assert "if(0, [raw], [])" in router.expression(source.column, "0")
    assert router.expression("raw", "0").startswith("if(0, ")
    assert router.expression("user_name", "0") == "user_name"
    assert router.sources(KIND, "nowhere") == ()


def texts(table: pa.Table, sources: tuple[FieldSource, ...]) -> list[list[str]]:
    """Values per row."""
    found = distinct(table, sources)
    held = found.texts.to_pylist()
    if found.offsets is None:
        return [[held[code]] if code >= 0 else [] for code in found.codes.tolist()]
    offsets = found.offsets.tolist()
    return [held[offsets[code] : offsets[code + 1]] if code >= 0 else [] for code in found.codes.tolist()]
