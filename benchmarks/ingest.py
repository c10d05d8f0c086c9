"""Ingest speed: from file to committed rows, events per CPU second of all threads, beside plain parsing of the same
file.

``python -m benchmarks.ingest [--data DIR] [--json FILE] [--events N] [--runs N] [--case NAME …]``. Each run has a
process and a store of its own; CPU time covers reading, normalising, storing and the store's merging until it is
closed, not the start of the interpreter. (A store shared with earlier cases halves the figures: inserts then merge what
those left.) ``memory`` is the largest resident size of the whole process, engine included.
"""

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CASES = {
    "windows_flat": (40_000, 80_000),
    "windows_nested": (40_000, 80_000),
    "evtx": (14_000, 20_000),
    "zeek_json": (80_000, 150_000),
    "zeek_tsv": (80_000, 150_000),
    "auth_log": (60_000, 120_000),
    "cloudtrail": (25_000, 50_000),
}
"""Case → (reach, beyond), events per CPU second."""


def main() -> None:
    """Build the inputs, run each case, print the table."""
    args = _arguments()
    if args.worker:
        print(json.dumps(_worker(Path(args.worker[0]), Path(args.worker[1]))))
        return
    data = Path(args.data)
    metrics: dict[str, dict[str, object]] = {}
    baselines: dict[str, dict[str, object]] = {}
    print(
        f"{'case':16}{'events':>10}{'bytes/ev':>10}{'ours/s':>12}{'low':>10}"
        f"{'high':>10}{'reach':>9}{'beyond':>9}{'MB':>7}  beside"
    )
    from benchmarks.ingest_inputs import build
    from benchmarks.ingest_peers import peers_of

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for case in args.case or CASES:
            path = build(case, data, folder, args.events)
            runs = [_run(path, folder / f"{case}-{turn}") for turn in range(args.runs)]
            rates = sorted(run["events"] / run["cpu"] for run in runs)
            middle = statistics.median(rates)
            events = int(runs[0]["events"])
            peers = peers_of(case, path, events, args.runs)
            metrics[f"ingest_{case}"] = _metric(middle, rates[0], rates[-1], len(rates))
            baselines.update({f"{peer}_{case}": _metric(rate, rate, rate, args.runs) for peer, rate in peers.items()})
            reach, beyond = CASES[case]
            beside = ", ".join(f"{peer} {rate:,.0f}" for peer, rate in peers.items())
            memory = max(run["memory"] for run in runs)
            print(f"{case:16}{events:>10,}"
                  f"{path.stat().st_size / max(1, events):>10,.0f}{middle:>12,.0f}{rates[0]:>10,.0f}"
                  f"{rates[-1]:>10,.0f}{reach:>9,}{beyond:>9,}{memory:>7,.0f}  {beside}", flush=True)  # fmt: skip
            path.unlink()
    if args.json:
        config = {"events": args.events, "runs": args.runs, "unit": "events per CPU second"}
        Path(args.json).write_text(json.dumps({"metrics": metrics, "baselines": baselines, "config": config}, indent=1))


def _metric(value: float, low: float, high: float, runs: int) -> dict[str, object]:
    return {"value": value, "low": low, "high": high, "unit": "events/CPU-s", "n": runs}


def _run(path: Path, store: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.ingest", "--worker", str(path), str(store)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    shutil.rmtree(store)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    if result["dead"] or result["duplicates"]:
        print(f"note: {path.name}: {result['dead']:.0f} dead letters, {result['duplicates']:.0f} duplicates")
    return result


def _worker(path: Path, store: Path) -> dict[str, float]:
    from hodoscope.cli.startup import keep_pandas_out

    keep_pandas_out()
    from hodoscope.cli.progress import IngestProgress
    from hodoscope.cli.session import mappings, session
    from hodoscope.soc.enrich.knowledge import Knowledge
    from hodoscope.soc.event import utc_now
    from hodoscope.soc.pipeline import Pipeline
    from hodoscope.soc.sources.discover import discover

    shipped = mappings(None)
    with session(str(store)) as opened:
        pipeline = Pipeline(opened.store, opened.journal, shipped, [], Knowledge(), "default", {}, utc_now)
        before, wall = _cpu(), time.perf_counter()
        summary = pipeline.ingest(discover([str(path)]), IngestProgress(None, quiet=True))
    used = _cpu() - before
    return {
        "events": summary.stored,
        "cpu": used,
        "wall": time.perf_counter() - wall,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
        "dead": summary.dead_letters.total(),
        "duplicates": summary.duplicates,
    }


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="../shared/data")
    parser.add_argument("--json")
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--case", action="append", choices=list(CASES))
    parser.add_argument("--worker", nargs=2, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
