"""Bounded maps and sealed snapshots."""

import pytest

from hodoscope.errors import InputError
from hodoscope.soc.detectors.evidence import Note
from hodoscope.soc.detectors.registry import build
from hodoscope.soc.detectors.state import (
    RecentMap,
    hashes_from_plain,
    hashes_to_plain,
    notes_from_plain,
    notes_to_plain,
    seal,
    unseal,
)


def test_an_untouched_entry_is_forgotten_after_its_time() -> None:
    """At the limit it is still there, one microsecond later it is gone."""
    recent: RecentMap[str, int] = RecentMap(keep_us=10, limit=5)
    recent.put("a", 0, 1)
    assert recent.get("a", 10) == 1
    assert recent.get("a", 11) is None
    recent.put("b", 11, 2)
    assert "a" not in recent


def test_the_longest_untouched_entry_leaves_when_the_map_is_full() -> None:
    """Touching saves an entry."""
    recent: RecentMap[str, int] = RecentMap(keep_us=100, limit=2)
    recent.put("a", 0, 1)
    recent.put("b", 1, 2)
    recent.put("a", 2, 1)
    recent.put("c", 3, 3)
    assert [key for key, _, _ in recent.items()] == ["a", "c"]
    assert len(recent) == 2


def test_a_snapshot_of_other_parameters_is_refused() -> None:
    """The message says what to do."""
    first, second = build("brute_force"), build("brute_force", {"failures": 20})
    with pytest.raises(InputError, match="start a new state and replay"):
        second.load(first.dump(first.initial()))


@pytest.mark.parametrize("damaged", [b"", b"{", b"[]", b'{"detector":"brute_force"}'])
def test_a_damaged_snapshot_is_refused(damaged: bytes) -> None:
    """Truncated or foreign bytes give the caller's error, not a crash."""
    with pytest.raises(InputError, match="damaged"):
        unseal(build("brute_force").spec, damaged)


def test_plain_forms_come_back_unchanged() -> None:
    """Notes, hashes and sealed values survive."""
    notes = [Note(b"0123456789abcdef", 7, "user_name", "bob")]
    assert notes_from_plain(notes_to_plain(notes)) == notes
    assert hashes_from_plain(hashes_to_plain([0, 2**64 - 1])) == [0, 2**64 - 1]
    spec = build("brute_force").spec
    assert unseal(spec, seal(spec, {"a": [1, None]})) == {"a": [1, None]}
