"""Loading Sigma rule packs: CPU seconds of a fresh process, compiled and from the cache, beside pySigma alone.

Every pack found in ``DIR/soc/sigma_rules`` (archives, folders) is loaded as it is, and an archive also unpacked as a
folder of files. Imports are part of every figure: a fresh process pays them.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from hodoscope.soc.sigma.load.rules import load_rules

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
TARGETS = {"compiled": 8.0, "cached": 0.3}
"""CPU seconds for about 3,755 rules."""
OURS = """
import sys, time, resource
from pathlib import Path
from hodoscope.soc.sigma.load.rules import load_rules
load_rules([sys.argv[1]], cache=Path(sys.argv[2]))
print(time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
PYSIGMA = """
import sys, time, resource
from pathlib import Path
from sigma.collection import SigmaCollection
rules = SigmaCollection.load_ruleset([Path(sys.argv[1])], collect_errors=True)
for rule in rules:
    for condition in getattr(rule, "detection", None) and rule.detection.parsed_condition or ():
        condition.parsed
print(time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def main() -> None:
    """Run, print the table, write the JSON when asked."""
    args = _arguments()
    metrics: dict[str, dict[str, object]] = {}
    print(f"{'pack':24} {'step':28} {'CPU s':>7} {'low':>7} {'high':>7} {'MB':>6}")
    for pack in _packs(args.data):
        with tempfile.TemporaryDirectory() as scratch:
            metrics |= _measured(pack, Path(scratch), args.runs)
    if not metrics:
        print(f"no rule pack in {args.data / 'soc' / 'sigma_rules'}")
    if args.json:
        document = {"metrics": metrics, "config": {"runs": args.runs, "data": str(args.data), "targets": TARGETS}}
        args.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the data sets")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--runs", type=int, default=5)
    return parser.parse_args()


def _packs(data: Path) -> Iterator[Path]:
    folder = data / "soc" / "sigma_rules"
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_dir() or zipfile.is_zipfile(path):
            yield path


def _measured(pack: Path, scratch: Path, runs: int) -> dict[str, dict[str, object]]:
    rules = load_rules([pack])
    reasons = Counter(refused.reason for refused in rules.unsupported)
    print(f"{pack.name}: {len(rules.rules):,} rules, {len(rules.correlations)} correlations, {sum(reasons.values())} "
          f"unsupported {dict(reasons.most_common())}")  # fmt: skip
    folder = pack
    if pack.is_file():
        folder = scratch / "folder"
        with zipfile.ZipFile(pack) as archive:
            archive.extractall(folder)
    figures = {"rules": {"value": len(rules.rules), "unsupported": dict(reasons)}}
    steps = [("compiled", OURS, pack, True), ("cached", OURS, pack, False)]
    if folder != pack:
        steps += [("compiled, folder of files", OURS, folder, True), ("cached, folder of files", OURS, folder, False)]
    for step, script, source, cold in [*steps, ("pySigma parses only", PYSIGMA, folder, True)]:
        figures[step] = _runs(script, source, scratch, runs, cold=cold)
        row = figures[step]
        print(f"{pack.name:24} {step:28} {row['value']:>7.2f} {row['low']:>7.2f} {row['high']:>7.2f} {row['mb']:>6.0f}")
    return {f"{pack.name}: {step}": figure for step, figure in figures.items()}


def _runs(script: str, source: Path, scratch: Path, runs: int, *, cold: bool) -> dict[str, object]:
    seconds, memory = [], []
    for run in range(runs):
        cache = scratch / (f"cache{run}-{source.name}" if cold else "cache-kept")
        if not cold and not run:
            _fresh(script, source, cache)
        spent, kilobytes = _fresh(script, source, cache)
        seconds.append(spent)
        memory.append(kilobytes / 1024)
    low, high = min(seconds), max(seconds)
    return {
        "value": statistics.median(seconds),
        "low": low,
        "high": high,
        "unit": "cpu-s",
        "n": runs,
        "mb": max(memory),
    }


def _fresh(script: str, source: Path, cache: Path) -> tuple[float, float]:
    command = [sys.executable, "-c", script, str(source), str(cache)]
    spent, kilobytes = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return float(spent), float(kilobytes)


if __name__ == "__main__":
    main()
