"""Groups of rows and fixed windows."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.soc.detectors.streams import every, found

from hodoscope.soc.detectors.web_attacks import WebAttacks
from hodoscope.soc.detectors.window_tally import Groups


@given(st.lists(st.integers(0, 6), max_size=40))
def test_groups_keep_first_appearance_and_row_order(codes: list[int]) -> None:
    """Every row is in exactly one group, groups by first appearance, rows ascending, sums right."""
    groups = Groups(np.array(codes, dtype=np.int64))
    assert groups.codes == list(dict.fromkeys(codes))
    for place, code in enumerate(groups.codes):
        rows = [row for row, other in enumerate(codes) if other == code]
        assert (groups.members(place), groups.first[place], groups.last[place], groups.counts[place]) == (
            rows,
            rows[0],
            rows[-1],
            len(rows),
        )
    assert groups.sums(np.arange(len(codes), dtype=np.int64)) == [
        sum(groups.members(g)) for g in range(len(groups.codes))
    ]


def test_a_window_closes_when_a_later_one_opens() -> None:
    """Attacks of two hours are two findings with different ids."""
    attack = {"class_uid": 4002, "src_endpoint_ip": "203.0.113.9", "http_request_url_path": "/../../../etc/passwd"}
    first, second = found(WebAttacks(), every(7200, [attack, attack]))
    assert first.finding_id != second.finding_id


def test_keys_beyond_the_limit_are_not_kept() -> None:
    """Who invents sources fills no memory; the earliest stay."""
    detector = WebAttacks()
    detector.max_keys = 3
    attack = {"class_uid": 4002, "http_request_url_path": "/../../../etc/passwd"}
    findings = found(detector, every(1, [{**attack, "src_endpoint_ip": f"203.0.113.{i}"} for i in range(9)]))
    assert [finding.entity for finding in findings] == ["ip:203.0.113.0", "ip:203.0.113.1", "ip:203.0.113.2"]
