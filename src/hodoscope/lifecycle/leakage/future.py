"""Values that were not known yet: by the stamps of joined facts, and by cutting the future off."""

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.leakage.leak import Leak, LeakKind
from hodoscope.lifecycle.point_in_time import KNOWN_AT


def late_facts(table: pa.Table, time: str, known_at: Sequence[str] = ()) -> list[Leak]:
    """Joined facts that became known at or after the row's ``time``.

    ``known_at`` names the columns of stamps; by default those that ``point_in_time.as_of`` adds.
    """
    found = []
    for name in known_at or [name for name in table.column_names if name.endswith(KNOWN_AT)]:
        late = pc.fill_null(pc.greater_equal(table.column(name), table.column(time)), False)
        rows = int(pc.sum(late.cast(pa.int64())).as_py() or 0)
        if rows:
            first = int(np.flatnonzero(np.asarray(late))[0])
            text = f"{rows} rows hold a fact that became known at or after their own time, the first is row {first}"
            found.append(Leak(LeakKind.FUTURE, name, rows / table.num_rows, text))
    return found


def sees_future(extract: Callable[[pa.Table], Features], table: pa.Table, time: str, cuts: int = 3) -> list[Leak]:
    """Columns that change for old rows when later rows are taken away, so that they look ahead.

    ``extract`` is run on the whole table and on the rows up to each of ``cuts`` instants; a point-in-time feature is
    the same both times, to the bit. What is fitted on all rows (a scale, a vocabulary's weights) looks ahead too.
    """
    moments = np.asarray(pc.cast(table.column(time), pa.int64()))
    whole = extract(table)
    changed: dict[str, int] = {}
    for cut in np.quantile(moments, np.linspace(0, 1, cuts + 2)[1:-1], method="lower"):
        early = np.flatnonzero(moments <= cut)
        alone = extract(table.take(pa.array(early)))
        for name, rows in _differing(whole.take(early), alone).items():
            changed[name] = max(changed.get(name, 0), rows)
    return [
        Leak(LeakKind.FUTURE, name, rows / table.num_rows, f"differs in {rows} rows when later rows are taken away")
        for name, rows in changed.items()
    ]


def _differing(whole: Features, alone: Features) -> dict[str, int]:
    """Column → rows that differ; a column that only one side has differs in all."""
    rows: dict[str, int] = dict.fromkeys(set(whole.names) ^ set(alone.names), whole.rows)
    for name in (name for name in whole.names if name in alone.names):
        differing = int((_column(whole, name) != _column(alone, name)).sum())
        rows |= {name: differing} if differing else {}
    return rows


def _column(features: Features, name: str) -> NDArray[np.float64]:
    values = features.values[:, [features.names.index(name)]]
    return np.asarray(values.toarray() if features.sparse else values).ravel()
