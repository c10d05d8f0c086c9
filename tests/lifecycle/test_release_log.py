"""Releases only ever grow, in a chain that shows every exchange."""

import json
import shutil
from pathlib import Path

import pytest

from hodoscope.errors import InputError, TrustError
from hodoscope.lifecycle.release.record import NOTHING_BEFORE, Action
from tests.lifecycle.release_site import Site, make_site

A, B = "aa" * 32, "bb" * 32


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A new site."""
    return make_site(tmp_path)


def test_counters_increase_and_records_chain(site: Site) -> None:
    """A rollback is the next record, naming an old artifact."""
    first, second = site.release(A), site.release(B)
    third = site.release(A, Action.ROLLBACK)
    assert [entry.release.counter for entry in (first, second, third)] == [1, 2, 3]
    assert first.release.previous == NOTHING_BEFORE
    assert (second.release.previous, third.release.previous) == (first.digest, second.digest)
    assert site.models.log("dga").entries() == [first, second, third]
    assert site.models.log("dga").current(site.models.keyring()).release.artifact == A


def test_an_exchanged_record_breaks_the_chain(site: Site) -> None:
    """Even one that the promoter signed: it does not follow."""
    site.release(A)
    site.release(B)
    folder = site.models.log("dga").folder
    saved = site.models.root / "saved"
    (folder / "00000002").rename(saved)
    (folder / "00000001").rename(site.models.root / "first")
    site.release(B)
    shutil.move(saved, folder / "00000002")
    with pytest.raises(TrustError, match="exchanged"):
        site.models.log("dga").entries()


def test_a_gap_is_refused(site: Site) -> None:
    """A record that went missing in the middle."""
    for artifact in (A, B, A):
        site.release(artifact)
    shutil.rmtree(site.models.log("dga").folder / "00000002")
    with pytest.raises(TrustError, match="not release 2"):
        site.models.log("dga").entries()


def test_a_record_of_another_task_is_refused(site: Site) -> None:
    """Copied over with its good signature."""
    site.release(A)
    shutil.copytree(site.models.log("dga").folder, site.models.root / "releases" / "triage")
    with pytest.raises(TrustError, match="not release 1 of triage"):
        site.models.log("triage").entries()


def test_a_changed_record_is_refused(site: Site) -> None:
    """The signature covers every byte."""
    site.release(A)
    path = site.models.log("dga").folder / "00000001" / "release.json"
    path.write_bytes(path.read_bytes().replace(b"Ada", b"Eve"))
    with pytest.raises(TrustError, match="changed since it was signed"):
        site.models.log("dga").current(site.models.keyring())


def test_only_an_active_promoter_can_release(site: Site) -> None:
    """Not the trainer, not a retired key."""
    with pytest.raises(TrustError, match="only a promoter key"):
        site.release(A, key=site.trainer)
    site.change_keys(site.models.keyring().retire(site.key_id(site.promoter), "rotation", {"dga": 0}))
    with pytest.raises(InputError, match="active promoter"):
        site.release(A)


def test_after_rotation_old_records_count_and_new_ones_do_not(site: Site) -> None:
    """A retired key counts up to the release at which it was retired."""
    site.release(A)
    before = site.models.keyring()
    site.change_keys(before.retire(site.key_id(site.promoter), "rotation", {"dga": 1}))
    keyring = site.models.keyring()
    assert site.models.log("dga").current(keyring).promoter(keyring).owner == "Ada"
    site.change_keys(before)
    late = site.release(B)  # someone still has the old private key
    with pytest.raises(TrustError, match="retired at release 1"):
        late.promoter(keyring)


def test_after_a_revocation_a_new_key_goes_on(site: Site) -> None:
    """What the stolen key signed is refused, stays visible, and is followed by a good record."""
    site.release(A)
    stolen = site.release(B)
    site.change_keys(site.models.keyring().revoke(site.key_id(site.promoter), "stolen"))
    with pytest.raises(TrustError, match="revoked: stolen"):
        site.models.log("dga").current(site.models.keyring())
    good = site.release(A, Action.ROLLBACK, site.second)
    assert good.release.previous == stolen.digest
    assert site.models.log("dga").current(site.models.keyring()) == good


def test_a_half_copied_record_is_refused(site: Site) -> None:
    """Without its signature a record is none."""
    site.release(A)
    (site.models.log("dga").folder / "00000001" / "signature.json").unlink()
    with pytest.raises(TrustError, match="restore it"):
        site.models.log("dga").entries()


def test_the_gate_is_in_the_record(site: Site) -> None:
    """Who, when, why and the figures are in the signed bytes."""
    document = json.loads(site.release(A).content)
    assert {key: document[key] for key in ("who", "when", "why", "gate")} == {
        "who": "Ada",
        "when": "2026-03-02T10:00:00+00:00",
        "why": "fewer misses",
        "gate": {"passed": True},
    }
