"""A row sees what was known before it, and nothing else, whatever the order, ties, gaps and clocks."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.errors import InputError
from hodoscope.lifecycle.point_in_time import as_of

Row = Mapping[str, object]
INSTANTS = st.one_of(st.none(), st.integers(0, 12))
KEYS = st.one_of(st.none(), st.sampled_from("ab"))
ROWS = st.lists(st.fixed_dictionaries({"at": INSTANTS, "host": KEYS}), max_size=12)
FACTS = st.lists(
    st.fixed_dictionaries({"host": KEYS, "known": INSTANTS, "happened": INSTANTS, "value": st.integers(0, 99)}),
    max_size=15,
)
ROW_TYPE = pa.schema([("at", pa.int64()), ("host", pa.string())])
FACT_TYPE = pa.schema([("host", pa.string()), ("known", pa.int64()), ("happened", pa.int64()), ("value", pa.int64())])


def reference(
    rows: Sequence[Row], facts: Sequence[Row], *, by: bool, happened: bool, delay: int, max_age: int | None
) -> list[tuple[object, object]]:
    """Value and instant known for each row, by trying every fact on every row."""
    found = []
    for row in rows:
        best: tuple[object, object] = (None, None)
        for fact in facts:
            times = [fact["known"], fact["happened"]] if happened else [fact["known"]]
            if row["at"] is None or None in times or (by and (row["host"] is None or row["host"] != fact["host"])):
                continue
            known = max(int(str(time)) for time in times) + delay
            age = int(str(row["at"])) - known
            late_enough = best[1] is None or known >= int(str(best[1]))
            if age > 0 and (max_age is None or age <= max_age) and late_enough:
                best = (fact["value"], known)
        found.append(best)
    return found


@given(ROWS, FACTS, st.booleans(), st.booleans(), st.integers(0, 3), st.one_of(st.none(), st.integers(0, 6)))
def test_the_join_equals_the_slow_reference(
    rows: list[Row], facts: list[Row], by: bool, happened: bool, delay: int, max_age: int | None
) -> None:
    """Unsorted, with ties, nulls, skewed clocks, delays and ages; rows keep their order."""
    left = pa.Table.from_pylist(rows, ROW_TYPE)
    joined = as_of(
        left, pa.Table.from_pylist(facts, FACT_TYPE), time="at", known_at="known", by=["host"] if by else [],
        prefix="f_", happened_at="happened" if happened else None, delay=delay, max_age=max_age,
    )  # fmt: skip
    assert joined.select(["at", "host"]) == left
    got = list(zip(joined["f_value"].to_pylist(), joined["f__known_at"].to_pylist(), strict=True))
    assert got == reference(rows, facts, by=by, happened=happened, delay=delay, max_age=max_age)


@given(ROWS, FACTS, FACTS)
def test_later_facts_change_nothing(rows: list[Row], facts: list[Row], later: list[Row]) -> None:
    """Whatever becomes known at a row's instant or afterwards leaves the row as it is."""
    rows = [row for row in rows if row["at"] is not None]
    end = max((int(str(row["at"])) for row in rows), default=0)
    moved = [fact | {"known": end + int(str(fact["known"] or 0))} for fact in map(dict, later)]
    now, then = (
        as_of(
            pa.Table.from_pylist(rows, ROW_TYPE), pa.Table.from_pylist(known, FACT_TYPE), time="at", known_at="known",
            by=["host"], prefix="f_",
        )
        for known in (facts, [*facts, *moved])
    )  # fmt: skip
    assert now == then


def test_timestamps_and_dictionaries_join_too() -> None:
    """A fact that takes an hour to arrive is not known half an hour later; one of two days ago is too old."""
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    rows = pa.table({"at": [noon, noon + timedelta(hours=2)], "host": pa.array(["a", "a"]).dictionary_encode()})
    facts = pa.table(
        {"host": ["a", "a"], "seen": [noon - timedelta(days=2), noon - timedelta(minutes=30)], "v": [1, 2]}
    )
    joined = as_of(
        rows, facts, time="at", known_at="seen", by=["host"], prefix="f_", delay=timedelta(hours=1),
        max_age=timedelta(days=1),
    )  # fmt: skip
    assert joined["f_v"].to_pylist() == [None, 2]
    assert joined["f__known_at"].to_pylist() == [None, noon + timedelta(minutes=30)]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"time": "when"}, "no column 'when'"),
        ({"by": ["user"]}, "no column 'user', 'user'"),
        ({"delay": -1}, "would show the future"),
        ({"prefix": ""}, "already have 'value'"),
        ({"known_at": "text"}, r"of the types \['int64', 'string'\]"),
    ],
)
def test_what_cannot_be_joined_is_told(changed: dict[str, object], message: str) -> None:
    """Before anything is joined."""
    rows = pa.table({"at": [1], "host": ["a"], "value": [1]})
    facts = pa.table({"host": ["a"], "known": [0], "value": [3], "text": ["x"]})
    arguments = {"time": "at", "known_at": "known", "by": ["host"], "prefix": "f_"} | changed
    with pytest.raises(InputError, match=message):
        as_of(rows, facts, **arguments)  # type: ignore[arg-type]  # one wrong argument at a time is the test
