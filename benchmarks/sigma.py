"""The streaming Sigma engine: all rules over batches of real events, evidence told, events per CPU second.

``python -m benchmarks.sigma [--data DIR] [--json FILE] [--events N] [--runs N]``. CPU of all threads; events are
normalised once, outside the measurement. *mix*: the OTRF Windows captures; *dense*: the EVTX attack samples, each once.
Cold is a new engine that has seen nothing (its plans for some 250 kinds of event included), warm the same engine again.
*flat_json*, *nested_json*: from file to verdicts, nothing stored, the first run of a new engine apart.
*memory*: of a process that judges such a file, and one four times as long. *growth*: warm, over every second, fourth
and eighth rule. Beside it: each rule on each event by the plain reference evaluator, on a sample.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from benchmarks.ingest_inputs import build, lines_of, repeated, write
from benchmarks.sigma_inputs import all_events, rules_of
from benchmarks.sigma_stream import streamed
from hodoscope.cli.startup import keep_pandas_out
from hodoscope.soc.file_hunt import FileHunt
from hodoscope.soc.format_routing import unified
from hodoscope.soc.normalise.mapping import shipped_mappings
from hodoscope.soc.sigma.reference import matches
from hodoscope.soc.sigma.reference_fields import event_fields, kind_of, raw_of
from hodoscope.soc.sigma.routing.router import shipped_router
from hodoscope.soc.sigma.rule import Rule, leaves
from hodoscope.soc.sigma.streaming.engine import StreamingEngine
from hodoscope.soc.sigma.streaming.explain import fields_of
from hodoscope.soc.sources.discover import discover

TARGETS = {"mix": (100_000, 200_000), "dense_cold": (40_000, 80_000), "mix_batches_of_1000": (40_000, 80_000),
           "flat_json": (40_000, 80_000), "nested_json": (25_000, 50_000)}  # fmt: skip
"""Case → (reach, beyond), events per CPU second."""
SAMPLE = 60
JSON_EVENTS = 40_000


def main() -> None:
    """Read, measure, print the table."""
    args = _arguments()
    keep_pandas_out()
    with tempfile.TemporaryDirectory() as name:
        rules = rules_of(Path(args.data)).rules
        mix = _table(Path(args.data), Path(name), "win_otrf", args.events)
        dense = _table(Path(args.data), Path(name), "win_evtx", args.events)
        files = _files(rules, args, Path(name)) if rules else {}
        memory = _memory(args, Path(name)) if rules else {}
    if mix is None or dense is None or not rules:
        print(f"no rules or Windows events below {args.data}; nothing to measure")
        return
    engine = StreamingEngine(rules, shipped_router())
    cases = {
        "mix": [_rate(engine, mix, 50_000) for _ in range(args.runs + 1)][1:],
        "mix_batches_of_1000": [_rate(engine, mix, 1_000) for _ in range(args.runs)],
        "dense_cold": [_rate(StreamingEngine(rules, shipped_router()), dense, 20_000) for _ in range(args.runs)],
        "dense_warm": [_rate(engine, dense, 20_000) for _ in range(args.runs + 1)][1:],
        **files,
    }
    for share in (8, 4, 2):
        part = StreamingEngine(rules[::share], shipped_router())
        rates = [_rate(part, mix, 50_000) for _ in range(args.runs + 1)][1:]
        cases[f"growth_{len(rules[::share])}_rules"] = rates
    print(f"{len(rules):,} rules; mix {mix.num_rows:,}, dense {dense.num_rows:,} events")
    _report(args, cases, _walked(rules, mix), memory)


def _table(data: Path, scratch: Path, wanted: str, most: int) -> pa.Table | None:
    tables = [events.table for events in all_events(data, scratch, most, wanted=wanted)]
    return unified(tables) if tables else None


def _rate(engine: StreamingEngine, table: pa.Table, batch: int) -> float:
    begin = time.process_time()
    for start in range(0, table.num_rows, batch):
        engine.match(table.slice(start, batch))
    return float(table.num_rows / (time.process_time() - begin))


def _files(rules: Sequence[Rule], args: argparse.Namespace, folder: Path) -> dict[str, list[float]]:
    """Events a CPU second from a file of JSON lines to verdicts; the first run of each is cold."""
    cases: dict[str, list[float]] = {}
    for name in ("flat", "nested"):
        path = build(f"windows_{name}", Path(args.data), folder, min(args.events, JSON_EVENTS))
        hunt = FileHunt(rules, shipped_mappings())
        first, *others = [_file_rate(hunt, path) for _ in range(args.runs + 1)]
        cases |= {f"{name}_json_cold": [first], f"{name}_json": others}
    return cases


def _memory(args: argparse.Namespace, folder: Path) -> dict[str, float]:
    """Events of a file of flat JSON → MB that a process judging it held at most: it should not depend on the file."""
    found: dict[str, float] = {}
    for times in (1, 4):
        path = folder / f"repeated{times}.jsonl"
        lines = list(lines_of(build("windows_flat", Path(args.data), folder, min(args.events, JSON_EVENTS))))
        write(path, repeated(lines, times * len(lines), None))
        told = streamed(path, Path(args.data))
        found[f"memory_{int(told['events'])}_events"] = told["memory_mb"]
    return found


def _file_rate(hunt: FileHunt, path: Path) -> float:
    begin = time.process_time()
    events = sum(len(judged.positions) for judged in hunt.run(discover([str(path)])))
    return events / (time.process_time() - begin)


def _walked(rules: Sequence[Rule], table: pa.Table) -> float:
    """Events a CPU second when each rule of an event's log sources is walked by the reference evaluator."""
    router, sources = shipped_router(), tuple({rule.logsource for rule in rules})
    rows = table.take(pa.array(random.Random(7).sample(range(table.num_rows), min(SAMPLE, table.num_rows)))).to_pylist()
    begin = time.process_time()
    for row in rows:
        reached = router.logsources(kind_of(row), sources)
        for rule in rules:
            if rule.logsource in reached:
                names = fields_of(list(leaves(rule.condition)))
                raw = raw_of(row)
                matches(rule.condition, event_fields(row, router, names), raw, raw[:1] == "{")
    return len(rows) / (time.process_time() - begin)


