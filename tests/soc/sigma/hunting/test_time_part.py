"""Parts of times in ClickHouse are the reference's."""

import pytest

from hodoscope.soc.sigma.hunting.time_part import time_part_is
from hodoscope.soc.sigma.reference import matches
from hodoscope.soc.sigma.rule import Leaf, Match
from hodoscope.soc.sigma.sql_literal import quoted_list
from hodoscope.soc.storage.interface import EventStore

TIMES = tuple(
    f"{day}{clock}{zone}"
    for day in (
        "2024-02-29",
        "2023-02-29",
        "2024-12-30",
        "2021-01-03",
        "0001-01-01",
        "9999-12-31",
        "2400-02-29",
        "0000-01-01",
    )
    for clock in ("T00:10", " 23:59:59", "T12:30:45.1234567", "T25:00", "T23:59:60", "T7:00", "")
    for zone in ("", "Z", "+05:30", "-23:59", "+24:00", " UTC", "\n")
)
PARTS = [
    (Match.MINUTE, ("10", "59", "30")), (Match.HOUR, ("0", "23", "12", "18")), (Match.DAY, ("29", "28", "30", "1")),
    (Match.WEEK, ("1", "53", "9")), (Match.MONTH, ("2", "12", "1")), (Match.YEAR, ("2024", "2400", "1", "2021.0")),
]  # fmt: skip


@pytest.mark.parametrize(("match", "numbers"), PARTS)
def test_parts_are_of_the_instant_in_utc(store: EventStore, match: Match, numbers: tuple[str, ...]) -> None:
    """Offsets move days, weeks and years; what is no time on the calendar has no part."""
    for number in numbers:
        condition = time_part_is(match, "v", float(number))
        sql = f"SELECT v, ({condition}) AS told FROM (SELECT arrayJoin([{quoted_list(TIMES)}]) AS v)"
        rows = store.query(sql).to_pylist()
        wrong = [row for row in rows if row["told"] != matches(Leaf("f", match, number), {"f": [row["v"]]})]
        assert wrong == []
        assert any(row["told"] for row in rows), f"no example has {match} {number}"
