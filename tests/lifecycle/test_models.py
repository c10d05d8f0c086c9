"""What is served is what a promoter released and a trainer vouches for."""

import shutil
from pathlib import Path

import pytest

from hodoscope.errors import InputError, TrustError
from hodoscope.lifecycle.artifact import file_set
from hodoscope.lifecycle.release.highest_seen import HighestSeen
from hodoscope.lifecycle.release.models import open_artifact, sign_artifact
from hodoscope.lifecycle.release.record import Action
from tests.lifecycle.release_site import Site, make_site
from tests.lifecycle.trained_artifacts import small_artifact


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


def test_the_released_artifact_is_served(site: Site, seen: HighestSeen) -> None:
    """After a promotion the new one, after a rollback the old one again."""
    old, new = site.add(1), site.add(2)
    site.release(old)
    site.release(new)
    assert site.models.serve("dga", seen)[1].digest == new
    site.release(old, Action.ROLLBACK)
    entry, verified = site.models.serve("dga", seen)
    assert (verified.digest, entry.release.counter, seen.seen("dga")) == (old, 3, 3)


def test_adding_the_same_artifact_again_changes_nothing(site: Site) -> None:
    """Its folder is named by its digest."""
    digest = site.add(1)
    signature = (site.models.root / "artifacts" / digest / "signature.json").read_bytes()
    assert site.add(1) == digest
    assert (site.models.root / "artifacts" / digest / "signature.json").read_bytes() == signature


def test_an_artifact_that_no_trainer_signed_is_not_served(site: Site, seen: HighestSeen) -> None:
    """A promoter's release does not replace the trainer's signature, and nothing counts as seen."""
    artifact = small_artifact(seed=5)
    folder = site.models.root / "artifacts" / artifact.digest
    shutil.copytree(site.models.add(small_artifact(seed=6), site.trainer), folder)
    for name, content in artifact.to_files().items():
        (folder / name).write_bytes(content)
    site.release(artifact.digest)
    with pytest.raises(TrustError, match="changed since it was signed"):
        site.models.serve("dga", seen)
    assert seen.seen("dga") == 0


def test_a_signed_artifact_under_another_digest_is_not_served(site: Site) -> None:
    """An older model put in the place of the released one."""
    old, new = site.add(1), site.add(2)
    shutil.rmtree(site.models.root / "artifacts" / new)
    shutil.copytree(site.models.root / "artifacts" / old, site.models.root / "artifacts" / new)
    site.release(new)
    with pytest.raises(TrustError, match="moved there"):
        site.models.current("dga")


def test_a_model_of_another_task_is_not_served(site: Site) -> None:
    """Even when a release names it."""
    site.release(site.add(1, task="triage"))
    with pytest.raises(TrustError, match="model of 'triage'"):
        site.models.current("dga")


def test_a_revoked_trainer_takes_its_models_out_of_service(site: Site, seen: HighestSeen) -> None:
    """Whatever was released."""
    site.release(site.add(1))
    site.change_keys(site.models.keyring().revoke(site.key_id(site.trainer), "build machine broken into"))
    with pytest.raises(TrustError, match="broken into"):
        site.models.serve("dga", seen)


def test_a_zip_is_verified_like_a_folder(site: Site, tmp_path: Path) -> None:
    """And an unsigned one is not opened."""
    signed = sign_artifact(small_artifact(), site.trainer)
    (tmp_path / "model.zip").write_bytes(file_set.to_zip(signed.items()))
    assert open_artifact(tmp_path / "model.zip", site.models.keyring()).artifact == small_artifact()
    (tmp_path / "bare.zip").write_bytes(file_set.to_zip(small_artifact().to_files().items()))
    with pytest.raises(TrustError, match="not signed"):
        open_artifact(tmp_path / "bare.zip", site.models.keyring())


@pytest.mark.parametrize("task", ["", "../keys", "DGA", "a" * 65])
def test_a_task_name_cannot_leave_the_folder(site: Site, task: str) -> None:
    """It becomes a path."""
    with pytest.raises(InputError, match="a task's name"):
        site.models.log(task)


def test_artifacts_are_found_by_a_unique_beginning(site: Site) -> None:
    """Too short or unknown is an error."""
    digest = site.add(1)
    assert site.models.open(digest[:8]).digest == digest
    for unclear in (digest[:5], "0" * 64):
        with pytest.raises(InputError, match="begin so"):
            site.models.open(unclear)