def _report(args: argparse.Namespace, cases: dict[str, list[float]], walked: float, memory: dict[str, float]) -> None:
    metrics: dict[str, object] = {}
    print(f"{'case':24}{'events/CPU-s':>14}{'low':>10}{'high':>10}{'reach':>9}{'beyond':>9}")
    for case, rates in cases.items():
        middle, low, high = statistics.median(rates), min(rates), max(rates)
        reach, beyond = TARGETS.get(case, (0, 0))
        print(f"{case:24}{middle:>14,.0f}{low:>10,.0f}{high:>10,.0f}{reach or '':>9}{beyond or '':>9}")
        metrics[case] = {"value": middle, "low": low, "high": high, "unit": "events/CPU-s", "n": len(rates)}
    print(f"{'reference evaluator':24}{walked:>14,.1f}")
    print("resident size of a process that judges a file, at most (aim 1,000):")
    for case, megabytes in memory.items():
        print(f"{case:24}{megabytes:>14,.0f} MB")
        metrics[case] = {"value": megabytes, "unit": "MB", "n": 1}
    if args.json:
        baselines = {"reference": {"value": walked, "unit": "events/CPU-s", "n": SAMPLE}}
        config = {"events": args.events, "runs": args.runs}
        Path(args.json).write_text(json.dumps({"metrics": metrics, "baselines": baselines, "config": config}, indent=1))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="../shared/data")
    parser.add_argument("--json")
    parser.add_argument("--events", type=int, default=120_000, help="at most so many of each file")
    parser.add_argument("--runs", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()
