"""Drift detectors: false alarms where nothing changes, and rows until a change is told, beside River's detectors.

    python -m benchmarks.drift [--data DIR] [--json FILE]

Reads every ``soc/net_drift_*/*.csv.gz`` (numbers, binary label last; identifiers left out). Shuffled rows are
stationary: alarms before the planted change are false, the delay of the first alarm after it counts up to 1,000 rows.
Alarms within 200 rows are one. Intervals of false alarms are over streams (mean ± 1.96 standard errors). In file order
nobody knows where the stream changes: alarms stand beside how far the share of attacks is from that of the first tenth.
"""

import argparse
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks.drift_detectors import VIEWS, WINDOW, Watcher, watchers
from benchmarks.drift_streams import AFTER, CHANGES, Rows, in_order, read, shuffled
from benchmarks.web_payloads import wilson
from hodoscope.lifecycle.metric import Evaluation, Metric
from hodoscope.lifecycle.monitor.drift import DriftSettings
from hodoscope.lifecycle.monitor.false_triggers import false_triggers

SEED, STREAMS, PARTS = 7, 6, 20
BLOCK = 50
"""Rows that stay together when the reference in file order is dealt."""
CHANGED_BY = 0.1


@dataclass
class Tally:
    """Of one watcher over shuffled streams: false alarms per 10,000 rows by stream, delays by kind (None: missed)."""

    false: list[float] = field(default_factory=list)
    delays: dict[str, list[int | None]] = field(default_factory=dict)

    def add(self, kind: str, alarms: Sequence[int], change: int) -> None:
        before = sum(alarm <= change for alarm in alarms)
        self.false.append(1e4 * before / change)
        # A window that began before the change may alarm by chance, but it has seen the change: it counts as told.
        self.delays.setdefault(kind, []).append(next((alarm - change for alarm in alarms if alarm > change), None))

    def metrics(self) -> dict[str, Metric]:
        mean = float(np.mean(self.false))
        margin = 1.959964 * float(np.std(self.false, ddof=1)) / math.sqrt(len(self.false))
        found = {
            "false_alarms_per_10000": Metric(mean, max(0.0, mean - margin), mean + margin, "alarms", len(self.false))
        }
        for kind, delays in self.delays.items():
            told = sorted(delay for delay in delays if delay is not None)
            low, high = wilson(len(told), len(delays))
            found[f"told/{kind}"] = Metric(len(told) / len(delays), low, high, n=len(delays))
            middle = sorted(AFTER if delay is None else delay for delay in delays)
            found[f"delay/{kind}"] = Metric(
                float(np.median(middle)), middle[len(middle) // 4], middle[-len(middle) // 4], "rows", len(delays)
            )
        return found


def measure_shuffled(rows: Rows, who: Sequence[Watcher]) -> dict[str, Tally]:
    """Every watcher on the same streams."""
    tallies = {watcher.name: Tally() for watcher in who}
    for number in range(STREAMS):
        for position, kind in enumerate(CHANGES):
            stream = shuffled(rows, kind, SEED + 100 * number + position)
            views = {name: view(stream) for name, view in VIEWS.items()}
            for watcher in who:
                tallies[watcher.name].add(kind, watcher.watch(views[watcher.view], 1), stream.change)
    return tallies


def measure_in_order(rows: Rows, who: Sequence[Watcher]) -> tuple[dict[str, tuple[int, int]], list[bool]]:
    """Per watcher in how many changed and unchanged twentieths it gave alarm; which twentieths changed by label."""
    stream = in_order(rows)
    labels = rows.labels[stream.reference.rows :]
    edges = np.linspace(0, len(labels), PARTS + 1).astype(int)
    ordinary = rows.labels[: stream.reference.rows].mean()
    changed = [bool(abs(labels[a:b].mean() - ordinary) > CHANGED_BY) for a, b in pairwise(edges)]
    found = {}
    views = {name: view(stream) for name, view in VIEWS.items()}
    for watcher in who:
        alarms = watcher.watch(views[watcher.view], BLOCK)
        hit = np.isin(np.arange(PARTS), np.searchsorted(edges, alarms, "left") - 1)
        found[watcher.name] = (int((hit & changed).sum()), int((hit & ~np.array(changed)).sum()))
    return found, changed


def measure(data: Path) -> tuple[Evaluation, list[str]]:
    """What the JSON holds, and the lines of the table."""
    metrics: dict[str, Metric] = {}
    baselines: dict[str, dict[str, Metric]] = {}
    lines: list[str] = []
    who = watchers()
    for path in sorted((data / "soc").glob("net_drift_*/*.csv.gz")):
        rows = read(path)
        tallies = measure_shuffled(rows, who)
        order, changed = measure_in_order(rows, who)
        settings = DriftSettings(window=WINDOW, deals=500)
        random = np.random.default_rng(SEED).permutation(len(rows.labels))[:3000]
        measured = false_triggers(rows.features.take(random), settings)
        metrics[f"{rows.name}/false_trigger_share"] = measured.share
        lines += _lines(rows, tallies, order, changed)
        lines.append(
            f"  our own measurement on dealt rows: {measured.share.value:.4f} ({measured.share.low:.4f}-"
            f"{measured.share.high:.4f}) of windows trigger; wanted {measured.wanted}"
        )
        for name, tally in tallies.items():
            table = tally.metrics() | {
                "in_order/changed_parts_told": _part(order[name][0], sum(changed)),
                "in_order/unchanged_parts_told": _part(order[name][1], PARTS - sum(changed)),
            }
            target = metrics if "/ ours" in name else baselines.setdefault(name, {})
            prefix = f"{rows.name}/{name}/" if "/ ours" in name else f"{rows.name}/"
            target.update({prefix + key: metric for key, metric in table.items()})
    return Evaluation(metrics, {}, baselines, {"seed": SEED, "streams_per_change": STREAMS, "window": WINDOW}), lines


def _part(hits: int, total: int) -> Metric:
    low, high = wilson(hits, total)
    return Metric(hits / total if total else math.nan, low, high, n=total)


def _lines(
    rows: Rows, tallies: Mapping[str, Tally], order: Mapping[str, tuple[int, int]], changed: Sequence[bool]
) -> Iterator[str]:
    yield f"{rows.name}: {len(rows.labels)} rows, {len(rows.features.names)} columns, attacks {rows.labels.mean():.2f}"
    heads = "".join(f"{kind + ' told, delay':>32}" for kind in CHANGES)
    yield f"  {'':46}{'false / 10,000 rows':>24}{heads}   in order: changed, other parts"
    for name, tally in tallies.items():
        table = tally.metrics()
        false = table["false_alarms_per_10000"]
        cells = "".join(
            f"{table[f'told/{kind}'].value:>22.2f}{table[f'delay/{kind}'].value:>10.0f}" for kind in CHANGES
        )
        yield (
            f"  {name:46}{false.value:>9.2f} ({false.low:.2f}-{false.high:.2f}){cells}"
            f"{order[name][0]:>12} of {sum(changed)}, {order[name][1]} of {PARTS - sum(changed)}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    evaluation, lines = measure(options.data)
    if not evaluation.metrics:
        parser.exit(2, f"{options.data}: no soc/net_drift_*/*.csv.gz; --data names the data folder\n")
    print("\n".join(lines))
    if options.json:
        options.json.write_text(json.dumps(evaluation.to_json(), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
