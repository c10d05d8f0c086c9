"""Values from the future are found by their stamps and by taking the future away."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.leakage.future import late_facts, sees_future
from hodoscope.lifecycle.leakage.leak import LeakKind
from hodoscope.lifecycle.point_in_time import as_of

DICE = np.random.default_rng(4)
ROWS = pa.table(
    {"at": DICE.permutation(200), "host": [f"h{n % 5}" for n in range(200)], "bytes": DICE.normal(size=200)}
)
VERDICTS = pa.table({"host": ROWS["host"], "known": pc.add(ROWS["at"], 3), "score": DICE.normal(size=200)})


def test_a_fact_joined_by_when_it_happened_is_found() -> None:
    """Joined by when it was known the stamps are silent; shifted by the delay they are not."""
    arguments = {"time": "at", "known_at": "known", "by": ["host"], "prefix": "v_"}
    honest = as_of(ROWS, VERDICTS, time="at", known_at="known", by=["host"], prefix="v_")
    assert late_facts(honest, "at") == []
    early = VERDICTS.set_column(1, "known", pc.subtract(VERDICTS["known"], 3))
    hasty = as_of(ROWS, early, **arguments)  # type: ignore[arg-type]  # the arguments of the honest join
    place = hasty.column_names.index("v__known_at")
    hasty = hasty.set_column(place, "v__known_at", pc.add(hasty["v__known_at"], 3))
    (leak,) = late_facts(hasty, "at")
    assert (leak.kind, leak.where) == (LeakKind.FUTURE, "v__known_at")
    assert "became known at or after" in leak.explanation


@pytest.mark.parametrize("name", ["next_bytes", "total_of_host", "standardised"])
def test_a_feature_that_looks_ahead_is_found_and_no_other(name: str) -> None:
    """A successor's value, a total over the whole stay, a mean over all rows."""
    assert [leak.where for leak in sees_future(lambda table: _features(table, name), ROWS, "at")] == [name]


def test_features_of_the_past_are_silent() -> None:
    """A running count and a difference to the predecessor."""
    assert sees_future(lambda table: _features(table, ""), ROWS, "at") == []


def _features(table: pa.Table, leaking: str) -> Features:
    time, size = np.asarray(table["at"]), np.asarray(table["bytes"])
    host = np.array(table["host"].to_pylist())
    order = np.argsort(time)
    sorted_size = size[order]
    columns = {
        "bytes": size,
        "earlier": np.argsort(order).astype(float),
        "step": _placed(np.diff(sorted_size, prepend=0.0), order),
    }
    planted = {
        "next_bytes": _placed(np.append(sorted_size[1:], 0.0), order),
        "total_of_host": np.array([size[host == one].sum() for one in host]),
        "standardised": size - size.mean(),
    }
    columns |= {leaking: planted[leaking]} if leaking else {}
    return Features(tuple(columns), np.stack(list(columns.values()), axis=1))


def _placed(in_order: np.ndarray, order: np.ndarray) -> np.ndarray:
    placed = np.empty_like(in_order)
    placed[order] = in_order
    return placed
