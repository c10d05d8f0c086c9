"""Ranking other tools' alerts: each company judged by a model trained on the others, beside the look-up table.

    python -m benchmarks.triage [--data DIR] [--json FILE]

Reads ``soc/alerts_ait_ads/*.csv.gz``; every file is a scenario and is left out once. Only the first alert of a
signature, address and ten minutes counts. Evaluate-only: nothing trained here is kept. Figures are per scenario and
their mean, so that two scenarios with a thousand alerts of one step do not hide the rest; intervals draw scenarios.
``recall/STEP`` is the share of a step's first alerts among the 50 highest of their day, ``found/STEP`` whether any
is. The naive figure is what the look-up table gets on all alerts, floods included: it proves nothing.
"""

import argparse
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from benchmarks.triage_alerts import NO_STEP, read_alerts
from hodoscope.errors import InputError
from hodoscope.lifecycle.dataset import Dataset
from hodoscope.lifecycle.evaluate.bootstrap import bootstrap
from hodoscope.lifecycle.evaluate.per_group import PerGroup, ranked_above
from hodoscope.lifecycle.metric import Evaluation, Metric
from hodoscope.soc.alert_ranking.alert_history import AlertHistory
from hodoscope.soc.alert_ranking.rank import Known, fit_ranker
from hodoscope.soc.alert_ranking.signature_rates import SignatureRates

BUDGET, SEED = 50, 7
_DAY = 86_400_000_000
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Scenario:
    """First alerts of one scenario with their steps; ``raw`` holds signature and truth of every alert."""

    name: str
    known: Known
    steps: NDArray[np.str_]
    raw: tuple[list[str], NDArray[np.bool_]]


def scenarios(dataset: Dataset) -> list[Scenario]:
    """One per group, by name."""
    groups = np.array(dataset.table.column("group").to_pylist())
    found = []
    for name in sorted(set(groups.tolist())):
        table = dataset.take(np.flatnonzero(groups == name)).table
        history = AlertHistory.of(table)
        first = table.take(pa.array(history.first))
        steps = np.array(first.column("step").to_pylist())
        known = Known(history, first.column("signature").to_pylist(), steps != NO_STEP)
        truth = np.array(table.column("step").to_pylist()) != NO_STEP
        found.append(Scenario(name, known, steps, (table.column("signature").to_pylist(), truth)))
    return found


