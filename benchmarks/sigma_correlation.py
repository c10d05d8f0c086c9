"""Correlations: hits per CPU second through every kind, beside judging every hit's window from scratch.

Hits are invented (a few thousand users with the skew such logs have). ``--data`` is accepted like everywhere and not
read.
"""

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from hodoscope.soc.sigma.correlation.interface import HitBatch
from hodoscope.soc.sigma.correlation.stream import Correlator
from hodoscope.soc.sigma.rule import Correlation

RULES = ("failed", "success", "created")
KINDS: dict[str, dict[str, Any]] = {
    "event_count": {"conditions": (("gte", 20.0),)},
    "event_count, closing": {"kind": "event_count", "conditions": (("gte", 5.0), ("lt", 20.0))},
    "value_count": {"conditions": (("gte", 10.0),), "field": ("host",)},
    "temporal": {"conditions": (("gte", 3.0),), "rules": RULES},
    "temporal_ordered": {"conditions": (("gte", 3.0),), "rules": RULES},
    "value_sum": {"conditions": (("gte", 1e6),), "field": ("size",)},
    "value_avg": {"conditions": (("gte", 990.0),), "field": ("size",)},
    "value_percentile": {"conditions": (("gte", 990.0),), "field": ("size",), "percentile": 95.0},
    "value_median": {"conditions": (("gte", 990.0),), "field": ("size",)},
}


def main() -> None:
    """Run, print the table, write the JSON when asked."""
    args = _arguments()
    batches = _batches(random.Random(args.seed), args.hits, args.batch)
    rules = {name: _correlation(name, changes) for name, changes in KINDS.items()}
    cases: dict[str, list[Correlation]] = {name: [rule] for name, rule in rules.items()}
    cases["all of them together"] = list(rules.values())
    print(f"{args.hits:,} hits in batches of {args.batch:,}, median of {args.runs} runs, hits per CPU second")
    print(f"{'correlation':32} {'median':>10} {'low':>10} {'high':>10} {'matches':>8} {'state kB':>9}")
    metrics: dict[str, object] = {}
    for name, correlations in cases.items():
        rates, matches, state = [], 0, 0
        for _ in range(args.runs):
            began = time.process_time()
            running = Correlator(correlations)
            matches = sum(len(running.take(batch)) for batch in batches) + len(running.finish())
            rates.append(args.hits / (time.process_time() - began))
            state = len(running.dump())
        _row(name, rates, matches, state, metrics)
    rates, matches = [], 0
    for _ in range(args.runs):
        began = time.process_time()
        matches = _from_scratch(batches)
        rates.append(args.hits / (time.process_time() - began))
    _row("event_count from scratch per hit", rates, matches, 0, metrics)
    if args.json:
        document = {"metrics": metrics, "config": {key: str(value) for key, value in vars(args).items()}}
        args.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="accepted for uniformity; this benchmark reads no data")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--hits", type=int, default=100_000)
    parser.add_argument("--batch", type=int, default=5_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


def _correlation(name: str, changes: dict[str, Any]) -> Correlation:
    plain: dict[str, Any] = {"kind": name, "rules": RULES[:1], "group_by": ("user",), "timespan_seconds": 300}
    return Correlation(rule_id=name, title=name, level="high", status="test", **(plain | changes))


def _batches(dice: random.Random, hits: int, batch: int) -> list[HitBatch]:
    times = sorted(dice.randrange(6 * 3_600_000_000) for _ in range(hits))
    users = [f"user{int(3_000 ** dice.random())}" for _ in range(hits)]
    found = []
    for begin in range(0, hits, batch):
        rows = range(begin, min(hits, begin + batch))
        found.append(
            HitBatch(
                np.array([times[row] for row in rows], dtype=np.int64),
                [dice.choices(RULES, (8, 1, 1))[0] for _ in rows],
                [f"{row:032x}" for row in rows],
                {
                    "user": [(users[row],) for row in rows],
                    "host": [(f"host{dice.randrange(40)}",) for _ in rows],
                    "size": [(str(dice.randrange(1_000)),) for _ in rows],
                },
            )
        )
    return found


def _row(name: str, rates: list[float], matches: int, state: int, metrics: dict[str, object]) -> None:
    low, middle, high = min(rates), statistics.median(rates), max(rates)
    print(f"{name:32} {middle:>10,.0f} {low:>10,.0f} {high:>10,.0f} {matches:>8,} {state / 1000:>9,.0f}")
    metrics[name] = {
        "value": middle,
        "low": low,
        "high": high,
        "unit": "hits/cpu-s",
        "n": len(rates),
        "matches": matches,
    }


def _from_scratch(batches: list[HitBatch]) -> int:
    """What one writes first: all hits of a group kept, the window counted anew for each hit, every hit over it told."""
    kept: dict[str, list[int]] = {}
    told = 0
    count: Callable[[list[int], int], int] = lambda times, since: sum(time >= since for time in times)  # noqa: E731 -- read beside its use
    for batch in batches:
        for time_us, rule, users in zip(batch.time_us.tolist(), batch.rule, batch.fields["user"], strict=True):
            if rule == RULES[0]:
                times = kept.setdefault(users[0], [])
                times.append(time_us)
                told += count(times, time_us - 300_000_000) >= 20
    return told


if __name__ == "__main__":
    main()
