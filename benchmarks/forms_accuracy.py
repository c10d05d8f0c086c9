"""Accuracy of form detection by the Formasaurus protocol: what is exported is what is scored.

Every page goes through the TypeScript runtime in Chromium; every fold of GroupKFold(10) by registrable domain trains,
prunes, quantises and calibrates anew, and scores its test sites through the integer arithmetic of the runtime.
``--vectors DIR`` keeps the vectors between runs.
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from hodoscope.errors import InputError
from hodoscope.forms.chromium import live_page
from hodoscope.forms.corpora import formasaurus
from hodoscope.forms.evaluate import form_type
from hodoscope.forms.vectorise import vectorise
from hodoscope.forms.vectors import Vectors
from hodoscope.lifecycle.metric import Evaluation, Metric

SHOWN = ("accuracy", "macro_f1", "ece")
ANCHORS: Mapping[str, Mapping[str, float]] = {"form type": {"accuracy": 0.883, "macro_f1": 0.85}}
"""Formasaurus' own models by the same protocol, as stated; their package is in no registry's current form."""


def main() -> None:
    """Run, print the table, write the JSON when asked."""
    args = _arguments()
    vectors = _vectors(args.data, args.vectors)
    evaluation = form_type(vectors)
    _print("form type", evaluation)
    if args.json:
        document = _document({"form_type": evaluation}, vectors)
        args.json.write_text(json.dumps(document.to_json(), indent=2) + "\n", encoding="utf-8")


def _vectors(data: Path, kept: Path | None) -> Vectors:
    if kept is not None and (kept / "pages.parquet").exists():
        return Vectors.load(kept)
    with live_page() as live:
        vectors = vectorise(live, formasaurus.pages(data))
    if kept is not None:
        vectors.save(kept)
    return vectors


def _print(task: str, evaluation: Evaluation) -> None:
    print(f"{task}: {evaluation.config['units']} units, {evaluation.config['unmapped']} unmapped, "
          f"{evaluation.config['groups']} sites")  # fmt: skip
    print(f"{'':16} {'value':>7} {'95 % interval':>16} {'anchor':>7}")
    for name in SHOWN:
        metric = evaluation.metrics[name]
        anchor = ANCHORS.get(task, {}).get(name)
        print(f"{name:16} {_row(metric)} {'' if anchor is None else f'{anchor:7.3f}'}")
    for name, metric in sorted(evaluation.metrics.items()):
        if name.startswith("f1["):
            print(f"  {name:14} {_row(metric)}")


def _row(metric: Metric) -> str:
    return f"{metric.value:7.4f} {f'[{metric.low:.3f} {metric.high:.3f}]':>16}"


def _document(tasks: Mapping[str, Evaluation], vectors: Vectors) -> Evaluation:
    metrics = {f"{task}_{name}": value for task, result in tasks.items() for name, value in result.metrics.items()}
    baselines = {f"{task}: {name}": table for task, result in tasks.items() for name, table in result.baselines.items()}
    return Evaluation(
        metrics, {}, baselines, {**vectors.origin, "tasks": {k: dict(v.config) for k, v in tasks.items()}}
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--vectors", type=Path, help="keep the vectors in this folder between runs")
    args = parser.parse_args()
    if not formasaurus.archive(args.data).exists():
        raise InputError(f"{formasaurus.archive(args.data)} is absent; name the data folder with --data")
    return args


if __name__ == "__main__":
    main()
