"""The lifecycle's statistics judged: speed of the bootstrap, coverage of its intervals, bounds kept and broken.

Of the first three tables all data is invented from a seed, since only then is the truth known; the last one is on the
alerts of ``--data``, site by site.
"""

import argparse
import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.lifecycle_alerts import ALPHA, DELTA, Site, sites
from benchmarks.lifecycle_bound import Broken, broken
from benchmarks.lifecycle_coverage import Coverage, coverages
from benchmarks.lifecycle_speed import Speed, speeds
from hodoscope.lifecycle.metric import Evaluation, Metric
from hodoscope.lifecycle.risk_control import observed

PARTS = ("speed", "coverage", "bound", "alerts")
PEER, ROWWISE, NAIVE = "scikit-learn per resample", "bootstrap over rows", "naive threshold"


def main() -> None:
    """Run the parts that were asked for, print their tables, write the JSON when asked."""
    args = _arguments()
    metrics: dict[str, Metric] = {}
    baselines: dict[str, dict[str, Metric]] = {PEER: {}, ROWWISE: {}, NAIVE: {}}
    if "speed" in args.parts:
        _speed(list(speeds(args.rows, args.draws, args.seed, args.ten_classes)), metrics, baselines[PEER])
    if "coverage" in args.parts:
        found = coverages(args.experiments, args.experiment_draws, args.seed)
        _coverage(list(found), metrics, baselines[ROWWISE])
    if "bound" in args.parts:
        _bound(list(broken(args.repetitions, args.seed)), metrics, baselines[NAIVE])
    if "alerts" in args.parts:
        _alerts(list(sites(args.data, args.splits, args.seed)), metrics)
    if args.json:
        config = {key: str(value) for key, value in vars(args).items()}
        document = Evaluation(metrics, {}, baselines, config).to_json()
        args.json.write_text(json.dumps(document, indent=2, allow_nan=False) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="only the alerts are read")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--ten-classes", action="store_true", help="also time ten classes (about three times as long)")
    parser.add_argument("--experiments", type=int, default=300, help="invented data sets per number of groups")
    parser.add_argument("--experiment-draws", type=int, default=300)
    parser.add_argument("--repetitions", type=int, default=1000, help="calibrations per bound")
    parser.add_argument("--splits", type=int, default=100, help="random thirds of the alerts per site left out")
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


def _speed(found: Sequence[Speed], metrics: dict[str, Metric], peer: dict[str, Metric]) -> None:
    print("\nBootstrap: all figures with intervals (aim: 1,000 draws of 1,000,000 rows within 60 s on 2 cores)")
    rows = []
    for one in found:
        metrics[f"bootstrap s: {one.case}"] = Metric(one.wall, one.wall, one.wall, "s", one.draws)
        metrics[f"bootstrap CPU-s: {one.case}"] = Metric(one.cpu, one.cpu, one.cpu, "CPU-s", one.draws)
        if not math.isnan(one.peer):
            peer[f"bootstrap CPU-s: {one.case}"] = Metric(one.peer, one.peer, one.peer, "CPU-s", one.draws)
        times = f"{one.wall:.1f}", f"{one.cpu:.1f}", _or_dash(one.peer, ",.0f")
        rows.append((one.case, f"{one.rows:,}", f"{one.draws:,}", one.figures, *times))
    _table(("case", "rows", "draws", "figures", "s", "CPU-s", "scikit-learn CPU-s, extrapolated"), rows)


def _coverage(found: Sequence[Coverage], metrics: dict[str, Metric], rowwise: dict[str, Metric]) -> None:
    print("\nCoverage of 95 % intervals: share of experiments that held the truth (bootstrap over rows beside it)")
    groups = sorted({one.groups for one in found})
    rows = []
    for figure in dict.fromkeys(one.figure for one in found):
        at = {one.groups: one for one in found if one.figure == figure}
        rows.append((figure, *(f"{at[n].by_groups:.3f} ({at[n].by_rows:.2f})" if n in at else "-" for n in groups)))
    for one in found:
        name = f"coverage {one.figure}, {one.groups} groups"
        metrics[name], rowwise[name] = (_share(value, one.experiments) for value in (one.by_groups, one.by_rows))
    _table(("figure", *(f"{n} groups" for n in groups)), rows)


def _bound(found: Sequence[Broken], metrics: dict[str, Metric], naive: dict[str, Metric]) -> None:
    print("\nBounds: share of repetitions in which the risk was above α (promised on exchangeable data: at most δ)")
    rows = []
    for one in found:
        name = f"{one.risk} above {one.alpha:g}, {one.units} units, drift {one.drift:g}"
        metrics[name], naive[name] = (_share(value, one.repetitions) for value in (one.ours, one.naive))
        setting = one.risk, f"{one.alpha:g}", one.units, f"{one.drift:g}", "none" if one.drift else f"{one.delta:g}"
        shares = f"{one.ours:.3f}", f"{one.naive:.3f}", f"{one.risk_mean:.4f}", f"{one.acted:.2f}"
        rows.append((*setting, *shares, _or_dash(one.alarmed, ".2f")))
    _table(
        ("risk", "α", "units", "drift", "promised", "above α", "naive", "mean risk", "acted", "alarm in 300 labels"),
        rows,
    )


def _alerts(found: Sequence[Site], metrics: dict[str, Metric]) -> None:
    print(f"\nReal alerts, closing below a threshold: missing more than {ALPHA:g} has a chance of at most {DELTA:g},")
    print("promised for the same sites only (refuted: even the 95 % interval of a random third lies above)")
    if not found:
        print("no sites below --data; skipped")
        return
    rows = []
    for one in found:
        metrics[f"alerts missed, same sites without {one.name}"] = one.same
        metrics[f"alerts missed, {one.name} never seen"] = one.here
        metrics[f"bound refuted, same sites without {one.name}"] = _share(one.refuted, one.splits)
        threshold = "never" if one.bound.threshold is None else f"{one.bound.threshold:.4f}"
        shares = (f"{metric.value:.4f} ({metric.low:.4f}-{metric.high:.4f})" for metric in (one.same, one.here))
        rows.append((one.name, one.bound.units, threshold, f"{one.refuted:.2f}", *shares, f"{one.closed:.2f}"))
    columns = "site left out", "attacks", "closed below", "refuted", "missed, same sites", "missed, this site"
    _table((*columns, "harmless closed"), rows)


def _share(value: float, of: int) -> Metric:
    return observed(round(value * of), of)


def _or_dash(value: float, form: str) -> str:
    return "-" if math.isnan(value) else format(value, form)


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    lines = [head, *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        cells = (cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))
        print(line[0].ljust(widths[0]), *cells, sep="  ")


if __name__ == "__main__":
    main()
