"""A folder of models with one trainer and two promoters, for the tests of releasing."""

from dataclasses import dataclass
from pathlib import Path

from hodoscope.lifecycle.release.log import Entry, Proposal
from hodoscope.lifecycle.release.models import Models
from hodoscope.lifecycle.release.record import Action
from hodoscope.lifecycle.signing.keyring import Keyring, Role, save_keyring
from hodoscope.lifecycle.signing.private_key import create_private_key, key_id, public_key_of
from tests.lifecycle.trained_artifacts import small_artifact


@dataclass(frozen=True)
class Site:
    """Private keys lie outside the folder of models, as they should."""

    models: Models
    trainer: Path
    promoter: Path
    second: Path

    def add(self, seed: int, task: str = "dga") -> str:
        """Train, sign and keep a model; its digest."""
        artifact = small_artifact(task, seed)
        self.models.add(artifact, self.trainer)
        return artifact.digest

    def release(self, artifact: str, action: Action = Action.PROMOTE, key: Path | None = None) -> Entry:
        """Append a record as Ada."""
        proposal = Proposal(action, artifact, "Ada", "2026-03-02T10:00:00+00:00", "fewer misses", {"passed": True})
        return self.models.log("dga").append(proposal, key or self.promoter, self.models.keyring())

    def change_keys(self, keyring: Keyring) -> None:
        """Write another keyring."""
        save_keyring(keyring, self.models.keyring_path)

    def key_id(self, private: Path) -> str:
        """The id of a private key's public half."""
        return key_id(public_key_of(private))


def make_site(folder: Path) -> Site:
    """Keys and an empty folder of models below ``folder``."""
    site = Site(Models(folder / "models"), folder / "trainer.pem", folder / "promoter.pem", folder / "second.pem")
    keyring = Keyring().add(create_private_key(site.trainer), Role.TRAINER, "nightly training")
    keyring = keyring.add(create_private_key(site.promoter), Role.PROMOTER, "Ada")
    site.change_keys(keyring.add(create_private_key(site.second), Role.PROMOTER, "Grace"))
    return site
