"""The leakage scan: every check over one set of features, its labels and its split."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hodoscope.errors import InputError
from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.leakage.duplicates import equal_rows, share_seen
from hodoscope.lifecycle.leakage.identifier import by_exact_value, by_range, fold_numbers, named_like_identifier
from hodoscope.lifecycle.leakage.leak import ColumnScore, Leak, LeakageReport, LeakKind
from hodoscope.lifecycle.leakage.single_feature import column_scores, least_significant
from hodoscope.lifecycle.leakage.target_derived import derived_from
from hodoscope.lifecycle.split import Fold


@dataclass(frozen=True, slots=True)
class Limits:
    """From where a figure is reported. AUCs are those of one column alone, in its better direction; a strong
    feature in few rows is not reported by luck, since the lower bound of its AUC has to reach the limit.

    ``identifier`` is low because a name has no business predicting at all; the public flow set IoTID20, whose
    destination port alone reaches .81, is the case to catch. ``exact_over_range``: how much better the exact value must
    do than its range before an unnamed column counts as an identifier. ``seen``: share of test rows.
    With more than ``most_columns`` columns (indicators of single values, as a rule) identifiers and means of the label
    are not looked for, only what each column says alone.
    """

    target_derived: float = 0.99
    single_feature: float = 0.95
    identifier: float = 0.75
    exact_over_range: float = 0.10
    seen: float = 0.01
    most_columns: int = 2000


def find_leaks(
    features: Features,
    labels: NDArray[np.int64],
    classes: tuple[str, ...],
    *,
    folds: Sequence[Fold] = (),
    near_duplicates: NDArray[np.int64] | None = None,
    levels: Mapping[str, NDArray[np.int64]] | None = None,
    identifiers: Sequence[str] = (),
    limits: Limits | None = None,
    seed: int = 7,
) -> LeakageReport:
    """Reports what gives the label away; finds nothing where nothing is planted (``tests/lifecycle/leakage``).

    ``labels`` (rows,) index ``classes``. Where ``folds`` test every row once, exact values are judged out of them.
    ``near_duplicates`` (rows,): ``near_duplicates.clusters`` of what the rows were extracted from. ``levels``: columns
    (codes per row) that a mean of the label may have been taken over, groups above all. ``identifiers``: columns that
    the datasheet declares as such. Values that were not known yet need the rows' source: see ``future.py``, whose leaks
    can be appended.

    Raises ``InputError`` when labels and rows differ in number, or there are none.
    """
    if len(labels) != features.rows:
        raise InputError(f"leakage: {len(labels)} labels for {features.rows} rows")
    if not features.rows:
        raise InputError("leakage: no rows to look at")
    limits = limits or Limits()
    scores = column_scores(features, labels, classes)
    chance = least_significant(np.bincount(labels, minlength=len(classes)), len(scores))
    found = [
        *_single_columns([score for score in scores if score.separation > chance], limits),
        *_identifiers(features, labels, classes, scores, identifiers, chance, limits, folds, seed),
        *_derived(features, labels, classes, levels or {}, limits),
    ]
    gravity = list(LeakKind)
    gravest: dict[str, Leak] = {}
    for leak in sorted(found, key=lambda leak: (gravity.index(leak.kind), -leak.value)):
        gravest.setdefault(leak.where, leak)
    seen = _seen_rows(features, folds, near_duplicates, limits)
    return LeakageReport((*gravest.values(), *seen), tuple(sorted(scores, key=lambda score: -score.separation)))


def _single_columns(scores: Sequence[ColumnScore], limits: Limits) -> Iterator[Leak]:
    for score in scores:
        text = f"alone separates {score.label!r} from the rest with AUC {score.auc:.3f}"
        if score.low >= limits.target_derived:
            yield Leak(LeakKind.TARGET_DERIVED, score.column, score.separation, f"{text}: is it made from the label?")
        elif score.low >= limits.single_feature:
            yield Leak(LeakKind.SINGLE_FEATURE, score.column, score.separation, f"{text}: would it be known in time?")


def _identifiers(
    features: Features, labels: NDArray[np.int64], classes: tuple[str, ...], scores: Sequence[ColumnScore],
    declared: Sequence[str], chance: float, limits: Limits, folds: Sequence[Fold], seed: int,
) -> Iterator[Leak]:  # fmt: skip
    if len(features.names) > limits.most_columns:
        return
    least = max(limits.identifier, chance)
    fold = fold_numbers(features.rows, folds, seed)
    for number, score in enumerate(scores):
        values = _dense_column(features, number)
        exact = float(np.nanmax(by_exact_value(values, labels, len(classes), fold), initial=0.5))
        alone = max(exact, score.separation)
        if score.column in declared or named_like_identifier(score.column):
            if alone >= least:
                text = f"names a thing, yet predicts alone: AUC {score.separation:.3f} ordered, {exact:.3f} by value"
                yield Leak(LeakKind.IDENTIFIER, score.column, alone, text)
        elif exact >= least:
            smooth = float(np.nanmax(by_range(values, labels, len(classes), fold), initial=0.5))
            if exact - max(smooth, score.separation) >= limits.exact_over_range:
                text = f"predicts by its exact value like a name: AUC {exact:.3f}, by its range {smooth:.3f}"
                yield Leak(LeakKind.IDENTIFIER, score.column, exact, text)


def _derived(
    features: Features, labels: NDArray[np.int64], classes: tuple[str, ...], levels: Mapping[str, NDArray[np.int64]],
    limits: Limits,
) -> Iterator[Leak]:  # fmt: skip
    if len(features.names) > limits.most_columns:
        return
    for name, codes in levels.items():
        for number, column in enumerate(features.names):
            for label in range(1 if len(classes) == 2 else 0, len(classes)):
                derived = derived_from(_dense_column(features, number), codes, labels == label)
                if derived:
                    text = f"{derived.how} of {classes[label]!r} within {name!r} ({derived.value:.3f})"
                    yield Leak(LeakKind.TARGET_DERIVED, column, derived.value, text)
                    break


def _seen_rows(
    features: Features, folds: Sequence[Fold], near_duplicates: NDArray[np.int64] | None, limits: Limits
) -> Iterator[Leak]:
    equal = equal_rows(features) if folds else None
    for fold in folds:
        for kind, partition in ((LeakKind.DUPLICATE, equal), (LeakKind.NEAR_DUPLICATE, near_duplicates)):
            seen = 0.0 if partition is None else share_seen(fold, partition)
            if seen >= limits.seen:
                likeness = "an equal" if kind == LeakKind.DUPLICATE else "a nearly equal"
                text = (
                    f"{seen:.1%} of the test rows have {likeness} row in training; split by clusters joined to groups"
                )
                yield Leak(kind, fold.name, seen, text)


def _dense_column(features: Features, number: int) -> NDArray[np.float64]:
    values = features.values[:, [number]]
    return np.asarray(values.toarray() if features.sparse else values, np.float64).ravel()
