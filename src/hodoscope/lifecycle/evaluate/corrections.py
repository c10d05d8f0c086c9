"""Many comparisons at once: p-values adjusted so that chance finds are not taken for results."""

import numpy as np
from numpy.typing import ArrayLike

from hodoscope.errors import InputError
from hodoscope.lifecycle.evaluate.units import Codes, Floats


def holm(p_values: ArrayLike) -> Floats:
    """Adjusted p-values (n,): rejecting those ≤ a keeps the chance of *any* false rejection ≤ a.

    Holm 1979, valid under any dependence. Raises ``InputError`` for values outside 0…1.
    """
    values = _checked(p_values)
    order = np.argsort(values, kind="stable")
    steps = np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1))
    return _placed(np.minimum(steps, 1.0), order)


def benjamini_hochberg(p_values: ArrayLike) -> Floats:
    """Adjusted p-values (n,): rejecting those ≤ a keeps the expected share of false rejections among them ≤ a.

    Benjamini and Hochberg 1995, for independent or positively dependent tests. Raises ``InputError`` for values
    outside 0…1.
    """
    values = _checked(p_values)
    order = np.argsort(-values, kind="stable")
    steps = np.minimum.accumulate(values[order] * len(values) / np.arange(len(values), 0, -1))
    return _placed(np.minimum(steps, 1.0), order)


def _checked(p_values: ArrayLike) -> Floats:
    values = np.asarray(p_values, dtype=np.float64)
    if values.ndim != 1 or not ((values >= 0) & (values <= 1)).all():
        raise InputError("p-values: expected one dimension of numbers from 0 to 1")
    return values


def _placed(steps: Floats, order: Codes) -> Floats:
    adjusted = np.empty(len(order))
    adjusted[order] = steps
    return adjusted
