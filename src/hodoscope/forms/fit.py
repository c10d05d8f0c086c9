"""Training of one head: linear SVM on hashed features, pruned, quantised to int8, calibrated by one temperature."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC

from hodoscope.errors import InputError
from hodoscope.forms.head import Floats, Head, softmax
from hodoscope.forms.matrix import design

Codes = NDArray[np.int64]
_CALIBRATION_FOLDS: Final = 3
_TEMPERATURES: Final = (0.05, 5.0)


@dataclass(frozen=True, slots=True)
class Settings:
    """How a head is trained. ``scales`` has one factor per namespace; ``keep`` weights of all are exported.

    ``penalty`` is LinearSVC's C. ``bits``: 2^bits buckets.
    """

    bits: int
    scales: tuple[float, ...]
    penalty: float = 0.1
    keep: int = 40_000


def fit(table: pa.Table, labels: Codes, classes: tuple[str, ...], groups: Codes, settings: Settings) -> Head:
    """A head trained on the vectors in ``table``; ``labels`` (rows,) index ``classes``, every class must occur.

    The temperature is chosen on out-of-fold logits of the quantised head, folds by ``groups``. The same input gives
    the same head, bit for bit.
    """
    missing = sorted(set(range(len(classes))) - set(labels.tolist()))
    if missing:
        raise InputError(f"no training row of {[classes[code] for code in missing]}; leave the class out or add pages")
    raw = np.zeros((len(labels), len(classes)))
    for train, test in GroupKFold(_CALIBRATION_FOLDS).split(raw, labels, groups):
        part = _uncalibrated(table.take(train), labels[train], classes, settings)
        raw[test] = part.logits(table.take(test))
    return replace(_uncalibrated(table, labels, classes, settings), temperature=_temperature(raw, labels))


def _uncalibrated(table: pa.Table, labels: Codes, classes: tuple[str, ...], settings: Settings) -> Head:
    matrix = design(table, settings.bits, settings.scales)
    machine = LinearSVC(C=settings.penalty, random_state=0)
    machine.fit(matrix, labels)
    weights = np.zeros((len(classes), 1 << settings.bits))
    bias = np.full(len(classes), -1.0)
    if len(machine.classes_) == 2:
        weights[machine.classes_] = np.vstack([-machine.coef_, machine.coef_])
        bias[machine.classes_] = np.concatenate([-machine.intercept_, machine.intercept_])
    else:
        weights[machine.classes_], bias[machine.classes_] = machine.coef_, machine.intercept_
    return _quantised(weights, bias, classes, settings)


def _quantised(weights: Floats, bias: Floats, classes: tuple[str, ...], settings: Settings) -> Head:
    """The ``keep`` largest weights as int8, one step size per class."""
    if settings.keep < np.count_nonzero(weights):
        limit = np.partition(np.abs(weights).ravel(), -settings.keep)[-settings.keep]
        weights = np.where(np.abs(weights) >= limit, weights, 0.0)
    steps = np.maximum(np.abs(weights).max(axis=1), 1e-12) / 127
    whole = np.rint(weights / steps[:, None]).astype(np.int8)
    return Head(classes, settings.bits, settings.scales, np.ascontiguousarray(whole.T), steps, bias)


def _temperature(logits: Floats, labels: Codes) -> float:
    def loss(temperature: float) -> float:
        chances = softmax(logits / temperature)[np.arange(len(labels)), labels]
        return float(-np.log(np.maximum(chances, 1e-12)).mean())

    return float(minimize_scalar(loss, bounds=_TEMPERATURES, method="bounded").x)
