"""The first of alike alerts: what an analyst would read of a flood."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hodoscope.errors import InputError

WINDOW_SECONDS = 600
COLUMNS = ("time_us", "signature", "address", "host", "group")
"""What ranking reads of an alert: microseconds since 1970 UTC, the rule that spoke, the address and host it spoke of,
and the network (scenario, customer) it came from."""


def first_alerts(alerts: pa.Table, window_seconds: int = WINDOW_SECONDS) -> NDArray[np.int64]:
    """Row numbers, ascending in time, of the first alert of each group, signature, address and clock window.

    Windows are those of the clock (``time // window``), so that the answer does not depend on where a file begins.
    Raises ``InputError`` when a column is missing or a time is null.
    """
    require_columns(alerts)
    times = alerts.column("time_us").to_numpy()
    order = np.argsort(times, kind="stable")
    keys = [codes(alerts, name)[order] for name in ("group", "signature", "address")]
    keys.append(times[order] // (window_seconds * 1_000_000))
    _, first = np.unique(np.stack(keys), axis=1, return_index=True)
    return np.asarray(order[np.sort(first)], dtype=np.int64)


def require_columns(alerts: pa.Table) -> None:
    """Raises ``InputError`` when alerts lack a column of ``COLUMNS`` or a time."""
    missing = [name for name in COLUMNS if name not in alerts.column_names]
    if missing or alerts.column("time_us").null_count:
        raise InputError(f"alerts: missing columns {missing}, or rows without time_us; ranking reads {COLUMNS}")


def codes(alerts: pa.Table, *names: str) -> NDArray[np.int64]:
    """A number (rows,) for each combination of values of the columns."""
    combined = np.zeros(alerts.num_rows, dtype=np.int64)
    for name in names:
        column = alerts.column(name).cast(pa.string()).fill_null("").combine_chunks()
        encoded = pc.dictionary_encode(column)
        _, combined = np.unique(
            combined * (len(encoded.dictionary) + 1) + encoded.indices.to_numpy(), return_inverse=True
        )
    return combined
