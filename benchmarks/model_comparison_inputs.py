"""Data sets that the model comparison finds below the data folder, as features, labels and groups."""

import csv
import gzip
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import log2
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hodoscope.lifecycle.compare.cell import Problem
from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.leakage.identifier import named_like_identifier
from hodoscope.lifecycle.near_duplicates import clusters, shingles

BUCKETS = 256
BLOCKS = 40
SIMILARITY = 0.8


@dataclass(frozen=True)
class Input:
    """``scanned`` has all columns and is split as the data set says, ``problem`` has what a model may use.

    ``near`` (rows of ``scanned``,) and ``near_kept`` (rows of ``problem``,) are near-duplicate clusters.
    """

    name: str
    scanned: Problem
    problem: Problem
    near: NDArray[np.int64] | None
    near_kept: NDArray[np.int64] | None
    positive: str


def inputs(data: Path, most_rows: int, seed: int) -> Iterator[Input]:
    """Every data set that is there, sampled to about ``most_rows`` rows."""
    for path in sorted(data.glob("soc/dns_dga/domains.csv.gz")):
        yield _domains(path, most_rows, seed)
    for path in sorted(data.glob("soc/net_drift*/*.csv.gz")):
        yield _flows(path, most_rows)


def _domains(path: Path, most_rows: int, seed: int) -> Input:
    """Names without their suffix; a group is an algorithm's family, for benign names the list they come from.

    Half the rows are benign, families and lists in equal parts as far as they have names. Models get one name of each
    near-duplicate cluster: joining groups by them would make one group of all benign lists, which share names.
    """
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [(row["domain"], row["label"], row["family"]) for row in csv.DictReader(file)]
    dice = np.random.default_rng(seed)
    labels = np.array([int(label == "dga") for _, label, _ in rows])
    groups = np.unique([family for _, _, family in rows], return_inverse=True)[1]
    chosen = []
    for label in (0, 1):
        kinds = np.unique(groups[labels == label])
        for group in kinds:
            of_group = np.flatnonzero((groups == group) & (labels == label))
            chosen.append(dice.permutation(of_group)[: max(1, most_rows // 2 // len(kinds))])
    taken = np.sort(np.concatenate(chosen))
    names = [rows[row][0].rpartition(".")[0].rpartition(".")[2] or rows[row][0] for row in taken]
    features = Features(_NAMES, np.array([_name_numbers(name) for name in names]))
    scanned = Problem(features, labels[taken].astype(np.int64), ("benign", "dga"), groups[taken].astype(np.int64))
    near = clusters([shingles(name) for name in names], SIMILARITY)
    kept = np.sort(np.unique(near, return_index=True)[1])
    problem = Problem(features.take(kept), scanned.labels[kept], scanned.classes, scanned.groups[kept])
    return Input("dns_dga", scanned, problem, near, near[kept], "dga")


def _flows(path: Path, most_rows: int) -> Input:
    """Every column but the last, which is the label; a group is one of ``BLOCKS`` stretches of the stream.

    Identifiers, told by name, are scanned but given to no model. All rows are scanned, models get a sample.
    """
    with gzip.open(path, "rt", encoding="utf-8") as file:
        names, *rows = csv.reader(file)
    values = np.array(rows, np.float64)
    labels, blocks = values[:, -1].astype(np.int64), np.arange(len(values)) * BLOCKS // len(values)
    scanned = Problem(Features(tuple(names[:-1]), values[:, :-1]), labels, ("0", "1"), blocks)
    allowed = [index for index, name in enumerate(scanned.features.names) if not named_like_identifier(name)]
    sample = np.arange(0, len(values), -(-len(values) // most_rows))
    kept = Features(tuple(names[index] for index in allowed), values[np.ix_(sample, np.array(allowed))])
    problem = Problem(kept, labels[sample], scanned.classes, blocks[sample])
    return Input(path.name.partition(".csv")[0], scanned, problem, None, None, "1")


_NAMES = (
    "length", "entropy", "distinct_share", "digit_share", "vowel_share", "hyphens", "longest_consonant_run",
    *(f"bigram_{bucket}" for bucket in range(BUCKETS)),
)  # fmt: skip


def _name_numbers(name: str) -> list[float]:
    counts, length = Counter(name), max(1, len(name))
    run = longest = 0
    for letter in name:
        run = run + 1 if letter.isalpha() and letter not in "aeiou" else 0
        longest = max(longest, run)
    bigrams = [0.0] * BUCKETS
    for start in range(len(f"^{name}$") - 1):
        pair = f"^{name}$"[start : start + 2]
        bigrams[hashlib.blake2b(pair.encode(), digest_size=1).digest()[0]] += 1.0
    return [
        float(len(name)),
        -sum(count / length * log2(count / length) for count in counts.values()),
        len(counts) / length,
        sum(letter.isdigit() for letter in name) / length,
        sum(letter in "aeiou" for letter in name) / length,
        float(name.count("-")),
        float(longest),
        *bigrams,
    ]
