"""Authors whose labels disagree with everybody else's far more often than others' do."""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class AuthorFigures:
    """``labels`` new labels of one author, the share of them that disagrees, its lower bound, and the others' share."""

    labels: int
    disagreement: float
    low: float
    others: float


def author_figures(authors: NDArray[np.int64], disagrees: NDArray[np.bool_]) -> dict[int, AuthorFigures]:
    """Per author code. ``authors`` and ``disagrees`` have one entry per new label.

    ``low`` is the Wilson (1927) bound at a level shared among the authors (Bonferroni), so that among many honest ones
    some do not look guilty by chance.
    """
    present, codes = np.unique(authors, return_inverse=True)
    counts = np.bincount(codes)
    wrong = np.bincount(codes, weights=disagrees)
    deviate = NormalDist().inv_cdf(1 - (1 - LEVEL) / max(1, len(present)))
    return {
        int(author): AuthorFigures(
            int(count),
            float(bad / count),
            _wilson_low(float(bad), int(count), deviate),
            float((wrong.sum() - bad) / max(1, counts.sum() - count)),
        )
        for author, count, bad in zip(present, counts, wrong, strict=True)
    }


def _wilson_low(hits: float, count: int, deviate: float) -> float:
    share, square = hits / count, deviate**2 / count
    half = deviate * math.sqrt(share * (1 - share) / count + square / (4 * count))
    return max(0.0, (share + square / 2 - half) / (1 + square))
