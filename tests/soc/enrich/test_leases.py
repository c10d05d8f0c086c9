"""Leases as of a time: overlaps are reported, renewals joined, look-ups agree with a scan."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.enrich.leases import build_leases
from hodoscope.soc.enrich.records import OPEN_END, Lease


def test_overlapping_leases_of_two_machines_are_reported_and_the_later_wins() -> None:
    """The later lease ends the one before."""
    table, conflicts = build_leases([Lease("ip:a", "host:x", 0, 100), Lease("ip:a", "host:y", 50, 150)])
    assert [(first.host, second.host) for first, second in conflicts] == [("host:x", "host:y")]
    found = table.holder(np.zeros(3, np.int64), np.array([49, 50, 149]))
    assert [table.holders[number] for number in found] == ["host:x", "host:y", "host:y"]


def test_renewal_by_the_same_machine_is_no_conflict() -> None:
    """A renewed lease simply lasts longer; an open end lasts for ever."""
    table, conflicts = build_leases([Lease("ip:a", "host:x", 0, 100), Lease("ip:a", "host:x", 50)])
    assert not conflicts
    assert table.holders == ("host:x",)
    assert table.ends.tolist() == [OPEN_END]


_LEASES = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.integers(0, 30), st.integers(1, 10)), max_size=12
)


@given(_LEASES, st.lists(st.tuples(st.sampled_from("abc"), st.integers(-2, 45)), min_size=1, max_size=20))
def test_lookup_agrees_with_a_scan(rows: list[tuple[str, str, int, int]], asked: list[tuple[str, int]]) -> None:
    """At every time the holder is that of the latest lease started by then, if it has not ended; intervals never
    overlap."""
    table, _ = build_leases(
        Lease(f"ip:{ip}", f"host:{host}", start, start + length) for ip, host, start, length in rows
    )
    addresses = np.array([table.addresses.get(f"ip:{ip}", -1) for ip, _ in asked], np.int64)
    found = table.holder(addresses, np.array([time for _, time in asked], np.int64))
    starts = table.start_ranks[table.keys % (len(table.start_ranks) + 1) - 1] if len(table.keys) else table.keys
    owners = table.keys // (len(table.start_ranks) + 1) if len(table.keys) else table.keys
    for (_, time), address, number in zip(asked, addresses.tolist(), found.tolist(), strict=True):
        inside = np.flatnonzero((owners == address) & (starts <= time) & (time < table.ends)).tolist()
        assert inside == ([number] if number >= 0 else [])
