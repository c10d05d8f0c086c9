"""By hand, an artifact goes through the same gate, and only what was released can come back."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from examples.learn_regions import SHEET, TASK, draw, save

from hodoscope.errors import InputError, TrustError
from hodoscope.lifecycle.dataset import Dataset
from hodoscope.lifecycle.promotion import Decision, promote, roll_back
from hodoscope.lifecycle.release.log import Proposal
from hodoscope.lifecycle.release.record import Action
from hodoscope.lifecycle.task_config import TaskConfig
from hodoscope.lifecycle.training import train_artifact
from tests.lifecycle.release_site import Site, make_site

CONFIG = TaskConfig.from_toml(TASK.config, "regions.toml")
GOOD, NOISE = Dataset(draw(600, 1), SHEET), Dataset(draw(200, 3, flipped=0.5), SHEET)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site with the task's data."""
    save(tmp_path / "data", GOOD.table)
    return make_site(tmp_path)


def add(site: Site, dataset: Dataset) -> str:
    """Train on a data set, sign, keep; the digest."""
    artifact = train_artifact(TASK, dataset, TASK.split(dataset), CONFIG, 0)
    site.models.add(artifact, site.trainer)
    return artifact.digest


def decision(site: Site, why: str = "better") -> Decision:
    """Ada's."""
    return Decision("Ada", why, datetime(2026, 3, 2, tzinfo=UTC), site.promoter)


def test_promoted_refused_and_rolled_back(site: Site) -> None:
    """The verdict is in the record; the refused one is not released."""
    data = site.promoter.parent / "data"
    weak, good = add(site, NOISE), add(site, GOOD)
    verdict, entry = promote(TASK, site.models, site.models.open(good), data, decision(site))
    assert entry is not None
    assert entry.release.gate == verdict.to_json()
    with pytest.raises(InputError, match="champion of regions already"):
        promote(TASK, site.models, site.models.open(good), data, decision(site))
    verdict, refused = promote(TASK, site.models, site.models.open(weak), data, decision(site))
    assert refused is None
    assert not verdict.passed
    with pytest.raises(InputError, match="no single earlier release"):
        roll_back("regions", site.models, None, decision(site))
    with pytest.raises(InputError, match="no single earlier release"):
        roll_back("regions", site.models, weak, decision(site))


def test_nothing_released_is_nothing_to_go_back_to(site: Site) -> None:
    """The message says so."""
    with pytest.raises(InputError, match="nothing was released"):
        roll_back("regions", site.models, None, decision(site))


def test_a_retired_trainer_brings_nothing_new_into_use(site: Site) -> None:
    """What was not released before the rotation is to be signed anew."""
    digest = add(site, GOOD)
    site.change_keys(site.models.keyring().retire(site.key_id(site.trainer), "rotation", {}))
    with pytest.raises(InputError, match="retired trainer key"):
        promote(TASK, site.models, site.models.open(digest), site.promoter.parent / "data", decision(site))
    with pytest.raises(InputError, match="active trainer"):
        site.models.add(replace(site.models.open(digest).artifact, seed=9), site.trainer)


def test_after_a_theft_a_new_model_can_be_promoted_without_a_champion(site: Site) -> None:
    """Only when somebody says so, and only when the champion really does not verify."""
    data = site.promoter.parent / "data"
    add(site, NOISE)
    good = site.models.open(add(site, GOOD))
    blind = replace(decision(site), distrusts_champion=True)
    first = next(digest for digest in site.models.digests() if digest != good.digest)
    proposal = Proposal(Action.PROMOTE, first, "Ada", "2026-03-01T00:00:00+00:00", "first", {})
    site.models.log("regions").append(proposal, site.second, site.models.keyring())
    with pytest.raises(InputError, match="be judged against it"):
        promote(TASK, site.models, good, data, blind)
    site.change_keys(site.models.keyring().revoke(site.key_id(site.second), "stolen"))
    with pytest.raises(TrustError, match="--no-champion"):
        promote(TASK, site.models, good, data, decision(site))
    assert promote(TASK, site.models, good, data, blind)[1] is not None
    assert site.models.current("regions")[1].digest == good.digest
