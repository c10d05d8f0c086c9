"""Repeated cross-validation: which part of a figure's uncertainty comes from split and seed, which from the data."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hodoscope.errors import InputError
from hodoscope.lifecycle.evaluate.bootstrap import Column, Resampling, resample
from hodoscope.lifecycle.evaluate.interface import Statistic
from hodoscope.lifecycle.metric import Metric


@dataclass(frozen=True, slots=True)
class Repeated:
    """``metric`` is the mean over the repeats with an interval that holds both kinds of noise.

    ``fold_noise`` is the standard deviation between repeats (same data, other folds and seeds), ``sampling_noise`` that
    between resamples of the groups (same folds). Repeating more shrinks the first only; more data shrinks both.
    """

    metric: Metric
    fold_noise: float
    sampling_noise: float
    values: tuple[float, ...]


def repeated(repeats: Sequence[Sequence[Statistic]], groups: int, how: Resampling | None = None) -> dict[str, Repeated]:
    """Every figure over several repeats, by name.

    ``repeats`` holds, per seed, the statistics over the pooled out-of-fold predictions of the same rows and groups. All
    repeats are resampled with the same draws, so that averaging them draw by draw keeps the sampling noise whole.

    Raises ``InputError`` for fewer than two repeats: one split says nothing of the noise of splitting.
    """
    if len(repeats) < 2:
        raise InputError(
            f"repeats: {len(repeats)}; telling the noise of folds apart needs at least two, five are usual"
        )
    how = how or Resampling()
    tables = resample([statistic for repeat in repeats for statistic in repeat], groups, how)
    columns: dict[str, list[Column]] = {}
    for table in tables:
        for name, column in table.items():
            columns.setdefault(name, []).append(column)
    return {name: separated(found, how) for name, found in columns.items()}


def separated(columns: Sequence[Column], how: Resampling) -> Repeated:
    """One figure over several repeats; its ``columns`` hold the same draws."""
    values = np.array([column.value for column in columns])
    draws = np.mean([column.draws for column in columns], axis=0)
    known = draws[~np.isnan(draws)]  # none where a repeat has no such figure, the precision of no decision say
    fold, sampling = float(np.std(values, ddof=1)), float(np.std(known, ddof=1)) if len(known) > 1 else np.nan
    # The mean of the repeats still carries 1/repeats of the fold variance; each draw gets its share of it.
    shake = np.random.default_rng(how.seed).normal(0, fold / np.sqrt(len(values)), len(draws))
    shaken = Column(float(values.mean()), draws + shake, min(column.support for column in columns), columns[0].unit)
    return Repeated(shaken.metric(how.level), fold, sampling, tuple(values.tolist()))
