"""A hunt finds what streaming finds, with the same evidence: leaf by leaf, rule by rule, and over real events."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from tests.support.real_events import events_of_files
from tests.support.sigma_conditions import Case, cases, rule_of
from tests.support.sigma_events import MadeUp, MadeUpRouter, event_table, judge_event
from tests.support.sigma_grid import grid_events, grid_leaves
from tests.support.store import fresh_store

from hodoscope.soc.sigma.hunting.hunt import Hunt, HuntPage, HuntProgress, Scope
from hodoscope.soc.sigma.hunting.where import where
from hodoscope.soc.sigma.interface import LeafEvidence
from hodoscope.soc.sigma.load.rules import load_rules
from hodoscope.soc.sigma.reference import matches
from hodoscope.soc.sigma.routing.router import shipped_router
from hodoscope.soc.sigma.rule import All, Leaf, Match, Node, Not
from hodoscope.soc.sigma.stored_kinds import stored_kinds
from hodoscope.soc.sigma.streaming.engine import StreamingEngine
from hodoscope.soc.storage.interface import EventStore

Told = dict[tuple[int, bytes], tuple[LeafEvidence, ...]]
DEFAULT = Scope("default")


def hunted(pages: Iterator[HuntPage]) -> Told:
    """(rule, event) → evidence; a hit told twice fails."""
    found: Told = {}
    for page in pages:
        for rule, event, told in zip(
            page.rule.tolist(), page.event_id.to_pylist(), page.evidence_index.tolist(), strict=True
        ):
            assert (rule, event) not in found
            found[rule, event] = page.evidence[told]
    return found


def streamed(engine: StreamingEngine, table: pa.Table) -> Told:
    """The same by the streaming engine."""
    hits = engine.match(table)
    ids = table.column("event_id").to_pylist()
    return {
        (rule, ids[row]): hits.evidence[told]
        for rule, row, told in zip(hits.rule.tolist(), hits.row.tolist(), hits.evidence_index.tolist(), strict=True)
    }


def test_every_comparison_means_the_same_in_the_store() -> None:
    """Every (leaf, event) pair of the grid: reference, hunt and WHERE."""
    leaves, table = grid_leaves(20), event_table(grid_events())
    rules = [rule_of(leaf, number) for number, leaf in enumerate(leaves)]
    events = [judge_event(row) for row in table.to_pylist()]
    wanted = {(n, row) for n, leaf in enumerate(leaves) for row, event in enumerate(events) if matches(leaf, *event)}
    with fresh_store() as store:
        store.insert_events(table, "t")
        kinds = stored_kinds(store, "default")
        by_hunt = {
            (rule, int.from_bytes(event)) for rule, event in hunted(Hunt(rules, MadeUpRouter()).run(store, DEFAULT))
        }
        by_where: set[tuple[int, int]] = set()
        for begin in range(0, len(rules), 100):
            columns = [where(rule, MadeUpRouter(), kinds) for rule in rules[begin : begin + 100]]
            rows = store.query(f"SELECT source_position AS n, [{', '.join(columns)}] AS told FROM events")
            for position, told in zip(rows["n"].to_pylist(), rows["told"].to_pylist(), strict=True):
                by_where |= {(begin + at, position) for at, truth in enumerate(told) if truth}
    assert shown(by_hunt ^ wanted, leaves, table) == ""
    assert shown(by_where ^ wanted, leaves, table) == ""


def shown(differing: set[tuple[int, int]], conditions: Sequence[Node], table: pa.Table) -> str:
    """The first differences, to read."""
    rows = table.to_pylist()
    lines = (f"{conditions[rule]}  {judge_event(rows[row])}" for rule, row in sorted(differing)[:5])
    return "\n".join(lines)


@settings(max_examples=25)
@given(cases())
def test_any_rule_has_the_verdict_and_evidence_of_streaming(case: Case) -> None:
    """Nested and negated conditions over fields in every kind of place, keywords included."""
    table = event_table(case.events)
    with fresh_store() as store:
        store.insert_events(table, "t")
        kinds = stored_kinds(store, "default")
        found = hunted(Hunt(case.rules, MadeUpRouter(), page_events=2).run(store, DEFAULT))
        conditions = [where(rule, MadeUpRouter(), kinds) for rule in case.rules]
        rows = store.query(f"SELECT source_position AS n, [{', '.join(conditions)}] AS told FROM events ORDER BY n")
    assert found == streamed(StreamingEngine(case.rules, MadeUpRouter()), table)
    by_where = {
        (rule, n) for n, told in enumerate(rows["told"].to_pylist()) for rule, truth in enumerate(told) if truth
    }
    assert by_where == {(rule, int.from_bytes(event)) for rule, event in found}


def test_all_public_rules_over_real_events_of_every_format(shared_data: Path) -> None:
    """Row sets and evidence of every rule; the WHERE of every fourth rule that hits selects the same events."""
    rules, router = load_rules([shared_data / "soc/sigma_rules/rules.zip"]).rules, shipped_router()
    files = [events for _, events in events_of_files(shared_data, 80)]
    engine = StreamingEngine(rules, router)
    wanted: Told = {}
    with fresh_store() as store:
        for number, events in enumerate(files):
            store.insert_events(events, f"t{number}")
            wanted |= streamed(engine, events)
        found = hunted(Hunt(rules, router, page_events=500).run(store, DEFAULT))
        kinds = stored_kinds(store, "default")
        chosen = sorted({rule for rule, _ in wanted})[::4]
        by_where = {
            (rule, event)
            for rule in chosen
            for event in store.query(f"SELECT event_id FROM events WHERE {where(rules[rule], router, kinds)}")[
                "event_id"
            ]
            .cast(pa.binary())
            .to_pylist()
        }
    assert {(rules[rule].title, event) for rule, event in found.keys() ^ wanted.keys()} == set()
    assert {
        (rules[rule].title, event) for rule, event in by_where ^ {hit for hit in wanted if hit[0] in chosen}
    } == set()
    assert found == wanted
    assert len({rule for rule, _ in wanted}) > 30, "the real events no longer exercise the rules"


@pytest.fixture(scope="module")
def filled() -> Iterator[EventStore]:
    """Twenty events a microsecond apart, every other with cmd.exe; three of another tenant, three without a time."""
    events = [MadeUp(command_line=f"cmd.exe /c {number}" if number % 2 else f"sh {number}") for number in range(20)]
    with fresh_store() as store:
        table = event_table(events)
        store.insert_events(table, "t")
        for number, (column, value) in enumerate((("tenant_id", "other"), ("time_quality", "missing"))):
            part = table.slice(0, 3)
            changed = pa.array([value] * 3).dictionary_encode().cast(table.schema.field(column).type)
            ids = pa.array([bytes([number + 1]) * 15 + bytes([row]) for row in range(3)], pa.binary(16))
            part = part.set_column(part.column_names.index(column), column, changed)
            store.insert_events(part.set_column(part.column_names.index("event_id"), "event_id", ids), f"o{number}")
        yield store


COMMAND = rule_of(Leaf("CommandLine", Match.STARTSWITH, "CMD"))


def test_only_the_asked_time_and_tenant_are_hunted(filled: EventStore) -> None:
    """From the first instant on, before the last; events without a time only when no time is asked for."""
    hunt = Hunt([COMMAND], MadeUpRouter())
    start = datetime.fromtimestamp(1_700_000_000, UTC)
    part = Scope("default", start + timedelta(microseconds=3), start + timedelta(microseconds=7))
    assert {event[-1] for _, event in hunted(hunt.run(filled, part))} == {3, 5}
    assert len(hunted(hunt.run(filled, DEFAULT))) == 11
    assert len(hunted(hunt.run(filled, Scope("other")))) == 1
    assert hunted(hunt.run(filled, Scope("nobody"))) == {}


def test_pages_cut_anywhere_change_nothing(filled: EventStore) -> None:
    """And a page tells the time of each hit."""
    whole = hunted(Hunt([COMMAND], MadeUpRouter()).run(filled, DEFAULT))
    for most in (1, 2, 7):
        assert hunted(Hunt([COMMAND], MadeUpRouter(), page_events=most).run(filled, DEFAULT)) == whole
    (page,) = Hunt([COMMAND], MadeUpRouter()).run(filled, Scope("other"))
    assert page.time_us.tolist() == [1_700_000_000_000_001]
    assert page.rule.dtype == np.int32


def test_progress_ends_at_the_last_event_and_a_cancelled_hunt_ends_early(filled: EventStore) -> None:
    """Rules that search records make a second pass; an event still counts once."""
    keyword = rule_of(All((Leaf("", Match.CONTAINS, "CMD.exe"), Not(Leaf("", Match.CONTAINS, "/c 3")))), 1)
    hunt = Hunt([COMMAND, keyword], MadeUpRouter(), page_events=5)
    seen: list[HuntProgress] = []
    pages = list(hunt.run(filled, DEFAULT, seen.append))
    assert (seen[-1].events, seen[-1].total, seen[-1].hits) == (23, 23, sum(map(len, pages)))
    assert [step.events for step in seen] == sorted(step.events for step in seen)
    assert len(list(hunt.run(filled, DEFAULT, cancelled=lambda: len(seen) > 0))) == 0
    asked = iter([False, False, True])
    assert 0 < len(list(hunt.run(filled, DEFAULT, cancelled=lambda: next(asked)))) < len(pages)
