"""Rules made to hurt and values nobody expects: bounded, and one verdict by the judge, streaming, and in the store.

The largest rule that the loader lets through is what the engines get; what is larger is refused with a reason.
Circles of correlations are refused by the loader too (``load/test_correlation_document.py``); invalid UTF-8, NUL bytes,
lists and objects are in every event of ``test_parity.py``, a megabyte in its last test.
"""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from tests.support.sigma_events import MadeUp, MadeUpRouter, event_table, judge_event
from tests.support.store import fresh_store

from hodoscope.soc.sigma.hunting.hunt import Hunt, Scope
from hodoscope.soc.sigma.load.limits import MOST_LEAVES, MOST_NESTING
from hodoscope.soc.sigma.load.rules import load_rules
from hodoscope.soc.sigma.reference import matches
from hodoscope.soc.sigma.rule import Rule, RuleSet
from hodoscope.soc.sigma.streaming.engine import StreamingEngine
from hodoscope.soc.storage.interface import EventStore

SECONDS = 20
"""Of processor time, on any machine and under any load; what it stands for takes minutes or never ends."""
Pairs = set[tuple[str, int]]


@pytest.fixture
def store() -> Iterator[EventStore]:
    """An empty store for each test."""
    with fresh_store() as opened:
        yield opened


def loaded(folder: Path, *detections: str) -> RuleSet:
    """One rule a detection (its YAML, condition included), all with ids of their own."""
    head = "title: t\nid: {0:08x}-0000-4000-8000-000000000000\nlogsource: {{product: made_up}}\nlevel: low\n"
    texts = [head.format(number) + f"detection:\n{body}" for number, body in enumerate(detections)]
    (folder / "rules.yml").write_text("---\n".join(texts), encoding="utf-8")
    return load_rules([folder / "rules.yml"])


def told(rules: Sequence[Rule], events: Sequence[MadeUp], store: EventStore) -> Pairs:
    """(rule title, row) pairs on which judge, streaming and hunting agree."""
    table = event_table(events)
    store.insert_events(table, "bad")
    judged = {
        (number, row)
        for number, rule in enumerate(rules)
        for row, event in enumerate(map(judge_event, table.to_pylist()))
        if matches(rule.condition, *event)
    }
    begin = time.process_time()
    hits = StreamingEngine(rules, MadeUpRouter()).match(table)
    streamed = set(zip(hits.rule.tolist(), hits.row.tolist(), strict=True))
    pages = list(Hunt(rules, MadeUpRouter()).run(store, Scope("default")))
    hunted = {
        (rule, int.from_bytes(identity))
        for page in pages
        for rule, identity in zip(page.rule.tolist(), page.event_id.to_pylist(), strict=True)
    }
    assert time.process_time() - begin < SECONDS
    assert streamed == hunted == judged
    return {(rules[rule].title, row) for rule, row in judged}


def test_the_deepest_rule_there_may_be_is_judged_and_a_deeper_one_refused(tmp_path: Path, store: EventStore) -> None:
    """``not (not (...))`` and brackets; the levels of the condition count, not those of its text."""
    deepest = MOST_NESTING // 2 - 1  # each adds a negation and a conjunction

    def nested(levels: int) -> str:
        text = "s"
        for _ in range(levels):
            text = f"not (t and ({text}))"
        return f"    s: {{CommandLine: a}}\n    t: {{Image: b}}\n    condition: {text}\n"

    rules = loaded(tmp_path, nested(deepest), nested(deepest + 1), nested(500), nested(20_000))
    assert [rule.line for rule in rules.rules] == [1]
    assert [refused.reason for refused in rules.unsupported] == ["limit: nesting"] * 3
    events = [MadeUp(command_line="a", image="b"), MadeUp(command_line="x", image="b"), MadeUp(command_line="a")]
    assert told(rules.rules, events, store)


def test_a_hundred_thousand_literals_are_refused_and_as_many_as_may_be_are_judged(
    tmp_path: Path, store: EventStore
) -> None:
    """The last literal counts like the first."""
    many, most = (", ".join(f"lit{number}x" for number in range(count)) for count in (100_000, MOST_LEAVES))
    condition = "\n    condition: s\n"
    rules = loaded(
        tmp_path,
        f"    s: {{CommandLine: [{many}]}}{condition}",
        f"    s: {{CommandLine|contains: [{most}]}}{condition}",
    )
    assert [refused.reason for refused in rules.unsupported] == ["limit: comparisons"]
    lines = ("lit0x", f"LIT{MOST_LEAVES - 1}X", f"a lit{MOST_LEAVES - 1}x b", f"lit{MOST_LEAVES}x", "")
    found = told(rules.rules, [MadeUp(command_line=line) for line in lines], store)
    assert {row for _, row in found} == {0, 1, 2}


def test_an_expression_that_explodes_elsewhere_takes_linear_time(tmp_path: Path, store: EventStore) -> None:
    """RE2 walks a hundred kilobytes once; a backtracking engine would not come back."""
    bodies = [
        f"    s: {{{field}|re: '{pattern}'}}\n    condition: s\n"
        for field in ("CommandLine", "InRecord")
        for pattern in ("^(a+)+$", "(a|aa)+$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*a){20}")
    ]
    rules = loaded(tmp_path, *bodies)
    assert rules.unsupported == ()
    text = "a" * 100_000 + "!"
    found = told(rules.rules, [MadeUp(command_line=text, in_record=text), MadeUp(command_line="aa" * 20)], store)
    assert {row for _, row in found} == {0, 1}


def test_of_two_rules_with_one_id_the_second_is_refused(tmp_path: Path, store: EventStore) -> None:
    """In two files of a pack, as happens when a rule is copied: what tells of a hit would name either."""
    for name, text in (("a", "x"), ("b", "y")):
        body = f"logsource: {{product: made_up}}\ndetection: {{s: {{CommandLine: {text}}}, condition: s}}\nlevel: low\n"
        identity = "id: 00000000-0000-4000-8000-000000000000"
        (tmp_path / f"{name}.yml").write_text(f"title: {name}\n{identity}\n{body}", encoding="utf-8")
    rules = load_rules([tmp_path])
    assert [(refused.title, refused.reason) for refused in rules.unsupported] == [("b", "duplicate id")]
    assert told(rules.rules, [MadeUp(command_line="x"), MadeUp(command_line="y")], store) == {("a", 0)}
