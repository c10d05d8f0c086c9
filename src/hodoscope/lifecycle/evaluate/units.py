"""What is evaluated: a model's probabilities beside the truth, one row per unit (an alert, a field, a domain)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hodoscope.errors import InputError

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Values: TypeAlias = ArrayLike | Sequence[object]
"""One value per row: an array, or a list of numbers, names, collections."""
ABSTAINED = -1
SUM_TOLERANCE = 1e-3
"""Rows of float32 probabilities over many classes stay within it."""


@dataclass(frozen=True, slots=True)
class Units:
    """Checked input of every metric; build it with :func:`units`.

    ``probabilities`` and ``truth`` have shape (rows, classes); a row's truth is the set of classes that are right.
    ``decisions`` holds the class decided per row or ``ABSTAINED``. ``groups`` (what the bootstrap draws), ``wholes``
    (what must be right as a whole) and ``periods`` (in which a budget is spent) hold codes from 0. ``slices`` maps
    ``"column=value"`` to the rows it holds. ``attacks`` holds a code from 0 per row of an attack, -1 elsewhere, and
    ``seconds`` when each row happened; both or neither are there.
    """

    probabilities: Floats
    truth: Flags
    classes: tuple[str, ...]
    decisions: Codes
    groups: Codes
    wholes: Codes
    positive: str | None = None
    slices: Mapping[str, Flags] = field(default_factory=dict)
    periods: Codes | None = None
    attacks: Codes | None = None
    seconds: Floats | None = None

    @property
    def rows(self) -> int:
        """Number of units."""
        return len(self.truth)

    @property
    def group_count(self) -> int:
        """Number of groups the bootstrap draws from."""
        return int(self.groups.max()) + 1

    @property
    def groups_present(self) -> int:
        """Number of groups that have a row here (in a slice fewer than are drawn)."""
        return int(np.count_nonzero(np.bincount(self.groups)))

    def named(self, figure: str, index: int) -> str:
        """Name of a class's figure: ``figure[CLASS]``, or ``figure`` alone where one class is the positive."""
        return figure if self.positive is not None else f"{figure}[{self.classes[index]}]"

    @property
    def reported(self) -> tuple[int, ...]:
        """Classes with a table of their own: the positive one where there is one, else all."""
        return tuple(range(len(self.classes))) if self.positive is None else (self.classes.index(self.positive),)

    @property
    def right(self) -> Flags:
        """Rows whose decision is in the truth; an abstention is not right."""
        decided = self.decisions != ABSTAINED
        hits: Flags = self.truth[np.arange(self.rows), np.where(decided, self.decisions, 0)] & decided
        return hits

    def with_probabilities(self, probabilities: ArrayLike, thresholds: Mapping[str, float] | None = None) -> Self:
        """The same rows judged by another model. Raises ``InputError`` as :func:`units` does."""
        checked = _probabilities(probabilities, self.classes)
        if len(checked) != self.rows:
            raise InputError(f"probabilities: {len(checked)} rows, truth has {self.rows}; score the same rows")
        return replace(self, probabilities=checked, decisions=decide(checked, self.classes, thresholds, self.positive))


def units(
    probabilities: ArrayLike,
    truth: Values,
    classes: Sequence[str],
    groups: Values | None = None,
    *,
    wholes: Values | None = None,
    slices: Mapping[str, Values] | None = None,
    thresholds: Mapping[str, float] | None = None,
    positive: str | None = None,
    periods: Values | None = None,
    attacks: Values | None = None,
    seconds: ArrayLike | None = None,
) -> Units:
    """Check and encode one model's output.

    ``probabilities``: (rows, classes), rows summing to 1; for two classes also (rows,), the second class's. ``truth``:
    (rows,) of indices into ``classes`` or of names, one collection of them per row, or (rows, classes) of booleans.
    ``groups``: anything hashable per row, by default each row by itself. ``wholes`` default to the groups. ``slices``:
    column → value per row. ``thresholds`` and ``positive``: see :func:`decide`. ``periods``: say, the day of each row.
    ``attacks``: name of the attack a row belongs to, ``""`` for none, with ``seconds``: when the row happened.

    Raises ``InputError`` naming the argument and the row: other shapes, NaN or infinity, an unknown class, no truth.
    """
    names = tuple(classes)
    if len(names) < 2 or len(set(names)) < len(names):
        raise InputError(f"classes: expected at least two distinct names, got {list(names)}")
    if positive is not None and positive not in names:
        raise InputError(f"positive: {positive!r} is not one of {list(names)}")
    chances = _probabilities(probabilities, names)
    allowed = _truth(truth, names)
    if len(allowed) != len(chances):
        raise InputError(f"truth: {len(allowed)} rows, probabilities {len(chances)}; one truth per scored row")
    if not len(chances):
        raise InputError("probabilities: no rows; an evaluation needs at least one unit")
    codes = np.arange(len(chances)) if groups is None else _codes(groups, len(chances), "groups")
    return Units(
        chances,
        allowed,
        names,
        decide(chances, names, thresholds, positive),
        codes,
        codes if wholes is None else _codes(wholes, len(chances), "wholes"),
        positive,
        _slices(slices or {}, len(chances)),
        None if periods is None else _codes(periods, len(chances), "periods"),
        *_attacks(attacks, seconds, len(chances)),
    )


