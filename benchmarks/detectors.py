"""All detectors on real data through the real pipeline: speed, noise, and where truth exists what they find and miss.

``python -m benchmarks.detectors [--data DIR] [--json FILE] [--store-dir DIR] [--set NAME …] [--repeats N]``. Each set
is read, stored and looked at in a process and store of its own; its captures, scenarios and files are streams that do
not learn from one another. ``rate`` is stored events per CPU second of all detectors together, reading from the store
included; it is shown from 50 000 events on, because below that starting up is most of it. Intervals are 95 %, over
groups. The simulator is a regression check: whoever writes attacks and detectors can make any number come true.
``--store-dir`` keeps the stores, and a second run only detects.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.detectors_inputs import PREPARE
from benchmarks.detectors_intervals import Score

ENOUGH_TO_TIME = 50_000
TARGET = 100_000


def main() -> None:
    """Measure each data set in a worker and print what it says."""
    args = _arguments()
    if args.worker:
        print(json.dumps(_worker(args.worker[0], Path(args.data), Path(args.worker[1]), args.repeats)))
        return
    metrics: dict[str, dict[str, object]] = {}
    baselines: dict[str, dict[str, object]] = {}
    print(
        f"{'data set':28}{'streams':>8}{'events':>10}{'rate/s':>10}{'findings':>9}{'/host-day':>10}{'/host-hour':>11}"
    )
    with tempfile.TemporaryDirectory() as scratch:
        for name in args.set or PREPARE:
            store = Path(args.store_dir or scratch) / name
            result = _run(name, args.data, store, args.repeats)
            if result is None:
                continue
            _show(name, result)
            rate = {"value": result["rate"], "low": None, "high": None, "unit": "events/CPU-s", "n": result["events"]}
            metrics[f"{name}/rate"] = rate
            metrics[f"{name}/findings_per_host_day"] = {
                "value": result["per_day"], "low": None, "high": None, "unit": "findings", "n": result["findings"]
            }  # fmt: skip
            for score in _scores(result):
                kind = baselines if _is_baseline(score.name) else metrics
                kind[f"{name}/{score.name.strip()}"] = {
                    "value": score.value, "low": score.low, "high": score.high, "unit": score.unit, "n": score.n
                }  # fmt: skip
    if args.json:
        config = {"repeats": args.repeats, "target_rate": TARGET}
        text = json.dumps({"metrics": metrics, "baselines": baselines, "config": config}, indent=1)
        Path(args.json).write_text(text + "\n", encoding="utf-8")


def _scores(result: dict[str, object]) -> list[Score]:
    values = result["scores"]
    return [Score(*score) for score in values] if isinstance(values, list) else []


def _is_baseline(name: str) -> bool:
    return any(word in name for word in ("by the word", "by number of", "any writing call", "'five failures"))


def _run(name: str, data: str, store: Path, repeats: int) -> dict[str, object] | None:
    command = [sys.executable, "-m", "benchmarks.detectors", "--data", data, "--repeats", str(repeats)]
    done = subprocess.run([*command, "--worker", name, str(store)], check=False, capture_output=True, text=True)
    if done.returncode:
        print(f"{name:28} failed: {done.stderr.strip().splitlines()[-1:]}", flush=True)
        return None
    result: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return result


def _show(name: str, result: dict[str, object]) -> None:
    events = int(str(result["events"]))
    rate = f"{float(str(result['rate'])):,.0f}" if events >= ENOUGH_TO_TIME else "-"
    print(
        f"{name:28}{result['streams']:>8}{events:>10,}{rate:>10}{result['findings']:>9}"
        f"{result['per_day']:>10.2f}{result['per_hour']:>11.2f}"
    )
    found = result["per_detector"]
    if isinstance(found, dict) and found:
        print("    " + ", ".join(f"{detector} {count}" for detector, count in found.items()))
    for score in _scores(result):
        interval = "" if score.low is None else f"  [{score.low:.2f}, {score.high:.2f}]"
        print(f"    {score.name:52}{score.value:8.2f}{interval:16} n={score.n} {score.unit}", flush=True)


def _worker(name: str, data: Path, store: Path, repeats: int) -> dict[str, object]:
    from hodoscope.cli.startup import keep_pandas_out

    keep_pandas_out()
    from benchmarks.detectors_truth import TRUTHS
    from benchmarks.detectors_worker import detected

    store.parent.mkdir(parents=True, exist_ok=True)
    with detected(name, data, store, repeats) as run:
        scores = TRUTHS[name](run) if name in TRUTHS else []
        count = len(run.all_findings)
        return {
            "streams": len(run.streams), "events": run.events, "rate": run.events / max(1e-9, run.detect_cpu),
            "findings": count, "per_day": count / max(1, run.host_days), "per_hour": count / max(1, run.host_hours),
            "per_detector": run.per_detector(), "dead": run.dead, "scores": scores,
        }  # fmt: skip


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="../shared/data")
    parser.add_argument("--json")
    parser.add_argument("--store-dir", help="keep the stores here")
    parser.add_argument("--set", action="append", choices=list(PREPARE))
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--worker", nargs=2, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
