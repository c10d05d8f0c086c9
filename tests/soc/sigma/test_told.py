"""When a finding is told, and that a snapshot loses nothing."""

from hodoscope.soc.detectors.evidence import Note
from hodoscope.soc.finding import MAX_EVIDENCE
from hodoscope.soc.sigma.told import NAMED_EVENTS, Told, from_plain


def grown(hits: int) -> tuple[Told, list[int]]:
    """A rule that hit so often, and the counts at which it was due."""
    told, due = Told(reasons=[("x is 'y'", 1.0)]), []
    for number in range(hits):
        event_id = number.to_bytes(16, "big")
        told.add(event_id, 1_000 + number, [Note(event_id, 1_000 + number, "x", "y")])
        if told.due:
            due.append(told.count)
    return told, due


def test_it_is_told_at_once_and_each_time_it_has_grown_tenfold() -> None:
    """Not at 20, not at 110."""
    assert grown(1_200)[1] == [1, 10, 100, 1_000]


def test_a_flood_fills_no_memory() -> None:
    """Counts go on; ids and evidence stop."""
    told, _ = grown(300)
    assert (told.count, told.first_us, told.last_us) == (300, 1_000, 1_299)
    assert (len(told.ids), len(told.notes)) == (NAMED_EVENTS, MAX_EVIDENCE)


def test_a_snapshot_keeps_everything() -> None:
    """``from_plain(to_plain)`` is the same."""
    told, _ = grown(60)
    told.keep(["host:a", "user:b"])
    told.kinds["windows_json", "sysmon_process_create", "p", "l", "1"] = None
    assert from_plain(told.to_plain()) == told
