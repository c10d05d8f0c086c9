"""Streams of the drift benchmark: real rows, in their order or shuffled, with a change at a known row."""

import csv
import gzip
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hodoscope.lifecycle.features import Features

Floats = NDArray[np.float64]
REFERENCE, BEFORE, AFTER = 1500, 1500, 1000
"""Rows of a shuffled stream: to learn from, without a change, and after it."""
_IDENTIFIERS = re.compile(r"(^|[_ ])(id|ip|port|timestamp|time|mac)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """One file: features without identifiers, and the label 0 or 1 of each row, in file order."""

    name: str
    features: Features
    labels: NDArray[np.int64]


def read(path: Path) -> Rows:
    """A gzip-compressed CSV file with a header, numbers, and the binary label last."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        names, *lines = csv.reader(text)
    kept = [number for number, name in enumerate(names[:-1]) if not _IDENTIFIERS.search(name.strip())]
    values = np.array([[float(line[number]) for number in kept] for line in lines])
    labels = np.array([int(float(line[-1]) != 0) for line in lines], dtype=np.int64)
    return Rows(path.name.removesuffix(".csv.gz"), Features(tuple(names[number] for number in kept), values), labels)


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """``reference`` to learn from (with labels), then ``values``; the change begins at row ``change`` of these."""

    reference: Features
    labels: NDArray[np.int64]
    values: Features
    change: int


def in_order(rows: Rows, share: float = 0.1) -> Stream:
    """The file as it is: the first tenth to learn from. Where it changes is not known: ``change`` is its length."""
    cut = max(1000, round(share * len(rows.labels)))
    rest = rows.features.take(np.arange(cut, len(rows.labels)))
    return Stream(rows.features.take(np.arange(cut)), rows.labels[:cut], rest, rest.rows)


def shuffled(rows: Rows, kind: str, seed: int) -> Stream:
    """Rows at random, and after the change rows at random that ``kind`` of :data:`CHANGES` has changed."""
    random = np.random.default_rng(seed)
    order = random.permutation(len(rows.labels))
    size = min(len(order), REFERENCE + BEFORE + AFTER)
    order = order[:size]
    change = size - AFTER
    values = rows.features.dense()
    after = CHANGES[kind](values[order[change:]], values, rows.labels, random)
    stream = np.concatenate([values[order[REFERENCE:change]], after])
    names = rows.features.names
    reference = order[:REFERENCE]
    return Stream(
        Features(names, values[reference]), rows.labels[reference], Features(names, stream), change - REFERENCE
    )


def _other_mix(after: Floats, values: Floats, labels: NDArray[np.int64], random: np.random.Generator) -> Floats:
    """A third of the rows are replaced by rows of the rarer class: an attack begins, or ends."""
    rare = np.flatnonzero(labels == (labels.mean() < 0.5))
    replaced = random.random(len(after)) < 1 / 3
    changed = after.copy()
    changed[replaced] = values[random.choice(rare, int(replaced.sum()))]
    return changed


def _one_column(after: Floats, values: Floats, labels: object, random: np.random.Generator) -> Floats:
    """One column that varies comes half as large again: a unit, a firmware, a parser has changed."""
    varying = np.flatnonzero([len(np.unique(column)) > 10 for column in values.T])
    changed = after.copy()
    changed[:, random.choice(varying)] *= 1.5
    return changed


def _gradual(after: Floats, values: Floats, labels: NDArray[np.int64], random: np.random.Generator) -> Floats:
    """The other mix, arriving over the first half of the rows."""
    arrived = random.random(len(after)) < np.minimum(1, np.arange(len(after)) / (len(after) / 2))
    return np.where(arrived[:, None], _other_mix(after, values, labels, random), after)


Change = Callable[[Floats, Floats, NDArray[np.int64], np.random.Generator], Floats]
CHANGES: Mapping[str, Change] = {"other mix": _other_mix, "one column x 1.5": _one_column, "gradual mix": _gradual}
