"""Whether a window of rows is still of the kind the model learned from: missing values, categories, rows per window."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.errors import InputError
from hodoscope.lifecycle.monitor.event import EventKind, MonitorEvent
from hodoscope.lifecycle.monitor.shares import wilson

MOST_CATEGORIES = 1000
"""A text column of more different values holds no categories but free text: new values are its nature."""
_RATE_FACTOR = 2.0
"""Rows per window may go so far beyond the least and the most that the reference saw."""


@dataclass(frozen=True, slots=True)
class Quality:
    """``missing`` and ``novelty`` are upper limits of shares per column; ``rows`` the least and most per window."""

    missing: Mapping[str, float]
    categories: Mapping[str, frozenset[str]]
    novelty: Mapping[str, float]
    rows: tuple[float, float]

    @classmethod
    def fit(cls, reference: pa.Table, rows_per_window: Sequence[int]) -> Self:
        """Limits from ``reference``, rows in time order, and from how many rows its windows had.

        How often a new category is ordinary is measured: the last third of the rows against the first two. Raises
        ``InputError`` for an empty reference or no windows.
        """
        if not reference.num_rows or not rows_per_window:
            raise InputError("monitor: the reference has no rows or no windows; quality has nothing to compare with")
        missing, categories, novelty = {}, {}, {}
        cut = 2 * reference.num_rows // 3
        for name in reference.column_names:
            column = reference.column(name)
            missing[name] = wilson(_absent(column), len(column))[1]
            if _is_text(column.type) and len(_values(column)) <= MOST_CATEGORIES:
                categories[name] = _values(column)
                new = _new_rows(column.slice(cut), _values(column.slice(0, cut)))
                novelty[name] = wilson(new, len(column) - cut)[1]
        counts = np.asarray(rows_per_window, dtype=np.float64)
        return cls(
            missing, categories, novelty, (float(counts.min()) / _RATE_FACTOR, float(counts.max()) * _RATE_FACTOR)
        )

    def check(self, model: str, window: pa.Table, time_us: int) -> list[MonitorEvent]:
        """What is beyond its limit in ``window``; raises ``InputError`` when a column is gone."""
        gone = sorted(self.missing.keys() - set(window.column_names))
        if gone:
            raise InputError(f"monitor: the window has no column {', '.join(gone)}; the source has changed its shape")
        low, high = self.rows
        found = list(self._columns(model, window, time_us))
        if not low <= window.num_rows <= high:
            limit = low if window.num_rows < low else high
            detail = f"{window.num_rows} rows; the reference's windows stay within {low:.0f} to {high:.0f}"
            found.append(MonitorEvent(model, EventKind.RATE, "rows", time_us, window.num_rows, limit, "rows", detail))
        return found

    def _columns(self, model: str, window: pa.Table, time_us: int) -> Iterator[MonitorEvent]:
        for name, limit in self.missing.items():
            column = window.column(name)
            share = _absent(column) / max(1, len(column))
            if wilson(_absent(column), len(column))[0] > limit:
                detail = f"{share:.1%} of {name} is missing; up to {limit:.1%} is ordinary"
                yield MonitorEvent(model, EventKind.MISSING, name, time_us, share, limit, "share", detail)
            if name in self.categories:
                new = _new_rows(column, self.categories[name])
                if wilson(new, len(column))[0] > self.novelty[name]:
                    values = ", ".join(sorted(_values(column) - self.categories[name])[:5])
                    detail = f"{new} of {len(column)} rows have values of {name} never seen: {values}"
                    share = new / len(column)
                    yield MonitorEvent(
                        model, EventKind.NEW_CATEGORY, name, time_us, share, self.novelty[name], "share", detail
                    )


def _is_text(kind: pa.DataType) -> bool:
    value = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(value) or pa.types.is_large_string(value))


def _absent(column: pa.ChunkedArray) -> int:
    missing = column.null_count
    if pa.types.is_floating(column.type):
        missing += pc.sum(pc.is_nan(column)).as_py() or 0
    return int(missing)


def _values(column: pa.ChunkedArray) -> frozenset[str]:
    return frozenset(value for value in pc.unique(column.cast(pa.string())).to_pylist() if value is not None)


def _new_rows(column: pa.ChunkedArray, known: frozenset[str]) -> int:
    text = column.cast(pa.string())
    seen = pc.is_in(text, value_set=pa.array(sorted(known), pa.string()))
    return int(pc.sum(pc.and_(pc.invert(seen), pc.is_valid(text))).as_py() or 0)
