"""Events are left out by rare literals, and never one that a rule hits."""

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pytest
from tests.support.sigma_world import Event, World, events, rule
from tests.support.store import fresh_store

from hodoscope.soc.sigma.hunting.narrowing import MOST_PATTERNS, candidates
from hodoscope.soc.sigma.hunting.stored_router import StoredRouter
from hodoscope.soc.sigma.interface import KindKey
from hodoscope.soc.sigma.rule import All, Any, Leaf, Match, Node, Not
from hodoscope.soc.sigma.streaming.plan import Planner, Sources
from hodoscope.soc.storage.interface import EventStore

KIND: KindKey = ("windows_json", "process", "p", "c", "1")
ROWS: list[Event] = [
    {"CommandLine": "PowerShell -enc", "Image": "C:\\x\\POWERSHELL.exe"},
    {"CommandLine": "cmd.exe", "Image": "cmd.exe", "K": "Value"},
    {"CommandLine": "a\0powershell\0b", "Image": "C:\\x\\notpowershell.exe"},
    {"CommandLine": "Straße ÄÖ", "Answers": ["one", "TWO"]},
    {},
]


def cmd(text: str, match: Match = Match.CONTAINS) -> Leaf:
    return Leaf("CommandLine", match, text)


CASES: dict[str, tuple[Node, set[int]]] = {
    "anywhere": (cmd("POWERshell"), {0, 2}),
    "at the start": (cmd("powershell", Match.STARTSWITH), {0}),
    "at the end": (cmd(".EXE", Match.ENDSWITH), {1}),
    "with NUL": (cmd("\0power"), {0, 2}),  # too many, never too few
    "file name": (Leaf("Image", Match.ENDSWITH, "\\powershell.exe"), {0}),
    "whole": (Leaf("K", Match.EQUALS, "value"), {1}),
    "beyond ASCII": (cmd("straße Ä"), {3}),
    "of many": (Leaf("Answers", Match.EQUALS, "two"), {3}),
    "glob": (cmd("power*enc", Match.GLOB), {0}),
    "regex": (cmd("(?i)power.*-ENC", Match.REGEX), {0, 2}),
    "no literal": (Not(cmd("powershell")), {1, 3, 4}),  # decided
    "two rules' worth": (Any((cmd("-enc"), Leaf("K", Match.EQUALS, "value"))), {0, 1}),
}


@pytest.fixture(scope="module")
def filled() -> Iterator[EventStore]:
    table = events(ROWS)
    count = table.num_rows
    extra = {
        "tenant_id": pa.array(["default"] * count).dictionary_encode(),
        "event_id": pa.array([bytes([number] * 16) for number in range(count)], pa.binary(16)),
        "time": pa.array(range(count), pa.timestamp("us", tz="UTC")),
        "time_quality": pa.array(["exact"] * count).dictionary_encode(),
        "source_id": pa.array(["s"] * count).dictionary_encode(),
        "source_position": pa.array(range(count), pa.uint64()),
    }
    for name, column in extra.items():
        table = table.append_column(name, column)
    with fresh_store() as store:
        store.insert_events(table, "t")
        yield store


def condition(nodes: Sequence[Node], common: str = "") -> str:
    """What is worth reading for these rules, where literals of ``common`` are in every event."""
    router = StoredRouter(World())
    plan = Planner([rule(node) for node in nodes], router).plan(KIND)

    def share(leaf: Leaf, _sources: Sources) -> float:
        return 1.0 if leaf.value == common else 0.0

    return candidates({KIND: plan}, router.value, share)


def chosen(store: EventStore, sql: str) -> set[int]:
    ids = store.query(f"SELECT event_id FROM events WHERE {sql}")["event_id"].to_pylist() if sql != "0" else []
    return {event[0] for event in ids}


@pytest.mark.parametrize("name", CASES)
def test_what_holds_a_literal_is_read(filled: EventStore, name: str) -> None:
    node, wanted = CASES[name]
    assert chosen(filled, condition([node])) == wanted


def test_of_the_literals_a_rule_needs_the_rarest_are_searched_for(filled: EventStore) -> None:
    both = All((cmd("powershell"), cmd("-enc")))
    assert "enc" not in condition([both], "-enc")
    assert "shell" not in condition([both], "powershell")
    assert chosen(filled, condition([both], "powershell")) == {0}


def test_a_rule_whose_literals_are_common_is_decided(filled: EventStore) -> None:
    assert chosen(filled, condition([All((cmd("powershell"), Not(cmd("-enc"))))], "powershell")) == {2}


def test_all_events_are_read_where_a_rule_hits_all_or_needs_too_many_literals() -> None:
    assert condition([Leaf("EventID", Match.EQUALS, "1")]) == "1"
    many = Any(tuple(cmd(f"literal {number}") for number in range(MOST_PATTERNS + 1)))
    assert condition([many, cmd("x1")]) == "1"
