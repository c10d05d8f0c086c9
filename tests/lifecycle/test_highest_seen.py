"""An older release is refused by whoever has seen a newer one."""

import shutil
from pathlib import Path

import pytest

from hodoscope.errors import InputError, TrustError
from hodoscope.lifecycle.release.highest_seen import HighestSeen
from tests.lifecycle.release_site import Site, make_site

A, B = "aa" * 32, "bb" * 32


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A new site."""
    return make_site(tmp_path)


@pytest.fixture
def seen(tmp_path: Path) -> HighestSeen:
    """A service's memory of releases."""
    memory = HighestSeen(tmp_path / "seen.json", "triage service on ws01")
    memory.begin()
    return memory


def test_an_older_release_is_refused(site: Site, seen: HighestSeen) -> None:
    """With its good signature; also by the next process, which reads the file."""
    first, second = site.release(A), site.release(B)
    seen.accept(first)
    seen.accept(second)
    seen.accept(second)
    with pytest.raises(TrustError, match="release 1 is older than 2"):
        HighestSeen(seen.path, seen.owner).accept(first)
    assert seen.seen("dga") == 2


def test_records_cut_off_the_end_are_noticed(site: Site, seen: HighestSeen) -> None:
    """The chain alone cannot show it."""
    site.release(A)
    seen.accept(site.release(B))
    shutil.rmtree(site.models.log("dga").folder / "00000002")
    with pytest.raises(TrustError, match="older"):
        seen.accept(site.models.log("dga").current(site.models.keyring()))


def test_a_second_record_with_the_same_counter_is_refused(site: Site, seen: HighestSeen) -> None:
    """Two histories were signed."""
    seen.accept(site.release(A))
    shutil.rmtree(site.models.log("dga").folder)
    with pytest.raises(TrustError, match="second release 1"):
        seen.accept(site.release(B))


def test_each_owner_has_its_own_memory(seen: HighestSeen) -> None:
    """A file belongs to one named owner, and beginning anew is never an accident."""
    with pytest.raises(TrustError, match="belongs to 'triage service on ws01'"):
        HighestSeen(seen.path, "somebody").seen("dga")
    with pytest.raises(InputError, match="already there"):
        seen.begin()
    with pytest.raises(InputError, match="name the owner"):
        HighestSeen(seen.path, " ").begin()


@pytest.mark.parametrize("content", [None, b"", b"[]", b'{"owner": "triage service on ws01", "tasks": []}'])
def test_a_lost_memory_serves_nothing(site: Site, seen: HighestSeen, content: bytes | None) -> None:
    """Starting from zero would accept any old release."""
    entry = site.release(A)
    seen.path.unlink()
    if content is not None:
        seen.path.write_bytes(content)
    with pytest.raises(TrustError, match="restore"):
        seen.accept(entry)
