"""Correlations over a store tell what the stream would have told."""

import random
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest
from tests.support.sigma_conditions import rule_of
from tests.support.sigma_events import MadeUp, MadeUpRouter, event_table
from tests.support.store import fresh_store

from hodoscope.soc.sigma.correlating import field_values
from hodoscope.soc.sigma.correlation.interface import CorrelationMatch, HitBatch
from hodoscope.soc.sigma.correlation.stream import Correlator
from hodoscope.soc.sigma.hunting.correlate import hunt_correlations
from hodoscope.soc.sigma.hunting.hunt import Scope
from hodoscope.soc.sigma.interface import KIND_COLUMNS
from hodoscope.soc.sigma.rule import All, Correlation, Leaf, Match, Rule
from hodoscope.soc.sigma.streaming.engine import StreamingEngine

FIELDS = ("Either", "InRecord", "Privileges")
RULES = [
    rule_of(Leaf("CommandLine", Match.STARTSWITH, "a"), 0),
    rule_of(Leaf("", Match.CONTAINS, "keyword"), 1),
    rule_of(All((Leaf("Image", Match.EXISTS), Leaf("CommandLine", Match.CONTAINS, "b"))), 2),
]
KINDS = {
    "event_count": {"conditions": (("gte", 3.0),)},
    "value_count": {"conditions": (("gte", 2.0),), "field": ("InRecord",)},
    "value_sum": {"conditions": (("gt", 5.0),), "field": ("InRecord",)},
    "value_avg": {"conditions": (("lte", 4.0),), "field": ("InRecord",)},
    "value_percentile": {"conditions": (("gte", 3.0),), "field": ("InRecord",), "percentile": 90.0},
    "value_median": {"conditions": (("gte", 3.0),), "field": ("InRecord",)},
    "temporal": {"conditions": (("gte", 2.0),)},
    "temporal_ordered": {"conditions": (("gte", 2.0),)},
}


def streamed(correlations: Sequence[Correlation], rules: Sequence[Rule], table: pa.Table) -> list[CorrelationMatch]:
    """Engine and correlator over the events in time order."""
    hits = StreamingEngine(rules, MadeUpRouter()).match(table)
    kinds = list(zip(*(table[name].to_pylist() for name in KIND_COLUMNS), strict=True))
    values = field_values(table, kinds, MadeUpRouter(), FIELDS)
    times, ids = table["time"].cast(pa.int64()).to_pylist(), table["event_id"].to_pylist()
    rows = sorted(
        (times[row], rules[rule].rule_id, ids[row].hex(), row)
        for rule, row in zip(hits.rule.tolist(), hits.row.tolist(), strict=True)
    )
    correlator = Correlator(correlations)
    batch = HitBatch(
        np.array([row[0] for row in rows], np.int64),
        [row[1] for row in rows],
        [row[2] for row in rows],
        {name: [values[name][row[3]] for row in rows] for name in FIELDS},
    )
    return correlator.take(batch) + correlator.finish()


@pytest.mark.parametrize("kind", KINDS)
def test_a_hunt_correlates_as_the_stream_does(kind: str) -> None:
    """Every kind, grouped by fields in columns, lists and records, over random events."""
    dice = random.Random(kind)
    made = [
        MadeUp(
            command_line=dice.choice(("a", "ab", "b", "c")),
            image=dice.choice(("", "i")),
            user_name=dice.choice(("", "ana", "bo")),
            privileges=tuple(dice.sample(("p", "q"), dice.randint(0, 2))),
            in_record=dice.choice((None, 1, 2, 5, "x", [1, 7])),
            extra=dice.choice(("", "keyword")),
        )
        for _ in range(300)
    ]
    table = event_table(made)
    times = pa.array(sorted(dice.randrange(0, 600) * 1_000_000 for _ in made), pa.int64()).cast(table["time"].type)
    table = table.set_column(table.column_names.index("time"), "time", times)
    ids = tuple(rule.rule_id for rule in RULES)
    correlations = [
        Correlation("c1", "c1", "high", "test", kind, ids, ("Either",), 20, **KINDS[kind]),  # type: ignore[arg-type] # by kind
        Correlation("c2", "c2", "high", "test", kind, ids[:2], ("Privileges",), 60, **KINDS[kind]),  # type: ignore[arg-type] # by kind
    ]
    with fresh_store() as store:
        store.insert_events(table, "t")
        found = hunt_correlations(correlations, RULES, MadeUpRouter(), store, Scope("default"))
    assert found == streamed(correlations, RULES, table)
    assert {match.correlation for match in found} == {"c1", "c2"}, "the example tells nothing"


def test_without_hits_or_referred_rules_nothing_is_told() -> None:
    """An empty store is no error."""
    correlation = Correlation("c", "c", "high", "test", "event_count", ("gone",), (), 60, (("gte", 1.0),))
    with fresh_store() as store:
        assert hunt_correlations([correlation], RULES, MadeUpRouter(), store, Scope("default")) == []
        assert hunt_correlations([], RULES, MadeUpRouter(), store, Scope("default")) == []
