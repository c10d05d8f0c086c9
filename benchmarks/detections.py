"""Our own Sigma rules on simulated telemetry: which steps of the campaigns they hit, and what of ordinary life.

``python -m benchmarks.detections [--hours H] [--users N] [--seed S] [--json FILE] [--data DIR]`` (``--data`` is
accepted like everywhere and not read). It shows reach and noise on a company we invented; it proves no accuracy.
"""

import argparse
import json
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from hodoscope.soc.enrich.enrich import enrich
from hodoscope.soc.enrich.operator_files import load_operator_files
from hodoscope.soc.finding import Finding
from hodoscope.soc.format_routing import FormatRouting, unified
from hodoscope.soc.normalise.mapping import shipped_mappings
from hodoscope.soc.record import SkippedRecord
from hodoscope.soc.sigma.detector import SigmaDetector
from hodoscope.soc.sigma.routing.router import shipped_router
from hodoscope.soc.sigma.rule_files import RuleFiles
from hodoscope.soc.simulate import simulate
from hodoscope.soc.sources.discover import discover

Step = tuple[str, str]
"""Campaign and step."""


@dataclass
class Result:
    """Titles of rules per step, and per title the attack and ordinary events and findings."""

    steps: dict[Step, set[str]] = field(default_factory=dict)
    attack: Counter[str] = field(default_factory=Counter)
    ordinary: Counter[str] = field(default_factory=Counter)
    ordinary_findings: Counter[str] = field(default_factory=Counter)
    events: int = 0
    cpu: float = 0.0


def main() -> None:
    """Simulate, read, match, print."""
    args = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        company = Path(folder) / "company"
        simulate(company, hours=args.hours, users=args.users, seed=args.seed)
        result, expected = _measure(company, args.users), _expected(company)
    _print(result, expected)
    if args.json:
        wanted = [step for step, detectors in expected.items() if "sigma" in detectors]
        reached = sum(bool(result.steps[step]) for step in wanted)
        metrics = {
            "sigma_steps_reached": {"value": reached / len(wanted), "unit": "share", "n": len(wanted)},
            "ordinary_findings_per_100k": {
                "value": 1e5 * result.ordinary_findings.total() / result.events, "unit": "findings", "n": result.events,
            },
            "detect": {"value": result.events / result.cpu, "unit": "events/CPU-s", "n": result.events},
        }  # fmt: skip
        config = {"hours": args.hours, "users": args.users, "seed": args.seed}
        Path(args.json).write_text(json.dumps({"metrics": metrics, "baselines": {}, "config": config}))


def _measure(company: Path, users: int) -> Result:
    truth = _truth(company)
    events = _events(company)
    detector = SigmaDetector(RuleFiles().load(), shipped_router())
    began = time.process_time()
    state = detector.initial()
    pages = [events.slice(start, 50_000) for start in range(0, events.num_rows, 50_000)]
    told = [finding for page in pages for finding in detector.detect(page, state)]
    told += detector.finish(state)
    result = Result({step: set() for step in truth.values()}, events=events.num_rows, cpu=time.process_time() - began)
    raw = dict(zip((i.hex() for i in events["event_id"].to_pylist()), events["raw"].to_pylist(), strict=True))
    for finding in {finding.finding_id: finding for finding in told}.values():
        _count(finding, [truth.get(raw[name]) for name in {row.event_id for row in finding.evidence}], result)
    return result


def _count(finding: Finding, steps: list[Step | None], result: Result) -> None:
    for step in steps:
        if step is None:
            result.ordinary[finding.title] += 1
        else:
            result.attack[finding.title] += 1
            result.steps[step].add(finding.title)
    if not any(steps):
        result.ordinary_findings[finding.title] += 1


def _events(company: Path) -> pa.Table:
    """Everything the company logged, as the store would hand it to the detectors."""
    knowledge, _ = load_operator_files([company / "operator"])
    routing = FormatRouting(shipped_mappings(), "default", {"year": "2026"})
    folders = [str(company / name) for name in ("windows", "linux", "zeek", "aws", "entra", "web")]
    tables = []
    for source in discover(folders):
        if not isinstance(source, SkippedRecord):
            for batch in source.read(0, 100_000, 1 << 28):
                read = routing.normalise(batch).events
                if read.num_rows:
                    tables.append(enrich(read, knowledge))
    return unified(tables).sort_by([("time", "ascending"), ("event_id", "ascending")])


def _truth(company: Path) -> Mapping[bytes, Step]:
    """Raw line of an attack → its campaign and step."""
    lines: dict[str, list[bytes]] = {}
    found: dict[bytes, Step] = {}
    for text in (company / "truth" / "events.jsonl").read_text(encoding="utf-8").splitlines():
        mark = json.loads(text)
        own = lines.setdefault(mark["file"], (company / mark["file"]).read_bytes().split(b"\n"))
        found[own[mark["line"] - 1].rstrip(b"\r")] = (mark["campaign"], mark["step"])
    return found


def _expected(company: Path) -> dict[Step, list[str]]:
    campaigns = json.loads((company / "truth" / "campaigns.json").read_text(encoding="utf-8"))
    return {(one["campaign"], step["step"]): step["detectors"] for one in campaigns for step in one["steps"]}


def _print(result: Result, expected: Mapping[Step, list[str]]) -> None:
    print(f"{result.events:,} events, {result.events / result.cpu:,.0f} a CPU second with the shipped rules\n")
    print(f"{'campaign: step':40} {'asked of Sigma':15} rules that hit")
    for step, detectors in expected.items():
        wanted = "yes" if "sigma" in detectors else ""
        print(f"{': '.join(step):40} {wanted:15} {', '.join(sorted(result.steps.get(step, ()))) or '-'}")
    print(f"\n{'rule':62} {'attack events':>13} {'ordinary':>9} {'findings without any attack':>28}")
    counts: dict[str, tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
    for title in result.attack.keys() | result.ordinary.keys():
        counts[title] = (result.attack[title], result.ordinary[title], result.ordinary_findings[title])
    for title, (attack, ordinary, findings) in sorted(counts.items(), key=lambda item: (-item[1][2], item[0])):
        print(f"{title:62} {attack:13,} {ordinary:9,} {findings:28,}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="../shared/data")
    parser.add_argument("--json")
    parser.add_argument("--hours", type=float, default=24)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


if __name__ == "__main__":
    main()
