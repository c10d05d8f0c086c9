"""One verdict: streaming, hunting in the store, and the reference evaluator over every rule and every data set found.

``python -m benchmarks.sigma_parity [--data DIR] [--json FILE] [--events N]``. Per data set: pairs (rule, event) that
streaming hits, those that hunting hits, how many differ; and how many differ from the reference evaluator over all of
them and a random sample of pairs of a rule and an event of its log source. Last the regression set: rules that match at
least one of their events. Every difference should be 0.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from benchmarks.sigma_inputs import all_events, regression, rules_of
from hodoscope.cli.startup import keep_pandas_out
from hodoscope.soc.event import LC
from hodoscope.soc.sigma.hunting.hunt import Hunt, Scope
from hodoscope.soc.sigma.reference import matches
from hodoscope.soc.sigma.reference_fields import event_fields, kind_of, raw_of
from hodoscope.soc.sigma.routing.router import shipped_router
from hodoscope.soc.sigma.rule import Rule, leaves
from hodoscope.soc.sigma.streaming.engine import StreamingEngine
from hodoscope.soc.sigma.streaming.explain import fields_of
from hodoscope.soc.storage.event_store import open_store
from hodoscope.soc.storage.interface import EventStore

Pairs = set[tuple[int, bytes]]
SAMPLE = 3_000


def main() -> None:
    """Compare, print the table."""
    args = _arguments()
    keep_pandas_out()
    metrics: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as name:
        data, folder = Path(args.data), Path(name)
        rules = rules_of(data).rules
        if not rules:
            print(f"no rules below {data}; nothing to compare")
            return
        engine, hunt = StreamingEngine(rules, shipped_router()), Hunt(rules, shipped_router())
        store = open_store(f"chdb://{folder / 'store'}")
        heads = ("events", "rules", "streaming", "hunting", "differ", "judged", "differ")
        print(f"{'data set':32}" + "".join(f"{head:>10}" for head in heads))
        for events in all_events(data, folder, args.events):
            streamed = _streamed(engine, events.table)
            hunted = _hunted(hunt, store, events.name, events.table)
            judged, wrong = _judged(rules, events.table, streamed)
            differ = len(streamed ^ hunted)
            row = (events.table.num_rows, len({rule for rule, _ in streamed}), len(streamed), len(hunted))
            print(
                f"{events.name:32}" + "".join(f"{number:>10,}" for number in (*row, differ, judged, wrong)), flush=True
            )
            metrics[f"differ_hunting_{events.name}"] = {"value": differ, "unit": "pairs", "n": len(streamed | hunted)}
            metrics[f"differ_reference_{events.name}"] = {"value": wrong, "unit": "pairs", "n": judged}
        store.close()
        _regression(data, folder, engine, metrics)
    if args.json:
        config = {"events": args.events, "rules": len(rules)}
        Path(args.json).write_text(json.dumps({"metrics": metrics, "baselines": {}, "config": config}, indent=1))


def _streamed(engine: StreamingEngine, table: pa.Table) -> Pairs:
    ids = table.column("event_id").to_pylist()
    hits = engine.match(table)
    return {(rule, ids[row]) for rule, row in zip(hits.rule.tolist(), hits.row.tolist(), strict=True)}


def _hunted(hunt: Hunt, store: EventStore, name: str, table: pa.Table) -> Pairs:
    """Each data set is a tenant of its own, because ids are unique within one only."""
    tenant = pa.array([name] * table.num_rows).dictionary_encode().cast(LC)
    own = table.set_column(table.schema.get_field_index("tenant_id"), "tenant_id", tenant)
    store.insert_events(own, name)
    pages = hunt.run(store, Scope(name))
    return {
        (rule, identity)
        for page in pages
        for rule, identity in zip(page.rule.tolist(), page.event_id.to_pylist(), strict=True)
    }


def _judged(rules: Sequence[Rule], table: pa.Table, streamed: Pairs) -> tuple[int, int]:
    """(pairs judged, pairs whose verdict differs): all hits and a random sample."""
    router, sources = shipped_router(), tuple({rule.logsource for rule in rules})
    rows = {row["event_id"]: row for row in table.to_pylist()}
    dice, identities = random.Random(7), list(rows)
    pairs = set(streamed)
    for _ in range(SAMPLE):
        identity = dice.choice(identities)
        reached = router.logsources(kind_of(rows[identity]), sources)
        own = [number for number, rule in enumerate(rules) if rule.logsource in reached] if reached else []
        if own:
            pairs.add((dice.choice(own), identity))
    wrong = 0
    for number, identity in pairs:
        condition, row = rules[number].condition, rows[identity]
        names = fields_of(list(leaves(condition)))
        raw = raw_of(row)
        verdict = matches(condition, event_fields(row, router, names), raw, raw[:1] == "{")
        wrong += verdict != ((number, identity) in streamed)
    return len(pairs), wrong


def _regression(data: Path, folder: Path, engine: StreamingEngine, metrics: dict[str, object]) -> None:
    found = regression(data, folder / "regression")
    if found is None:
        return
    wanted, table = found
    hits = engine.match(table)
    hit = {
        engine.rules[rule].rule_id
        for rule, row in zip(hits.rule.tolist(), hits.row.tolist(), strict=True)
        if engine.rules[rule].rule_id == wanted[row]
    }
    missing = sorted(set(wanted) - hit)
    print(f"regression set: {len(hit)} of {len(set(wanted))} rules match one of their events; missing: {missing}")
    metrics["regression_rules"] = {"value": len(hit), "unit": "rules", "n": len(set(wanted))}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="../shared/data")
    parser.add_argument("--json")
    parser.add_argument("--events", type=int, default=20_000, help="at most so many of each file")
    return parser.parse_args()


if __name__ == "__main__":
    main()
