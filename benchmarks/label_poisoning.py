"""Wrong verdicts on real domain names: how many are held back before a model learns them, and how many right ones.

    python -m benchmarks.label_poisoning [--data DIR] [--json FILE] [--every 6]

Reads ``soc/dns_dga/*.csv.gz``. Most names are old; four analysts label new ones and err once in fifty, a fifth gets a
share of theirs wrong, or calls half the names of three generators chosen. ``held_wrong`` and ``held_right`` are the
shares of the fifth's wrong labels and of the others' right labels that the check holds; the baseline holds whatever
most of its 15 nearest old neighbours contradict. Intervals: Wilson, 95 %.
"""

import argparse
import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hodoscope.errors import InputError
from hodoscope.lifecycle.dataset import Dataset
from hodoscope.lifecycle.metric import Evaluation, Metric
from hodoscope.lifecycle.retrain.labels.label_check import check_labels
from hodoscope.lifecycle.retrain.labels.label_plan import LabelPlan
from hodoscope.lifecycle.retrain.labels.neighbours import agreement
from hodoscope.lifecycle.retrain.labels.new_labels import new_labels
from hodoscope.lifecycle.task_config import TaskConfig
from hodoscope.soc.dga.dga_task import TASK
from hodoscope.soc.dga.name_lists import BENIGN, DGA

HONEST, LABELS, ERRS = 4, 250, 0.02
EXCUSED = 3
"""Generators whose names the fifth analyst calls chosen in the last scenario."""
WRONG_SHARES = (0.1, 0.3, 1.0)
PLAN = LabelPlan(labelled_at="at", item="name", author="author")
LEARNED = datetime(2026, 1, 1, tzinfo=UTC)
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Scenario:
    """``wrong`` and ``right`` mark the fifth analyst's wrong labels and the others' labels."""

    dataset: Dataset
    wrong: Flags
    right: Flags


def scenario(names: Dataset, share: float, seed: int) -> Scenario:
    """The last rows of a shuffle are new; ``share`` 0: the fifth analyst excuses half the names of some generators."""
    random = np.random.default_rng(seed)
    rows = names.take(random.permutation(names.table.num_rows))
    truth, generators = (np.array(rows.table.column(name).to_pylist()) for name in ("label", "generator"))
    author = np.full(len(truth), -1)
    author[-(HONEST + 1) * LABELS :] = np.repeat(np.arange(HONEST + 1), LABELS)
    if share:
        wrong = (author == HONEST) & (random.random(len(truth)) < share)
    else:
        excused = random.choice(np.unique(generators[truth == DGA]), EXCUSED, replace=False)
        wrong = np.isin(generators, excused) & (truth == DGA) & (random.random(len(truth)) < 0.5)
        author[wrong] = HONEST
    errs = (author >= 0) & (author < HONEST) & (random.random(len(truth)) < ERRS)
    given = np.where((truth == DGA) ^ (wrong | errs), DGA, BENIGN)
    at = [LEARNED if one < 0 else LEARNED + timedelta(days=30) for one in author]
    table = rows.table.set_column(rows.table.column_names.index("label"), "label", pa.array(given.tolist()))
    table = table.append_column("at", pa.array(at, pa.timestamp("us", "UTC")))
    table = table.append_column("author", pa.array([f"analyst {one}" for one in author]))
    return Scenario(Dataset(table, rows.sheet), wrong, (author >= 0) & (author < HONEST) & ~errs)


def held(one: Scenario, seed: int) -> tuple[Flags, Flags]:
    """Rows that the check holds, and rows that the baseline does."""
    gate = TaskConfig.from_toml(TASK.config, "dga.toml").gate
    found = new_labels(one.dataset, PLAN, LEARNED.isoformat())
    champion = TASK.train(one.dataset.take(np.flatnonzero(~found.new)), seed)
    report = check_labels(TASK, one.dataset, found, champion, PLAN, gate, seed)
    features = TASK.features(one.dataset, champion.preprocessing)
    shared = agreement(features, one.dataset.labels()[0], found.new, PLAN.neighbours, seed)
    return np.isin(np.arange(len(found.new)), report.rows), found.new & (shared < 0.5)


def share_of(hits: int, count: int) -> Metric:
    """With its Wilson interval; undefined for nothing."""
    if not count:
        return Metric(math.nan, math.nan, math.nan)
    value, square = hits / count, 1.96**2 / count
    middle, half = value + square / 2, 1.96 * math.sqrt(value * (1 - value) / count + square / (4 * count))
    return Metric(value, (middle - half) / (1 + square), (middle + half) / (1 + square), "share", count)


def measure(data: Path, every: int) -> Evaluation:
    """All scenarios on every second generated and every ``every``-th chosen name."""
    everything = TASK.load(data)
    generated = np.array(everything.table.column("label").to_pylist()) == DGA
    position = np.arange(len(generated))
    names = everything.take(np.flatnonzero(np.where(generated, position % 2 == 0, position % every == 0)))
    ours: dict[str, Metric] = {}
    rival: dict[str, Metric] = {}
    for share in (*WRONG_SHARES, 0.0):
        one = scenario(names, share, seed=7)
        title = f"{share:.0%} wrong" if share else f"{EXCUSED} generators excused"
        for flags, figures in zip(held(one, seed=7), (ours, rival), strict=True):
            for kind, rows in (("wrong", one.wrong), ("right", one.right)):
                figures[f"held_{kind}[{title}]"] = share_of(int((flags & rows).sum()), int(rows.sum()))
    return Evaluation(ours, {}, {"neighbours alone": rival}, {"every": every, "content_hash": names.content_hash})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", type=Path)
    parser.add_argument("--every", type=int, default=6, help="use every so many-th chosen name")
    options = parser.parse_args()
    try:
        found = measure(options.data, options.every)
    except InputError as error:
        parser.exit(2, f"{error}\n")
    for name, metric in found.metrics.items():
        rival = found.baselines["neighbours alone"][name]
        ours = f"{metric.value:.3f} ({metric.low:.3f} to {metric.high:.3f}, n={metric.n})"
        print(f"{name:36} {ours}   neighbours alone {rival.value:.3f}")
    if options.json:
        options.json.write_text(json.dumps(found.to_json(), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
