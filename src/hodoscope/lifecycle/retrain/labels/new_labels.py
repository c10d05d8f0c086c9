"""Which labels are new since the champion was trained, about what, and by whom: codes from the task's columns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hodoscope.errors import InputError
from hodoscope.lifecycle.dataset import Dataset
from hodoscope.lifecycle.retrain.labels.label_plan import LabelPlan


@dataclass(frozen=True, slots=True, eq=False)
class NewLabels:
    """``new`` (rows,) marks what the champion has not learned; ``items`` and ``authors`` are codes per row or None.

    ``until`` is the time of the newest label in ISO 8601, empty when the data does not tell times. ``arrived`` counts
    what is new by its time, without what was held back earlier.
    """

    new: NDArray[np.bool_]
    items: NDArray[np.int64] | None
    authors: NDArray[np.int64] | None
    author_names: tuple[str, ...]
    until: str
    arrived: int = 0


def new_labels(dataset: Dataset, plan: LabelPlan, learned_until: str, held: Sequence[str] = ()) -> NewLabels:
    """``learned_until`` is :attr:`NewLabels.until` of the data the champion learned; empty: nothing is new.

    ``held`` are :func:`keys` of rows that were held back then: they stay new until somebody corrects the data.

    ``InputError`` when a column the plan names is missing or holds no times.
    """
    for role in ("labelled_at", "item", "author"):
        name = getattr(plan, role)
        if name and name not in dataset.table.column_names:
            raise InputError(
                f"retrain.labels.{role}: {name!r} is no column of {dataset.sheet.name!r}; "
                f"it has {', '.join(dataset.table.column_names)}"
            )
    new, until = np.zeros(dataset.table.num_rows, np.bool_), ""
    if plan.labelled_at and dataset.table.num_rows:
        times = _times(dataset, plan.labelled_at)
        until = pc.max(times).as_py().isoformat()
        if learned_until:
            limit = pa.scalar(learned_until).cast(times.type)
            new = np.asarray(pc.greater(times, limit), np.bool_)
    arrived = int(new.sum())
    if held:
        new |= np.asarray(pc.is_in(keys(dataset, plan), value_set=pa.array(held, pa.string())), np.bool_)
    authors, names = _codes(dataset, plan.author)
    return NewLabels(new, _codes(dataset, plan.item)[0], authors, names, until, arrived)


def keys(dataset: Dataset, plan: LabelPlan) -> pa.ChunkedArray:
    """(rows,) text that tells a label from others wherever its row moves: item, label, author and time."""
    named = [name for name in (plan.item, dataset.sheet.label, plan.author, plan.labelled_at) if name]
    columns = [dataset.table.column(name).cast(pa.string()).fill_null("") for name in named]
    return pc.binary_join_element_wise(*columns, "\x1f")


def _times(dataset: Dataset, name: str) -> pa.ChunkedArray:
    try:
        times = dataset.table.column(name).cast(pa.timestamp("us", "UTC"))
    except pa.ArrowException as error:
        raise InputError(f"retrain.labels.labelled_at: {name!r} holds no times ({error})") from None
    if times.null_count:
        raise InputError(f"retrain.labels.labelled_at: {times.null_count} rows have no time in {name!r}")
    return times


def _codes(dataset: Dataset, name: str) -> tuple[NDArray[np.int64] | None, tuple[str, ...]]:
    if not name:
        return None, ()
    values = dataset.table.column(name).cast(pa.string()).fill_null("")
    names = sorted(pc.unique(values).to_pylist())
    return np.asarray(pc.index_in(values, value_set=pa.array(names, pa.string())), np.int64), tuple(names)
