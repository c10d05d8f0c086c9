"""Accuracy of form and field detection, by every corpus that is there: what is exported is what is scored.

Every page goes through the TypeScript runtime in Chromium; every fold of GroupKFold(10) by registrable domain trains,
prunes, quantises and calibrates anew, and scores its test sites through the integer arithmetic of the runtime.
``--vectors DIR`` keeps the vectors between runs.
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from hodoscope.forms.chromium import live_page
from hodoscope.forms.corpora.registry import present
from hodoscope.forms.evaluate import measure
from hodoscope.forms.vectorise import vectorise
from hodoscope.forms.vectors import Vectors, load_all
from hodoscope.lifecycle.metric import Evaluation, Metric

SHOWN = ("accuracy", "macro_f1", "whole_right", "ece")
ANCHORS: Mapping[str, Mapping[str, float]] = {
    "form type": {"accuracy": 0.883, "macro_f1": 0.85},
    "field type": {"accuracy": 0.847, "macro_f1": 0.78, "whole_right": 0.756},
    "duckduckgo": {"accuracy": 0.97},
}
"""Stated: Formasaurus' own models by the same protocol; DuckDuckGo's rules on all of its forms (3.0 % wrong)."""


def main() -> None:
    """Run, print the table, write the JSON when asked."""
    args = _arguments()
    corpora = _vectors(args.data, args.vectors)
    tasks = {}
    for name, evaluation in measure(corpora):
        tasks[name] = evaluation
        _print(name.replace("_", " "), evaluation)
    if args.json:
        document = _document(tasks, corpora)
        args.json.write_text(json.dumps(document.to_json(), indent=2) + "\n", encoding="utf-8")


def _vectors(data: Path, kept: Path | None) -> dict[str, Vectors]:
    if kept is not None and any(kept.glob("*/pages.parquet")):
        return load_all(kept)
    with live_page() as live:
        found = {name: vectorise(live, pages) for name, pages in present(data).items()}
    if kept is not None:
        for name, vectors in found.items():
            vectors.save(kept / name)
    return found


def _print(task: str, evaluation: Evaluation) -> None:
    print(f"{task}: {evaluation.config['units']} units, {evaluation.config['unmapped']} unmapped, "
          f"{evaluation.config['groups']} sites")  # fmt: skip
    print(f"{'':16} {'value':>7} {'95 % interval':>16} {'anchor':>7}")
    for name in SHOWN:
        metric = evaluation.metrics[name]
        anchor = ANCHORS.get(task, {}).get(name)
        print(f"{name:16} {_row(metric)} {'' if anchor is None else f'{anchor:7.3f}'}")
    for baseline, table in evaluation.baselines.items():
        print(f"  {baseline}: accuracy {table['accuracy'].value:.4f}, macro-F1 {table['macro_f1'].value:.4f}")
    worst = sorted((m.value, name) for name, m in evaluation.metrics.items() if name.startswith("f1["))[:8]
    print(f"  lowest F1: {', '.join(f'{name[3:-1]} {value:.2f}' for value, name in worst)}")


def _row(metric: Metric) -> str:
    return f"{metric.value:7.4f} {f'[{metric.low:.3f} {metric.high:.3f}]':>16}"


def _document(tasks: Mapping[str, Evaluation], corpora: Mapping[str, Vectors]) -> Evaluation:
    metrics = {f"{task}_{name}": value for task, result in tasks.items() for name, value in result.metrics.items()}
    baselines = {f"{task}: {name}": table for task, result in tasks.items() for name, table in result.baselines.items()}
    origins = {name: vectors.origin for name, vectors in corpora.items()}
    configs = {task: dict(result.config) for task, result in tasks.items()}
    return Evaluation(metrics, {}, baselines, {"corpora": origins, "tasks": configs})


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--vectors", type=Path, help="keep the vectors in this folder between runs")
    return parser.parse_args()


if __name__ == "__main__":
    main()
