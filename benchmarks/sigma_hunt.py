"""Hunting: all Sigma rules over a store, events per CPU second of all threads, cold and warm, and peak memory.

``python -m benchmarks.sigma_hunt [--data DIR] [--json FILE] [--events N] [--runs N]``. The store holds the OTRF Windows
events, each round of repeats with new ids and times a year later (fewer than N events exist). Cold: a new process loads
the compiled rules, opens the store and hunts; the file system's cache is warm. Warm: the same process hunts again.

Beside it, on the same store: one query per rule (a sample of the rules, carried over to all), and reading the store
page by page into the streaming engine (the first pages, carried over to all events).
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.sigma_hunt_store import RULES, build

COLD, WARM = (40_000, 80_000), (90_000, 150_000)
"""(reach, beyond), events per CPU second."""
SAMPLED_RULES = 60
SAMPLED_EVENTS = 200_000


def main() -> None:
    """Build the store, run, print the table."""
    args = _arguments()
    if args.worker:
        kind, *rest = args.worker
        print(json.dumps(_WORKERS[kind](*map(Path, rest))))
        return
    data = Path(args.data)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        built = _run("build", data, folder, Path(str(args.events)))
        if not built["events"]:
            print(f"no Windows events below {data}; nothing to hunt in")
            return
        runs = [_run("hunt", data, folder) for _ in range(args.runs)]
        peers = {peer: _run(peer, data, folder) for peer in ("per_rule", "scan")}
    _report(args, built, runs, peers)


def _report(
    args: argparse.Namespace,
    built: dict[str, float],
    runs: list[dict[str, float]],
    peers: dict[str, dict[str, float]],
) -> None:
    events = built["events"]
    print(f"{events:,.0f} events ({built['distinct']:,.0f} before repeating), {runs[0]['rules']:,.0f} rules, "
          f"{runs[0]['hits']:,.0f} hits")  # fmt: skip
    print(f"{'case':26}{'events/CPU-s':>14}{'low':>10}{'high':>10}{'reach':>9}{'beyond':>9}{'MB':>8}")
    metrics: dict[str, dict[str, object]] = {}
    for case, (reach, beyond) in (("cold", COLD), ("warm", WARM)):
        rates = sorted(events / run[case] for run in runs)
        memory = max(run["memory"] for run in runs)
        middle = statistics.median(rates)
        print(f"{case:26}{middle:>14,.0f}{rates[0]:>10,.0f}{rates[-1]:>10,.0f}{reach:>9,}{beyond:>9,}{memory:>8,.0f}")
        metrics[f"hunt_{case}"] = _metric(middle, rates[0], rates[-1], len(rates))
    metrics["hunt_memory"] = {"value": max(run["memory"] for run in runs), "unit": "MB", "n": len(runs)}
    baselines: dict[str, dict[str, object]] = {}
    for peer, found in peers.items():
        rate = events / found["cpu"]
        print(f"{peer + ' (carried over)':26}{rate:>14,.0f}{'':>10}{'':>10}{'':>9}{'':>9}{found['memory']:>8,.0f}")
        baselines[peer] = _metric(rate, rate, rate, 1)
    if args.json:
        config = {"events": events, "distinct": built["distinct"], "rules": runs[0]["rules"], "runs": len(runs)}
        Path(args.json).write_text(json.dumps({"metrics": metrics, "baselines": baselines, "config": config}, indent=1))


def _metric(value: float, low: float, high: float, runs: int) -> dict[str, object]:
    return {"value": value, "low": low, "high": high, "unit": "events/CPU-s", "n": runs}


def _run(kind: str, data: Path, folder: Path, *more: Path) -> dict[str, float]:
    words = [sys.executable, "-m", "benchmarks.sigma_hunt", "--worker", kind, str(data), str(folder), *map(str, more)]
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def _build(data: Path, folder: Path, events: Path) -> dict[str, float]:
    from hodoscope.soc.sigma.load.rules import load_rules

    load_rules([data / RULES], cache=folder / "cache")
    return build(data, folder / "store", int(str(events)))


def _hunt(data: Path, folder: Path) -> dict[str, float]:
    begin = time.process_time()
    from hodoscope.soc.sigma.hunting.hunt import Hunt, Scope
    from hodoscope.soc.sigma.load.rules import load_rules
    from hodoscope.soc.sigma.routing.router import shipped_router
    from hodoscope.soc.storage.event_store import open_store

    rules = load_rules([data / RULES], cache=folder / "cache").rules
    store = open_store(f"chdb://{folder / 'store'}")
    hunt = Hunt(rules, shipped_router())
    hits = sum(len(page) for page in hunt.run(store, Scope("default")))
    cold = time.process_time() - begin
    again = sum(len(page) for page in hunt.run(store, Scope("default")))
    warm = time.process_time() - begin - cold
    if hits != again:
        raise SystemExit(f"two hunts over one store found {hits} and {again} hits")
    store.close()
    return {"cold": cold, "warm": warm, "hits": hits, "rules": len(rules), "memory": _memory()}


def _per_rule(data: Path, folder: Path) -> dict[str, float]:
    """One query per rule: CPU of a sample, carried over to every rule that the store's kinds of event can answer."""
    import random

    from hodoscope.soc.sigma.hunting.where import where
    from hodoscope.soc.sigma.load.rules import load_rules
    from hodoscope.soc.sigma.routing.router import shipped_router
    from hodoscope.soc.sigma.stored_kinds import stored_kinds
    from hodoscope.soc.storage.event_store import open_store

    rules = load_rules([data / RULES], cache=folder / "cache").rules
    store = open_store(f"chdb://{folder / 'store'}")
    kinds, router = stored_kinds(store, "default"), shipped_router()
    conditions = [sql for rule in rules if (sql := where(rule, router, kinds)) != "0"]
    sample = random.Random(7).sample(conditions, min(SAMPLED_RULES, len(conditions)))
    begin = time.process_time()
    for condition in sample:
        store.query(f"SELECT count() FROM events WHERE tenant_id = 'default' AND ({condition})")
    cpu = (time.process_time() - begin) / len(sample) * len(conditions)
    store.close()
    return {"cpu": cpu, "memory": _memory()}