def decide(
    probabilities: Floats, classes: tuple[str, ...], thresholds: Mapping[str, float] | None, positive: str | None
) -> Codes:
    """Class decided per row, (rows,).

    With two classes, one of them ``positive``: that one from its threshold (default 0.5) upwards, else the other.
    Otherwise the most probable class where it reaches its own threshold (default 0), else ``ABSTAINED``. Raises
    ``InputError`` for a threshold of an unknown class.
    """
    limits = dict(thresholds or {})
    if unknown := sorted(limits.keys() - set(classes)):
        raise InputError(f"thresholds: {unknown} are none of the classes {list(classes)}")
    if positive is not None and len(classes) == 2:
        index = classes.index(positive)
        reached: Codes = np.where(probabilities[:, index] >= limits.get(positive, 0.5), index, 1 - index)
        return reached
    best = probabilities.argmax(axis=1)
    floor = np.array([limits.get(name, 0.0) for name in classes])
    decided: Codes = np.where(probabilities[np.arange(len(best)), best] >= floor[best], best, ABSTAINED)
    return decided


def _probabilities(values: ArrayLike, classes: tuple[str, ...]) -> Floats:
    chances = np.asarray(values, dtype=np.float64)
    if chances.ndim == 1 and len(classes) == 2:
        chances = np.column_stack([1 - chances, chances])
    if chances.ndim != 2 or chances.shape[1] != len(classes):
        raise InputError(f"probabilities: shape {chances.shape}, expected (rows, {len(classes)})")
    bad = ~(np.isfinite(chances) & (chances >= 0) & (chances <= 1 + SUM_TOLERANCE)).all(axis=1)
    bad |= np.abs(chances.sum(axis=1) - 1) > SUM_TOLERANCE
    if bad.any():
        row = int(np.argmax(bad))
        raise InputError(
            f"probabilities: row {row} is {chances[row].tolist()}; each row holds finite numbers from 0 to 1 that sum "
            f"to 1 ({int(bad.sum())} rows do not); calibrate or normalise the scores first"
        )
    return chances


def _truth(values: Values, classes: tuple[str, ...]) -> Flags:
    if isinstance(values, Sequence) and any(not isinstance(value, int | str | np.generic) for value in values):
        flags = _flags_of_sets(values, classes)
    else:
        flags = _flags_of_array(np.asarray(values), classes)
    if len(flags) and not (some := flags.any(axis=1)).all():
        raise InputError(f"truth: row {int(np.argmin(some))} has no class; leave unlabelled rows out")
    return flags


def _flags_of_array(array: NDArray[Any], classes: tuple[str, ...]) -> Flags:
    if array.ndim == 2 and array.dtype == np.bool_ and array.shape[1] == len(classes):
        return array
    if array.ndim != 1 or array.dtype.kind not in "biuUO":
        raise InputError(f"truth: {array.dtype} of shape {array.shape}; expected indices, names, sets or booleans")
    if array.dtype.kind == "O" and any(isinstance(value, Collection) and not isinstance(value, str) for value in array):
        return _flags_of_sets(array.tolist(), classes)
    if array.dtype.kind in "UO":
        names, inverse = np.unique(array.astype(str), return_inverse=True)
        if unknown := sorted(set(names.tolist()) - set(classes)):
            raise InputError(f"truth: {unknown[:5]} are none of the classes {list(classes)}")
        array = np.array([classes.index(name) for name in names])[inverse]
    if len(array) and not 0 <= int(array.min()) <= int(array.max()) < len(classes):
        raise InputError(f"truth: indices from {array.min()} to {array.max()}, there are {len(classes)} classes")
    flags = np.zeros((len(array), len(classes)), np.bool_)
    flags[np.arange(len(array)), array.astype(np.int64)] = True
    return flags


def _flags_of_sets(values: Sequence[Any], classes: tuple[str, ...]) -> Flags:
    index: dict[int | str, int] = dict(enumerate(range(len(classes))))
    index |= {name: position for position, name in enumerate(classes)}
    flags = np.zeros((len(values), len(classes)), np.bool_)
    for row, value in enumerate(values):
        for allowed in value if isinstance(value, Collection) and not isinstance(value, str) else (value,):
            if allowed not in index:
                raise InputError(f"truth: row {row} holds {allowed!r}, which is no class of {list(classes)}")
            flags[row, index[allowed]] = True
    return flags


def _codes(values: Values, rows: int, name: str) -> Codes:
    array = _column(values, rows, name)
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise InputError(f"{name}: row {int(np.argmin(np.isfinite(array)))} is not finite")
    codes: Codes = np.unique(array, return_inverse=True)[1].reshape(-1)
    return codes.astype(np.int64, copy=False)


def _attacks(attacks: Values | None, seconds: ArrayLike | None, rows: int) -> tuple[Codes | None, Floats | None]:
    if attacks is None and seconds is None:
        return None, None
    if attacks is None or seconds is None:
        raise InputError("attacks, seconds: a detection delay needs both, the attack of each row and its time")
    names = _column(attacks, rows, "attacks").astype(str)
    times = _column(seconds, rows, "seconds").astype(np.float64)
    if not (finite := np.isfinite(times)).all():
        raise InputError(f"seconds: row {int(np.argmin(finite))} is not finite; leave rows of unknown time out")
    codes: Codes = np.full(rows, -1)
    codes[names != ""] = np.unique(names[names != ""], return_inverse=True)[1]
    return codes, times


def _slices(columns: Mapping[str, Values], rows: int) -> dict[str, Flags]:
    masks: dict[str, Flags] = {}
    for column, values in columns.items():
        array = _column(values, rows, f"slices.{column}")
        masks |= {f"{column}={value}": array == value for value in np.unique(array)}
    return masks


def _column(values: Values, rows: int, name: str) -> NDArray[Any]:
    array = np.asarray(values)
    if array.shape != (rows,):
        raise InputError(f"{name}: shape {array.shape}, expected ({rows},)")
    return array.astype(str) if array.dtype.kind == "O" else array
