"""The numbers a model sees: named columns, one row per thing to judge, dense or sparse."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from hodoscope.errors import InputError

Matrix: TypeAlias = Any
"""A float32 or float64 array of shape (rows, columns), or a ``scipy.sparse.csr_array`` of one (untyped)."""


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """``values`` has shape (rows, ``len(names)``), dense or sparse.

    Every value is finite. A missing value is a decision of whoever extracts (a constant and an indicator column), since
    not every model, and no exported weight format, knows NaN.

    Raises ``InputError`` when shape and names disagree, a name occurs twice, or a value is NaN or infinite; the message
    names the columns.
    """

    names: tuple[str, ...]
    values: Matrix

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or self.values.shape[1] != len(self.names):
            raise InputError(f"features: {len(self.names)} names for values of shape {self.values.shape}")
        if self.values.dtype not in (np.float32, np.float64):
            raise InputError(f"features: {self.values.dtype} values; convert them to float32 or float64")
        twice = [name for name, count in Counter(self.names).items() if count > 1]
        if twice:
            raise InputError(f"features: the names {twice[:5]} occur more than once")
        if not np.isfinite(self._stored()).all():
            raise InputError(
                f"features: NaN or infinite values in {self._not_finite()}; replace them while extracting (a constant"
                " and an indicator column)"
            )

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.values.shape[0])

    @property
    def sparse(self) -> bool:
        """Whether ``values`` is a sparse array."""
        return not isinstance(self.values, np.ndarray)

    @property
    def names_hash(self) -> str:
        """SHA-256 (64 hex digits) of the names in order, as compact JSON: what a model compares before it predicts."""
        return names_hash(self.names)

    def take(self, indices: NDArray[np.int64]) -> Self:
        """The rows at ``indices``, in that order."""
        return type(self)(self.names, self.values[indices])

    def dense(self) -> NDArray[np.float64]:
        """The values as a float64 array of shape (rows, columns); mind the memory of wide sparse ones."""
        values = self.values if isinstance(self.values, np.ndarray) else self.values.toarray()
        return np.asarray(values, np.float64)

    def require(self, expected_hash: str, where: str) -> None:
        """Raises ``InputError`` unless these are the columns, in the order, that ``where`` was trained with."""
        if self.names_hash != expected_hash:
            raise InputError(
                f"{where}: trained with other features (names hash {expected_hash[:12]}, given {self.names_hash[:12]});"
                " extract with the version that the model's artifact names"
            )

    def _stored(self) -> NDArray[np.floating]:
        return self.values if isinstance(self.values, np.ndarray) else np.asarray(self.values.data)

    def _not_finite(self) -> str:
        if isinstance(self.values, np.ndarray):
            columns = np.flatnonzero(~np.isfinite(self.values).all(axis=0))
        else:
            columns = np.unique(self.values.indices[~np.isfinite(self.values.data)])
        named = ", ".join(repr(self.names[column]) for column in columns[:5])
        return named + (f" and {len(columns) - 5} more columns" if len(columns) > 5 else "")


def names_hash(names: tuple[str, ...]) -> str:
    """SHA-256 of ``JSON.stringify(names)``, which a browser computes the same way."""
    text = json.dumps(list(names), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
