"""Columns computed from the label: its mean per level of another column, with or without the row itself."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FEWEST_LEVELS = 5
FEWEST_PAIRS = 200
SAME = 0.999
ONE_SIDED = 0.995


@dataclass(frozen=True, slots=True)
class Derived:
    """How a column follows from the label within levels: ``value`` is a correlation or an AUC."""

    value: float
    how: str


def derived_from(
    values: NDArray[np.floating], levels: NDArray[np.int64], positive: NDArray[np.bool_]
) -> Derived | None:
    """Whether ``values`` (rows,) are a mean of the label within ``levels`` (rows,), or None.

    A mean over all rows of a level equals, up to scale, the level's share of positives (correlation above .999 over at
    least five levels). A mean that leaves the row itself out is, within a level, lower for positives: AUC within levels
    of 0, or 1 for its complement, over at least 200 pairs.
    """
    count = int(levels.max(initial=-1)) + 1
    rows = np.bincount(levels, minlength=count)
    share = np.bincount(levels, weights=positive, minlength=count) / np.maximum(rows, 1)
    shares = share[levels]
    if len(np.unique(share[rows > 0])) >= FEWEST_LEVELS and values.std() > 0:
        correlation = float(abs(np.corrcoef(values, shares)[0, 1]))
        if correlation > SAME:
            return Derived(correlation, "is the label's share")
    area, pairs, mixed = _area_within(values, levels, positive, count)
    if mixed >= FEWEST_LEVELS and pairs >= FEWEST_PAIRS and max(area, 1 - area) > ONE_SIDED:
        return Derived(area, "separates the label perfectly once it is known")
    return None


def _area_within(
    values: NDArray[np.floating], levels: NDArray[np.int64], positive: NDArray[np.bool_], count: int
) -> tuple[float, float, int]:
    """AUC over pairs of one level, the number of such pairs, and of levels that have any."""
    order = np.lexsort((values, levels))
    level, value, hit = levels[order], values[order], positive[order].astype(np.float64)
    fresh = np.concatenate([[True], (level[1:] != level[:-1]) | (value[1:] != value[:-1])])
    run = np.cumsum(fresh) - 1
    hits, misses = np.bincount(run, weights=hit), np.bincount(run, weights=1 - hit)
    run_level = level[fresh]
    before = np.cumsum(misses) - misses
    first_of_level = np.concatenate([[True], run_level[1:] != run_level[:-1]])
    start = np.maximum.accumulate(np.where(first_of_level, before, 0.0))
    won = float((hits * (before - start + 0.5 * misses)).sum())
    total_hits = np.bincount(run_level, weights=hits, minlength=count)
    total_misses = np.bincount(run_level, weights=misses, minlength=count)
    pairs = float((total_hits * total_misses).sum())
    mixed = int(((total_hits > 0) & (total_misses > 0)).sum())
    return (won / pairs if pairs else 0.5), pairs, mixed