def figures(scores: Floats, scenario: Scenario) -> dict[str, float]:
    """Area, average precision, and per step recall and whether it was found within the budget."""
    attacks = scenario.known.attacks
    table = {
        "auc": ranked_above(scores[attacks], scores[~attacks]),
        "ap": float(average_precision_score(attacks, scores)) if attacks.any() else math.nan,
    }
    read = within_budget(scores, scenario.known.history.times // _DAY)
    for step in sorted(set(scenario.steps.tolist()) - {NO_STEP}):
        mine = read[scenario.steps == step]
        table[f"recall/{step}"], table[f"found/{step}"] = float(mine.mean()), float(mine.any())
    return table


def within_budget(scores: Floats, days: NDArray[np.int64], budget: int = BUDGET) -> NDArray[np.bool_]:
    """Whether each alert (rows,) is among the ``budget`` highest of its day; ties go to the earlier row."""
    read = np.zeros(len(scores), dtype=np.bool_)
    for day in np.unique(days):
        rows = np.flatnonzero(days == day)
        read[rows[np.argsort(-scores[rows], kind="stable")[:budget]]] = True
    return read


def summary(tables: Sequence[Mapping[str, float]]) -> dict[str, Metric]:
    """Mean over scenarios of every figure, over steps too: ``steps_recall`` and ``steps_found``."""
    names = sorted({name for table in tables for name in table})
    columns = {name: [table.get(name, math.nan) for table in tables] for name in names}
    for kind in ("recall", "found"):
        rows = [[value for name, value in table.items() if name.startswith(f"{kind}/")] for table in tables]
        columns[f"steps_{kind}"] = [float(np.mean(row)) if row else math.nan for row in rows]
    drawn = bootstrap([PerGroup(columns)], len(tables))
    return {name.removesuffix("_mean"): metric for name, metric in drawn.items() if name.endswith("_mean")}


def measure(data: Path) -> tuple[Evaluation, list[str]]:
    """What the JSON holds, and the lines of the table. Raises ``InputError`` with fewer than three scenarios."""
    dataset = read_alerts(data)
    every = scenarios(dataset)
    ours, look_up, raw = [], [], []
    for left_out in every:
        rest = [other.known for other in every if other is not left_out]
        ours.append(figures(fit_ranker(rest, SEED).scores(left_out.known.history, left_out.known.signatures), left_out))
        signatures = [name for known in rest for name in known.signatures]
        rates = SignatureRates.fit(signatures, np.concatenate([known.attacks for known in rest]))
        look_up.append(figures(rates.of(left_out.known.signatures), left_out))
        raw.append(_raw(left_out, [other for other in every if other is not left_out]))
    metrics, table, naive = summary(ours), summary(look_up), summary(raw)
    slices = {f"scenario={scenario.name}": _plain(found) for scenario, found in zip(every, ours, strict=True)}
    baselines = {"look-up table": table, "look-up table on every alert": naive}
    config = {"seed": SEED, "budget_per_day": BUDGET, "content_hash": dataset.content_hash}
    lines = list(_lines(every, ours, look_up, (metrics, table, naive)))
    return Evaluation(metrics, slices, baselines, config), lines


def _raw(left_out: Scenario, rest: Sequence[Scenario]) -> dict[str, float]:
    signatures = [name for other in rest for name in other.raw[0]]
    rates = SignatureRates.fit(signatures, np.concatenate([other.raw[1] for other in rest]))
    scores, truth = rates.of(left_out.raw[0]), left_out.raw[1]
    return {"auc": ranked_above(scores[truth], scores[~truth]), "ap": float(average_precision_score(truth, scores))}


def _plain(found: Mapping[str, float]) -> dict[str, Metric]:
    return {name: Metric(value, math.nan, math.nan, n=1) for name, value in found.items()}


def _lines(
    every: Sequence[Scenario],
    ours: Sequence[Mapping[str, float]],
    look_up: Sequence[Mapping[str, float]],
    summaries: tuple[Mapping[str, Metric], Mapping[str, Metric], Mapping[str, Metric]],
) -> Iterator[str]:
    metrics, table, naive = summaries
    yield f"{'scenario left out':24}{'first alerts':>14}{'attacks':>9}{'AP':>8}{'AUC':>8}{'look-up AP':>14}{'AUC':>8}"
    for scenario, mine, theirs in zip(every, ours, look_up, strict=True):
        attacks = scenario.known.attacks
        yield (
            f"{scenario.name:24}{len(attacks):>14}{attacks.sum():>9}{mine['ap']:>8.3f}{mine['auc']:>8.3f}"
            f"{theirs['ap']:>14.3f}{theirs['auc']:>8.3f}"
        )
    for name in ("ap", "auc", "steps_recall", "steps_found"):
        yield f"{'mean ' + name:24}ours {_shown(metrics[name])}   look-up table {_shown(table[name])}"
    floods = f"AUC {naive['auc'].value:.4f}, AP {naive['ap'].value:.4f}"
    yield f"naive: the look-up table on every alert, floods included: {floods}"
    heads = f"{'scenarios':>10}{'recall':>9}{'found':>8}{'look-up: recall':>18}{'found':>8}"
    yield f"{'step, at ' + str(BUDGET) + ' alerts a day':32}{heads}"
    for name in sorted(name for name in metrics if name.startswith("recall/")):
        found = name.replace("recall/", "found/")
        yield (
            f"{name.removeprefix('recall/'):32}{metrics[name].n:>10}{metrics[name].value:>9.2f}"
            f"{metrics[found].value:>8.2f}{table[name].value:>18.2f}{table[found].value:>8.2f}"
        )


def _shown(metric: Metric) -> str:
    return f"{metric.value:.3f} ({metric.low:.3f}-{metric.high:.3f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    try:
        evaluation, lines = measure(options.data)
    except InputError as error:
        parser.exit(2, f"{error}\n")
    print("\n".join(lines))
    if options.json:
        options.json.write_text(json.dumps(evaluation.to_json(), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
