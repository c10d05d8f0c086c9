"""Figures of one contestant of the DGA benchmark, and the table of all of them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.dga_contestants import Contestant, Scores
from benchmarks.web_payloads import wilson
from hodoscope.lifecycle.dataset import ORIGIN
from hodoscope.lifecycle.evaluate.bootstrap import bootstrap
from hodoscope.lifecycle.evaluate.per_group import PerGroup, ranked_above
from hodoscope.lifecycle.metric import Metric
from hodoscope.lifecycle.split import Fold
from hodoscope.soc.dga.english_words import english_words
from hodoscope.soc.dga.leave_generators_out import Plan
from hodoscope.soc.dga.word_pieces import WordPieces, mixed_shares

FIGURES = ("auc", "recall_at_1_percent", "recall")
REFERENCE = "opendns_random"
LEAST_WORD_SHARE = 0.5
"""Share of letters in words of five letters or more; a generator whose median is above it has a word list."""
Unit = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Measured:
    """``units`` maps (generator, source) to its three figures; ``thresholds`` has one entry per fold."""

    metrics: Mapping[str, Metric]
    slices: Mapping[str, Mapping[str, Metric]]
    units: Mapping[Unit, Sequence[float]]
    thresholds: Sequence[float]


def word_lists(plan: Plan) -> frozenset[Unit]:
    """The (generator, source) pairs whose names are words."""
    language = english_words()
    pieces = WordPieces({}, language, {}, mixed_shares({}, language))
    shares: dict[Unit, list[float]] = defaultdict(list)
    columns = (plan.column(name) for name in ("generator", ORIGIN, "name", "label"))
    for generator, origin, name, label in zip(*columns, strict=True):
        if label == "dga":
            long = sum(len(word) for word in pieces.cut(name) if len(word) > 4)
            shares[generator, origin].append(long / len(name))
    return frozenset(unit for unit, found in shares.items() if np.median(found) >= LEAST_WORD_SHARE)


def measured(plan: Plan, contestant: Contestant, words: frozenset[Unit]) -> Measured:
    """Let one contestant train and score in every fold. ``words`` are the units of :func:`word_lists`."""
    tally = _Tally(plan)
    for fold in plan.folds:
        tally.add(fold, contestant(fold))
    slices = {
        "kind=word list": _over_generators(tally.units, words),
        "kind=other": _over_generators(tally.units, words, other=True),
    }
    for generator in sorted({generator for generator, _ in tally.units}):
        mine = [figures for (owner, _), figures in tally.units.items() if owner == generator]
        means = np.mean(mine, axis=0)
        slices[f"generator={generator}"] = {
            name: Metric(float(value), float("nan"), float("nan"), n=len(mine))
            for name, value in zip(FIGURES, means, strict=True)
        }
    metrics = _over_generators(tally.units, frozenset(), other=True) | tally.flagged()
    return Measured(metrics, slices, tally.units, tally.thresholds)


class _Tally:
    """Figures per unit, and per benign source how often its names were flagged."""

    def __init__(self, plan: Plan) -> None:
        self._generator, self._origin = (np.array(plan.column(name)) for name in ("generator", ORIGIN))
        self._generated = plan.generated
        origins, sizes = np.unique(self._origin[~self._generated], return_counts=True)
        self._reference = REFERENCE if REFERENCE in origins else str(origins[sizes.argmax()])
        self.units: dict[Unit, list[float]] = {}
        self.thresholds: list[float] = []
        self._flagged: dict[str, list[tuple[float, int]]] = defaultdict(list)

    def add(self, fold: Fold, scores: Scores) -> None:
        self.thresholds.append(scores.threshold)
        generated, origin = self._generated[fold.test], self._origin[fold.test]
        chosen = scores.tested[~generated & (origin == self._reference)]
        limit = float(np.quantile(chosen, 0.99))
        for source in np.unique(origin[~generated]):
            self._count(str(source), scores.tested[~generated & (origin == source)], scores.threshold)
        self._count("networks", scores.networks, scores.threshold)
        generators = self._generator[fold.test]
        for unit in sorted(set(zip(generators[generated].tolist(), origin[generated].tolist(), strict=True))):
            found = scores.tested[generated & (generators == unit[0]) & (origin == unit[1])]
            above = (float(np.mean(found > level)) for level in (limit, scores.threshold))
            self.units[unit] = [ranked_above(found, chosen), *above]

    def _count(self, source: str, scores: NDArray[np.float64], threshold: float) -> None:
        if len(scores):
            self._flagged[source].append((float(np.mean(scores > threshold)), len(scores)))

    def flagged(self) -> dict[str, Metric]:
        """Share of chosen names flagged, the folds' models taken together; Wilson intervals over names."""
        found = {}
        for source, folds in self._flagged.items():
            share, names = float(np.mean([part for part, _ in folds])), folds[0][1]
            low, high = wilson(round(share * names), names)
            found[f"flagged_{source}"] = Metric(share, min(low, share), max(high, share), n=names)
        return found


def _over_generators(
    units: Mapping[Unit, Sequence[float]], words: frozenset[Unit], *, other: bool = False
) -> dict[str, Metric]:
    """Mean and median over generators; a generator with several sources counts once, by their mean."""
    owners: dict[str, list[Sequence[float]]] = defaultdict(list)
    for unit, figures in units.items():
        if (unit in words) != other:
            owners[unit[0]].append(figures)
    means = np.array([np.mean(figures, axis=0) for figures in owners.values()]).reshape(-1, len(FIGURES))
    return bootstrap([PerGroup(dict(zip(FIGURES, means.T, strict=True)))], len(means)) if len(means) else {}


def printed(found: Mapping[str, Measured], words: frozenset[Unit]) -> Iterator[str]:
    """Lines of the table: summary per contestant, then each generator and source."""
    parts = {"all generators": None, "word lists": "kind=word list", "all others": "kind=other"}
    for title, part in parts.items():
        yield f"{title}"
        for name, result in found.items():
            table = result.metrics if part is None else result.slices[part]
            yield f"  {name:32}" + "".join(
                f"  {figure} {_shown(table[key])}"
                for figure, key in (
                    ("AUC", "auc_mean"),
                    ("median at 1 %", "recall_at_1_percent_median"),
                    ("mean", "recall_at_1_percent_mean"),
                    ("at threshold", "recall_mean"),
                )
                if key in table
            )
    yield "chosen names flagged at the threshold that popular names set"
    for name, result in found.items():
        shares = {
            key.removeprefix("flagged_"): metric for key, metric in result.metrics.items() if key.startswith("flagged_")
        }
        yield f"  {name:32}" + "".join(
            f"  {source} {_shown(metric)} of {metric.n}" for source, metric in shares.items()
        )
    yield f"{'generator / source':44}" + "".join(f"{name:>36}" for name in found)
    yield f"{'(* word list)':44}" + f"{'AUC   at 1 %   threshold':>36}" * len(found)
    first = next(iter(found.values()))
    for unit in sorted(first.units, key=lambda unit: first.units[unit][0]):
        cells = "".join(
            f"{'':12}" + "".join(f"{value:8.3f}" for value in result.units[unit]) for result in found.values()
        )
        yield f"{unit[0] + ' / ' + unit[1] + (' *' if unit in words else ''):44}{cells}"


def _shown(metric: Metric) -> str:
    return f"{metric.value:.3f} ({metric.low:.3f}-{metric.high:.3f})"
