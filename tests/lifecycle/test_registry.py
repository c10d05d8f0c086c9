"""MLflow shows what was released, decides nothing, and talks to nobody."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hodoscope import privacy
from hodoscope.errors import InputError, StoreError
from hodoscope.lifecycle.registry import Alias, Registry, default_uri
from hodoscope.lifecycle.release.record import Action
from tests.lifecycle.release_site import Site, make_site
from tests.lifecycle.trained_artifacts import small_artifact

MIRROR = """
import json, sys
from pathlib import Path
from hodoscope import privacy
from hodoscope.lifecycle.registry import Registry, default_uri
from hodoscope.lifecycle.release.models import Models
privacy.from_environment()
models = Models(Path(sys.argv[1]))
registry = Registry(default_uri(models))
new = [registry.sync(models, "dga"), registry.sync(models, "dga")]
import mlflow.telemetry.utils as telemetry
print(json.dumps([new, registry.named("dga"), privacy.attempts, telemetry.is_telemetry_disabled()]))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Three releases, mirrored once by a process that may reach nothing: MLflow needs seconds to make its tables."""
    site = make_site(tmp_path_factory.mktemp("site"))
    old, new = site.add(1), site.add(2)
    site.release(old)
    site.release(new)
    site.release(old, Action.ROLLBACK)
    return site


@pytest.fixture(scope="module")
def mirrored(site: Site) -> list[object]:
    """What that process printed."""
    run = subprocess.run(
        [sys.executable, "-c", MIRROR, site.models.root],
        env=os.environ | {privacy.FORBID_VARIABLE: "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    document: list[object] = json.loads(run.stdout.splitlines()[-1])
    return document


def test_mirroring_connects_to_nobody(mirrored: list[object]) -> None:
    """No attempt was made, and telemetry knows that it is off."""
    assert mirrored[2] == []
    assert mirrored[3] is True


def test_every_release_is_mirrored_once_and_the_newest_is_champion(site: Site, mirrored: list[object]) -> None:
    """The second time nothing is new; after the rollback the old artifact is champion."""
    assert mirrored[0] == [3, 0]
    assert mirrored[1] == {"champion": small_artifact(seed=1).digest}


def test_challenger_and_shadow_come_and_go(site: Site, mirrored: list[object]) -> None:
    """Aliases of artifacts that were never released."""
    registry = Registry(default_uri(site.models))
    trained = small_artifact(seed=9)
    registry.point(trained, Alias.CHALLENGER)
    registry.point(trained, Alias.SHADOW)
    registry.clear("dga", Alias.CHALLENGER)
    registry.clear("dga", Alias.CHALLENGER)
    assert registry.named("dga") == {"champion": small_artifact(seed=1).digest, "shadow": trained.digest}
    registry.clear("dga", Alias.SHADOW)


def test_mlflow_does_not_decide(site: Site, mirrored: list[object]) -> None:
    """Whoever moves the alias changes nothing of what is served; the next mirroring puts it right."""
    registry = Registry(default_uri(site.models))
    registry.point(small_artifact(seed=2), Alias.CHAMPION)
    assert site.models.current("dga")[1].digest == small_artifact(seed=1).digest
    registry.sync(site.models, "dga")
    assert registry.named("dga")["champion"] == small_artifact(seed=1).digest


def test_a_revoked_release_is_not_champion(site: Site, mirrored: list[object]) -> None:
    """Mirroring goes on; nothing is named champion until something is released again."""
    registry, keyring = Registry(default_uri(site.models)), site.models.keyring()
    site.change_keys(keyring.revoke(site.key_id(site.promoter), "stolen"))
    registry.sync(site.models, "dga")
    assert "champion" not in registry.named("dga")
    site.change_keys(keyring)
    registry.sync(site.models, "dga")
    assert "champion" in registry.named("dga")


def test_a_broken_registry_is_told_and_harms_nothing(site: Site, tmp_path: Path) -> None:
    """The message says that releases are not affected."""
    (tmp_path / "mlflow.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises((StoreError, InputError), match="releases are not affected"):
        Registry(f"sqlite:///{tmp_path}/mlflow.sqlite").sync(site.models, "dga")
