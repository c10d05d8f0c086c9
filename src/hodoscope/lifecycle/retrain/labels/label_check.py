"""Holds back new labels that contradict, stand alone, come from an author who disagrees with everybody, or do harm.

An analyst errs, an account is taken over, an attacker teaches the model to look away: none of it must be learned in
silence. What is held is reported with its reason and left to a person; what the checks cannot see (a patient attacker
who stays below every threshold) the gate's slices and the held-out rows with old labels still can.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hodoscope.lifecycle.dataset import Dataset
from hodoscope.lifecycle.gate.policy import Policy
from hodoscope.lifecycle.metric import Metric
from hodoscope.lifecycle.retrain.labels.authors import AuthorFigures, author_figures
from hodoscope.lifecycle.retrain.labels.contradictions import contradictions
from hodoscope.lifecycle.retrain.labels.influence import influences
from hodoscope.lifecycle.retrain.labels.label_plan import LabelPlan
from hodoscope.lifecycle.retrain.labels.neighbours import agreement
from hodoscope.lifecycle.retrain.labels.new_labels import NewLabels
from hodoscope.lifecycle.task import Task, Trained

MOST_LISTED = 50
"""Rows per reason that a report lists; all are counted."""
MOST_BATCHES = 8
"""Authors whose influence is measured, those with the most new labels: each costs one training."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelReport:
    """``held`` maps reason → row indices (a row has one reason, the first that applied).

    ``authors`` and ``influence`` hold the figures behind the decisions, ``left_out`` the checks the data has no columns
    for.
    """

    new: int
    held: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    authors: Mapping[str, AuthorFigures] = field(default_factory=dict)
    influence: Mapping[str, Metric] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    @property
    def rows(self) -> NDArray[np.int64]:
        """All rows held, ascending."""
        return np.sort(np.concatenate([np.empty(0, np.int64), *self.held.values()]))

    def to_json(self) -> dict[str, object]:
        """Counts, the first rows per reason, and the figures."""
        return {
            "new": self.new,
            "held": {
                reason: {"count": len(rows), "rows": rows[:MOST_LISTED].tolist()} for reason, rows in self.held.items()
            },
            "authors": {
                name: {"labels": one.labels, "disagreement": one.disagreement, "low": one.low, "others": one.others}
                for name, one in self.authors.items()
            },
            "influence": {name: metric.to_json() for name, metric in self.influence.items()},
            "left_out": list(self.left_out),
        }


def check_labels(
    task: Task, dataset: Dataset, found: NewLabels, champion: Trained, plan: LabelPlan, gate: Policy, seed: int
) -> LabelReport:
    """The report; pure, the same arguments give the same report. Old rows are never held: the champion learned them.

    ``champion`` says how features are extracted.
    """
    left_out = [f"{role}: no column" for role in ("labelled_at", "item", "author") if not getattr(plan, role)]
    new = found.new
    if not new.any():
        return LabelReport(0, left_out=tuple(left_out))
    labels, _ = dataset.labels()
    contradicting = np.zeros(len(labels), np.bool_)
    if found.items is not None:
        contradicting = contradictions(found.items, labels, new)
    shared = agreement(task.features(dataset, champion.preprocessing), labels, new, plan.neighbours, seed)
    alone = new & (shared < plan.neighbour_agreement)
    reasons = {"contradicts an earlier label": contradicting, "no similar row has this label": alone}
    authors: dict[str, AuthorFigures] = {}
    if found.authors is not None:
        disagrees = contradicting | (shared < 0.5)
        figures = author_figures(found.authors[new], disagrees[new])
        authors = {found.author_names[code]: one for code, one in figures.items()}
        for code, one in figures.items():
            if one.labels >= plan.author_labels and one.low - one.others > plan.author_excess:
                name = f"author {found.author_names[code]} disagrees with the others"
                reasons[name] = new & (found.authors == code)
    held = _first_reason(reasons)
    influence = influences(task, dataset, new, _batches(found, held, plan), gate, seed)
    for name, change in influence.items():
        if change.high < -plan.influence_drop:
            members = new if found.authors is None else new & (found.authors == found.author_names.index(name))
            reasons[f"learning from {name} lowers {gate.headline}"] = members
    return LabelReport(int(new.sum()), _first_reason(reasons), authors, influence, tuple(left_out))


def _first_reason(reasons: Mapping[str, NDArray[np.bool_]]) -> dict[str, NDArray[np.int64]]:
    """Row indices per reason, each row once."""
    taken: NDArray[np.bool_] | None = None
    found = {}
    for reason, mask in reasons.items():
        fresh = mask if taken is None else mask & ~taken
        taken = mask.copy() if taken is None else taken | mask
        if fresh.any():
            found[reason] = np.flatnonzero(fresh)
    return found


def _batches(found: NewLabels, held: Mapping[str, NDArray[np.int64]], plan: LabelPlan) -> dict[str, NDArray[np.bool_]]:
    """New labels not yet held, by author (all together without authors), the largest batches first."""
    left = found.new.copy()
    for rows in held.values():
        left[rows] = False
    if found.authors is None:
        return {"the new labels": left} if left.any() else {}
    counts = np.bincount(found.authors[left], minlength=len(found.author_names))
    largest = [code for code in np.argsort(-counts)[:MOST_BATCHES] if counts[code] >= plan.author_labels]
    return {found.author_names[code]: left & (found.authors == code) for code in largest}
