"""Connection times in bounded memory."""

import numpy as np

from hodoscope.soc.detectors.connection_times import HOUR_US, Pane


def pane_of(rows: list[list[int]], cut: int) -> Pane:
    """A pane filled in two parts, compacted between."""
    pane = Pane(per_hour=3, max_pairs=10)
    pane.number_of(("a", "", "b", "443"))
    for part in (rows[:cut], rows[cut:]):
        if part:
            pane.add(np.array(part, dtype=np.int64))
            pane.compact()
    return pane


def test_compacting_early_changes_nothing() -> None:
    """Wherever the stream is cut, the same connections stay: the first three of each hour."""
    rows = [[0, hour * HOUR_US + minute * 60_000_000, 1] for hour in range(3) for minute in range(6)]
    kept = [pane_of(rows, cut).rows.tolist() for cut in range(len(rows) + 1)]
    assert all(other == kept[0] for other in kept)
    assert len(kept[0]) == 9


def test_a_pane_survives_its_snapshot() -> None:
    """Sizes of -1 (unknown) and large times come back."""
    pane = pane_of([[0, 1_709_510_400_000_000, -1]], 1)
    pane.observe(5, 9)
    copy = Pane(per_hour=3, max_pairs=10)
    copy.restore(pane.to_plain())
    assert copy.rows.tolist() == pane.rows.tolist()
    assert (copy.first_us, copy.last_us, copy.pairs) == (5, 9, pane.pairs)


def test_the_earliest_pairs_stay_when_there_are_too_many() -> None:
    """Beyond the limit new pairs get no number."""
    pane = Pane(per_hour=3, max_pairs=1)
    assert [pane.number_of((name, "", "b", "1")) for name in ("x", "y", "x")] == [0, -1, 0]
