"""Counting equal, missing, unexpected and different values of ECS documents, with bootstrap intervals."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from benchmarks.ecs_allowed import ruled_out
from benchmarks.ecs_core_fields import Leaves

RESAMPLES = 2000
SEED = 7

COUNTED = (
    "equal",
    "unexpected",
    "missing",
    "different",
    "asserted",
    "equal_allowed",
    "missing_allowed",
    "wrong_allowed",
)
"""Per fixture: same value; only we give one; only the document has one; both, not the same; unexpected or different in
a field the intake's documents use at all; and equal, missing, different without what ECS rules out."""

MEASURES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "precision": (("equal",), ("unexpected", "different")),
    "recall": (("equal",), ("missing", "different")),
    "agreement": (("equal",), ("different",)),
    "asserted": (("equal",), ("asserted",)),
    "agreement_allowed": (("equal_allowed",), ("wrong_allowed",)),
    "recall_allowed": (("equal_allowed",), ("missing_allowed", "wrong_allowed")),
}
"""Measure → what counts for it and what against it; its value is for / (for + against)."""

Estimate = tuple[float, float, float]


@dataclass(slots=True)
class Score:
    """Counts per fixture and per field, and what differs. Equal messages are one cluster of the bootstrap."""

    asserted: frozenset[str] = frozenset()
    fixtures: list[tuple[int, ...]] = field(default_factory=list)
    clusters: list[str] = field(default_factory=list)
    fields: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    examples: list[str] = field(default_factory=list)
    unread: int = 0

    def add(self, test: str, message: str, expected: Leaves, given: Leaves) -> None:
        """One fixture: its name, its record and both documents."""
        kinds: Counter[str] = Counter()
        impossible = ruled_out(expected)
        for path in sorted(expected.keys() | given.keys()):
            wanted, found = expected.get(path), given.get(path)
            kind = _kind(wanted, found)
            self.fields[path][kind] += 1
            kinds[kind] += 1
            kinds["asserted"] += kind in ("unexpected", "different") and path in self.asserted
            if path not in impossible:
                kinds["wrong_allowed" if kind == "different" else f"{kind}_allowed"] += 1
            if kind != "equal":
                note = " (ECS rules it out)" if path in impossible else ""
                self.examples.append(f"{test}: {path}: expected {_shown(wanted)}{note}, given {_shown(found)}")
        self.fixtures.append(tuple(kinds[name] for name in COUNTED))
        self.clusters.append(message)

    def counts(self) -> npt.NDArray[np.int64]:
        """One row per cluster, columns as in :data:`COUNTED`."""
        rows = np.array(self.fixtures, dtype=np.int64).reshape(-1, len(COUNTED))
        _, number = np.unique(np.array(self.clusters, dtype=object), return_inverse=True)
        result = np.zeros((int(number.max()) + 1 if len(number) else 0, len(COUNTED)), dtype=np.int64)
        np.add.at(result, number, rows)
        return result

    def total(self) -> dict[str, int]:
        """Sums over all fixtures."""
        return dict(zip(COUNTED, (int(value) for value in self.counts().sum(axis=0)), strict=True))

    def estimates(self) -> dict[str, Estimate]:
        """Every measure with its 95 % percentile interval over clusters."""
        counts = self.counts()
        draws = np.random.default_rng(SEED).multinomial(len(counts), np.full(len(counts), 1 / len(counts)), RESAMPLES)
        sampled, whole = draws @ counts, counts.sum(axis=0)[None, :]
        result = {}
        for name in MEASURES:
            low, high = np.percentile(_share(sampled, name), [2.5, 97.5])
            result[name] = (float(_share(whole, name)[0]), float(low), float(high))
        return result


def joined(scores: Mapping[str, Score]) -> Score:
    """All intakes as one."""
    whole = Score()
    for name, score in scores.items():
        whole.fixtures += score.fixtures
        whole.clusters += [f"{name}\0{cluster}" for cluster in score.clusters]
        whole.unread += score.unread
    return whole


def _kind(wanted: frozenset[str] | None, found: frozenset[str] | None) -> str:
    if wanted == found:
        return "equal"
    return "missing" if found is None else "unexpected" if wanted is None else "different"


def _shown(values: frozenset[str] | None) -> str:
    return "-" if values is None else " | ".join(sorted(values))[:160]


def _share(counts: npt.NDArray[np.int64], measure: str) -> npt.NDArray[np.float64]:
    good, bad = (counts[:, [COUNTED.index(name) for name in names]].sum(axis=1) for names in MEASURES[measure])
    return np.where(good + bad > 0, good / np.maximum(good + bad, 1), 0.0)