def _scan(data: Path, folder: Path) -> dict[str, float]:
    """The store page by page into the streaming engine: CPU of the first pages, carried over to all events."""
    from hodoscope.soc.sigma.load.rules import load_rules
    from hodoscope.soc.sigma.reading import reading
    from hodoscope.soc.sigma.routing.router import shipped_router
    from hodoscope.soc.sigma.stored_kinds import stored_kinds
    from hodoscope.soc.sigma.streaming.engine import StreamingEngine
    from hodoscope.soc.storage.event_store import open_store
    from hodoscope.soc.storage.interface import Cursor

    rules = load_rules([data / RULES], cache=folder / "cache").rules
    store = open_store(f"chdb://{folder / 'store'}")
    total = store.counts(tenant="default").events
    router = shipped_router()
    read = reading(rules, (), router, stored_kinds(store, "default"))
    engine = StreamingEngine(rules, router)
    begin = time.process_time()
    seen, after = 0, None
    while seen < SAMPLED_EVENTS:
        page = store.scan(read.columns, read.where, after, 50_000, tenant="default")
        if not page.num_rows:
            break
        engine.match(page)
        seen += page.num_rows
        after = Cursor(page["time"][-1].as_py(), page["event_id"][-1].as_py())
    cpu = (time.process_time() - begin) / max(1, seen) * total
    store.close()
    return {"cpu": cpu, "memory": _memory()}


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


_WORKERS: dict[str, Callable[..., dict[str, float]]] = {
    "build": _build,
    "hunt": _hunt,
    "per_rule": _per_rule,
    "scan": _scan,
}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="../shared/data", help="folder of the real data sets")
    parser.add_argument("--json", help="write the figures there")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--worker", nargs="+", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
