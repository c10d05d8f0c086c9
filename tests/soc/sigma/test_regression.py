"""The regression set: every rule that comes with a recorded attack finds it, by the judge, streaming, and in the store.

Each rule must hit at least one of its own events; some of a rule's events are only the context around the attack.
"""

import zipfile
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson
import pyarrow as pa
import pytest
from tests.support.real_events import lines_of, normalised
from tests.support.store import fresh_store

from hodoscope.soc.sigma.hunting.hunt import Hunt, Scope
from hodoscope.soc.sigma.load.rules import load_rules
from hodoscope.soc.sigma.reference import matches
from hodoscope.soc.sigma.reference_fields import event_fields, kind_of, raw_of
from hodoscope.soc.sigma.routing.router import shipped_router
from hodoscope.soc.sigma.rule import Rule, leaves
from hodoscope.soc.sigma.streaming.engine import StreamingEngine
from hodoscope.soc.sigma.streaming.explain import fields_of


@dataclass(frozen=True, slots=True)
class RegressionSet:
    """The rules, their events as one table, and which rows belong to which rule (by its id)."""

    rules: tuple[Rule, ...]
    events: pa.Table
    rows: Mapping[str, frozenset[int]]

    def hit(self, pairs: set[tuple[int, int]]) -> set[str]:
        """Ids of the rules that hit a row of their own, of (rule, row) pairs."""
        return {self.rules[rule].rule_id for rule, row in pairs if row in self.rows[self.rules[rule].rule_id]}


@pytest.fixture(scope="module")
def regression(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> RegressionSet:
    """Labels (keys that begin with ``_``) are no part of the event."""
    rows: dict[str, set[int]] = defaultdict(set)
    records: list[bytes] = []
    for line in lines_of(shared_data / "soc/sigma_regression/events.jsonl.zst"):
        labelled = orjson.loads(line)
        rows[labelled["_rule_id"]].add(len(records))
        records.append(orjson.dumps({key: value for key, value in labelled.items() if not key.startswith("_")}))
    pack = tmp_path_factory.mktemp("pack") / "rules.zip"
    with zipfile.ZipFile(shared_data / "soc/sigma_rules/rules.zip") as whole, zipfile.ZipFile(pack, "w") as own:
        for name in whole.namelist():
            text = whole.read(name).decode()
            if any(line.removeprefix("id:").strip() in rows for line in text.splitlines() if line.startswith("id:")):
                own.writestr(name, text)
    events = normalised("windows_json", records).events.sort_by("source_position")
    ids = pa.array([number.to_bytes(16) for number in range(events.num_rows)], pa.binary(16))
    events = events.set_column(events.schema.get_field_index("event_id"), "event_id", ids)
    return RegressionSet(load_rules([pack]).rules, events, {rule: frozenset(own) for rule, own in rows.items()})


def test_every_rule_and_every_event_of_the_set_is_read(regression: RegressionSet) -> None:
    """No rule is refused, no record lost; else the other claims would hold of less."""
    assert {rule.rule_id for rule in regression.rules} == regression.rows.keys()
    assert regression.events.num_rows == sum(map(len, regression.rows.values()))


def test_streaming_finds_what_each_rule_was_written_for(regression: RegressionSet) -> None:
    hits = StreamingEngine(regression.rules, shipped_router()).match(regression.events)
    found = regression.hit(set(zip(hits.rule.tolist(), hits.row.tolist(), strict=True)))
    assert regression.rows.keys() - found == set()
    assert all(hits.evidence[told] for told in hits.evidence_index.tolist())


def test_hunting_finds_what_each_rule_was_written_for(regression: RegressionSet) -> None:
    with fresh_store() as store:
        store.insert_events(regression.events, "regression")
        pages = list(Hunt(regression.rules, shipped_router()).run(store, Scope("default")))
    found = regression.hit(
        {
            (rule, int.from_bytes(identity))
            for page in pages
            for rule, identity in zip(page.rule.tolist(), page.event_id.to_pylist(), strict=True)
        }
    )
    assert regression.rows.keys() - found == set()


def test_the_judge_finds_what_each_rule_was_written_for(regression: RegressionSet) -> None:
    router, rows = shipped_router(), regression.events.to_pylist()
    pairs: set[tuple[int, int]] = set()
    for number, rule in enumerate(regression.rules):
        names = fields_of(list(leaves(rule.condition)))
        for at in regression.rows[rule.rule_id]:
            raw = raw_of(rows[at])
            reached = router.logsources(kind_of(rows[at]), [rule.logsource])
            if reached and matches(rule.condition, event_fields(rows[at], router, names), raw, raw[:1] == "{"):
                pairs.add((number, at))
    assert regression.rows.keys() - regression.hit(pairs) == set()
