"""Facts joined to rows as they were known at the row's time: features that never see the future."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl
import pyarrow as pa

from hodoscope.errors import InputError

KNOWN_AT = "_known_at"
"""Suffix of the column that says when the joined fact became known; ``leakage.future`` checks it against the row."""


def as_of(
    rows: pa.Table,
    facts: pa.Table,
    *,
    time: str,
    known_at: str,
    by: Sequence[str],
    prefix: str,
    happened_at: str | None = None,
    delay: timedelta | int = 0,
    max_age: timedelta | int | None = None,
) -> pa.Table:
    """``rows``, in order, with the columns of the latest fact that was known strictly before each row's ``time``.

    A fact belongs to a row when they agree on the columns ``by`` (null agrees with nothing). It is known from the later
    of its ``known_at`` and ``happened_at`` (a clock that runs ahead or behind cannot make it known before it happened)
    plus ``delay``, the time it takes to reach the model. Facts older than ``max_age`` do not count. Of facts known at
    the same instant the last row wins. The strict order keeps out facts derived from the row itself.

    The new columns are called ``prefix`` + name, nulls where nothing was known, and ``prefix`` + ``_known_at``. Times
    are integers or timestamps, of one type for both, ``delay`` and ``max_age`` integers of that unit or timedeltas.

    Raises ``InputError`` for a missing column, times of different types, a negative delay, or a name already taken.
    """
    _check(rows, facts, time, (known_at, happened_at) if happened_at else (known_at,), by, prefix)
    if (delay.total_seconds() if isinstance(delay, timedelta) else delay) < 0:
        raise InputError(f"as-of join: the delay is {delay}; a negative one would show the future")
    moment = pl.max_horizontal(known_at, happened_at) if happened_at else pl.col(known_at)
    usable = [pl.col(name).is_not_null() for name in (known_at, happened_at, *by) if name]
    known, row_number = prefix + KNOWN_AT, "_row_number"
    right = (
        _frame(facts)
        .filter(pl.all_horizontal(usable))
        .with_columns((moment + pl.lit(delay)).alias(KNOWN_AT))
        .with_row_index(row_number)
        .sort(KNOWN_AT, row_number)
        .unique([*by, KNOWN_AT], keep="last", maintain_order=True)
        .drop(row_number)
        .rename({name: prefix + name for name in [*facts.column_names, KNOWN_AT] if name not in by})
    )
    left = _frame(rows.select([time, *by])).with_row_index(row_number)
    joined = (
        left.filter(pl.col(time).is_not_null())
        .sort(time, row_number)
        .join_asof(
            right, left_on=time, right_on=known, by=list(by) or None, strategy="backward", tolerance=max_age,
            allow_exact_matches=False, coalesce=False, check_sortedness=False,
        )
    )  # fmt: skip
    new = [prefix + name for name in facts.column_names if name not in by] + [known]
    ordered = left.select(row_number).join(joined, on=row_number, how="left", maintain_order="left")
    found = ordered.select(new).to_arrow()
    for name in new:
        rows = rows.append_column(name, found.column(name))
    return rows


def _check(rows: pa.Table, facts: pa.Table, time: str, known: Sequence[str], by: Sequence[str], prefix: str) -> None:
    missing = [name for name in (time, *by) if name not in rows.column_names]
    missing += [name for name in (*known, *by) if name not in facts.column_names]
    if missing:
        raise InputError(f"as-of join: no column {', '.join(map(repr, missing))}")
    kinds = {str(table.schema.field(name).type) for table, name in [(rows, time), *((facts, name) for name in known)]}
    if len(kinds) > 1:
        raise InputError(f"as-of join: the times are of the types {sorted(kinds)}; cast them to one type and unit")
    taken = [name for name in [*facts.column_names, KNOWN_AT] if name not in by and prefix + name in rows.column_names]
    if taken:
        raise InputError(f"as-of join: the rows already have {prefix + taken[0]!r}; give another prefix")


def _frame(table: pa.Table) -> pl.DataFrame:
    plain = [field.type.value_type if pa.types.is_dictionary(field.type) else field.type for field in table.schema]
    frame = pl.from_arrow(table.cast(pa.schema(list(zip(table.column_names, plain, strict=True)))))
    if not isinstance(frame, pl.DataFrame):
        raise TypeError("a table is a data frame")
    return frame
