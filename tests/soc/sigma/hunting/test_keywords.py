"""Records are chosen by a fast search, and by nothing that could miss one."""

import orjson
import pyarrow as pa
import pytest
from tests.support.sigma_world import World, events, rule
from tests.support.store import fresh_store

from hodoscope.soc.sigma.hunting.keywords import keyword_reads, needle
from hodoscope.soc.sigma.hunting.reads import KindSize
from hodoscope.soc.sigma.interface import KindKey
from hodoscope.soc.sigma.rule import All, Any, Leaf, Match, Node, Not
from hodoscope.soc.sigma.streaming.plan import Planner

KIND: KindKey = ("windows_json", "process", "p", "c", "1")


def keyword(text: str, match: Match = Match.CONTAINS) -> Leaf:
    """Somewhere in the record."""
    return Leaf("", match, text)


@pytest.mark.parametrize(
    ("leaf", "expected"),
    [
        (keyword("Sekurlsa::"), "sekurlsa::"),
        (keyword('C:\\Temp\\"Evil Tool"'), "evil tool"),  # JSON spells quotes and backslashes another way
        (keyword("é" + "x" * 3 + "\n" + "long"), "long"),
        (keyword("*kiwi?legit*", Match.GLOB), "legit"),
        (keyword("ab"), None),
        (keyword("evil.*", Match.REGEX), None),
    ],
)
def test_a_needle_is_in_every_spelling(leaf: Leaf, expected: str | None) -> None:
    """Folded; none where it would be too short to choose by."""
    assert needle(leaf) == expected


def test_records_are_chosen_exactly_and_searched_at_once_only_where_that_is_safe() -> None:
    """A rule that holds without its keyword gets no such search; bytes that are no UTF-8 do not hide a keyword."""
    raw = [
        orjson.dumps({"a": 'x SEKURLSA:: "y'}),
        b"\xff\xfe sekurlsa:: \xc3",
        b"nothing",
        orjson.dumps({"a": 'say "kiwi'}),
    ]
    cases: list[tuple[Node, set[int], bool]] = [
        (keyword("sekurlsa::"), {0, 1}, True),
        (keyword('say "kiwi'), {3}, True),
        (All((keyword("sekurlsa::"), Not(keyword('"y')))), {1}, True),
        (Any((keyword("sekurlsa::"), Leaf("Image", Match.EQUALS, "b"))), {0, 1, 2}, False),
        (Not(keyword("sekurlsa::")), {2, 3}, False),
        (keyword("say", Match.REGEX), {3}, False),
    ]
    table = events([{"Image": "b" if number == 2 else "a"} for number in range(4)], raw)
    extra = {
        "tenant_id": pa.array(["default"] * 4).dictionary_encode(),
        "event_id": pa.array([bytes([number] * 16) for number in range(4)], pa.binary(16)),
        "time": pa.array(range(4), pa.timestamp("us", tz="UTC")),
        "time_quality": pa.array(["exact"] * 4).dictionary_encode(),
        "source_id": pa.array(["0" * 32] * 4).dictionary_encode(),
        "source_position": pa.array(range(4), pa.uint64()),
    }
    for name, column in extra.items():
        table = table.append_column(name, column)
    with fresh_store() as store:
        store.insert_events(table, "t")
        for condition, expected, at_once in cases:
            plan = Planner([rule(condition)], World()).plan(KIND)
            (read,) = keyword_reads({KIND: plan}, {KIND: KindSize(4, 100)})
            rows = store.query(f"SELECT source_position AS n FROM events WHERE {read.kinds} AND {read.hit}")
            assert set(rows["n"].to_pylist() if rows.num_rows else ()) == expected, condition
            assert ("multiMatchAny" in read.hit) == at_once
    assert keyword_reads({}, {}) == []
