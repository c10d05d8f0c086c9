"""Simulator speed and memory: events per CPU second, median of the runs.

``python -m benchmarks.simulate [--hours H] [--users N] [--runs N] [--json FILE] [--data DIR]`` (``--data`` is accepted
like everywhere and not read: the telemetry is invented).
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TARGET = 20_000
"""Events per CPU second asked of the simulator."""


def main() -> None:
    """Run and print."""
    args = _arguments()
    if args.worker:
        print(json.dumps(_worker(Path(args.worker), args.hours, args.users)))
        return
    runs = []
    for turn in range(args.runs):
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "benchmarks.simulate", "--worker", str(Path(folder) / f"run{turn}")]
            command += ["--hours", str(args.hours), "--users", str(args.users)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            runs.append(json.loads(done.stdout.splitlines()[-1]))
    rates = sorted(run["events"] / run["cpu"] for run in runs)
    memory = max(run["memory"] for run in runs)
    print(f"{args.hours:g} h x {args.users} users: {runs[0]['events']:,} events, median of {args.runs}")
    print(f"{statistics.median(rates):,.0f} events per CPU second ({rates[0]:,.0f}-{rates[-1]:,.0f}), "
          f"target {TARGET:,}; {memory:,.0f} MB resident")  # fmt: skip
    if args.json:
        middle = statistics.median(rates)
        value = {"value": middle, "low": rates[0], "high": rates[-1], "unit": "events/CPU-s", "n": args.runs}
        config = {"hours": args.hours, "users": args.users}
        Path(args.json).write_text(json.dumps({"metrics": {"simulate": value}, "baselines": {}, "config": config}))


def _worker(out: Path, hours: float, users: int) -> dict[str, float]:
    from hodoscope.soc.simulate import simulate

    began = time.process_time()
    summary = simulate(out, hours=hours, users=users, seed=7)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return {"events": summary.total, "cpu": time.process_time() - began, "memory": memory}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="../shared/data")
    parser.add_argument("--json")
    parser.add_argument("--hours", type=float, default=24)
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
