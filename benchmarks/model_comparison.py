"""Kinds of model under nested group cross-validation, and what the leakage scan says of the data beforehand.

`python -m benchmarks.model_comparison [--data DIR] [--json FILE] [--rows N] [--seeds 1,2] [--state DIR]`: with
--state an interrupted run goes on. The features here are plain on purpose: kinds of model are compared, not features.
"""

import argparse
import json
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks.model_comparison_inputs import Input, inputs
from hodoscope.lifecycle.compare.candidates import CANDIDATES
from hodoscope.lifecycle.compare.comparison import Budget, Rules, compare
from hodoscope.lifecycle.compare.progress import ProgressBar
from hodoscope.lifecycle.compare.table import to_json, to_text
from hodoscope.lifecycle.leakage.scan import find_leaks
from hodoscope.lifecycle.split import by_group


def main() -> None:
    args = _arguments()
    seeds = tuple(int(seed) for seed in args.seeds.split(","))
    rules = Rules(seeds, args.folds, 2, Budget(args.seconds, args.bytes))
    document: dict[str, dict[str, object]] = {"metrics": {}, "baselines": {}, "config": {}}
    for one in inputs(args.data, args.rows, args.seed):
        begin = time.process_time()
        found = _one(one, rules, args.state)
        for part, values in found.items():
            if isinstance(values, Mapping) and part in ("metrics", "baselines"):
                document[part] |= {f"{one.name}.{name}": value for name, value in values.items()}
        document["config"][one.name] = {key: found[key] for key in ("config", "leakage")}
        print(f"{time.process_time() - begin:.0f} s of processor time\n")
    if not document["config"]:
        print(f"no data set found below {args.data}")
    if args.json:
        args.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def _one(one: Input, rules: Rules, state: Path | None) -> dict[str, object]:
    problem, scanned = one.problem, one.scanned
    print(f"== {one.name}: {problem.features.rows:,} rows, {len(problem.features.names)} columns, "
          f"{len(set(problem.groups.tolist()))} groups, {problem.labels.mean():.1%} {one.positive}")  # fmt: skip
    leakage = find_leaks(
        scanned.features, scanned.labels, scanned.classes, near_duplicates=one.near,
        folds=by_group(scanned.groups, scanned.labels, rules.outer_folds, rules.seeds[0]),
        levels={"group": scanned.groups},
    )  # fmt: skip
    print(
        f"leakage scan of {scanned.features.rows:,} rows, {len(scanned.features.names)} columns:\n{leakage.to_text(5)}"
    )
    with ProgressBar(len(CANDIDATES) * len(rules.seeds) * rules.outer_folds) as progress:
        comparison = compare(
            problem, rules=rules, positive=one.positive, near_duplicates=one.near_kept, state=state, finished=progress
        )
    print(to_text(comparison), end="")
    return to_json(comparison) | {"leakage": leakage.to_json()}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--state", type=Path, help="keep finished folds here and go on from them")
    parser.add_argument("--rows", type=int, default=3000, help="sample each data set to about so many rows")
    parser.add_argument("--seeds", default="1,2,3,4,5", help="seeds of folds and models")
    parser.add_argument("--folds", type=int, default=4, help="outer folds")
    parser.add_argument("--seconds", type=float, default=600, help="processor time a candidate may spend per data set")
    parser.add_argument("--bytes", type=int, default=1_000_000, help="size a model may have")
    parser.add_argument("--seed", type=int, default=7, help="seed of the sample")
    return parser.parse_args()


if __name__ == "__main__":
    main()
