"""The models among which documented commands run: keys, a task of one's own, a weak champion and a better artifact."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from examples.learn_regions import SHEET, TASK, draw, save

from hodoscope.lifecycle.dataset import Dataset
from hodoscope.lifecycle.release.log import Proposal
from hodoscope.lifecycle.release.models import Models
from hodoscope.lifecycle.release.record import Action, stamp
from hodoscope.lifecycle.signing.keyring import Keyring, Role, save_keyring
from hodoscope.lifecycle.signing.private_key import create_private_key
from hodoscope.lifecycle.task_config import TaskConfig
from hodoscope.lifecycle.training import train_artifact
from tests.support.shared_data import REPOSITORY


def furnish(folder: Path) -> None:
    """Below ``folder``: the task's file and data, both keys, and models in the default place."""
    shutil.copy(REPOSITORY / "examples" / "learn_regions.py", folder)
    dataset = save(folder / "data", draw(600, seed=1))
    models = Models(folder / "data" / "hodoscope" / "models")
    keyring = Keyring().add(create_private_key(folder / "trainer.pem"), Role.TRAINER, "build machine")
    keyring = keyring.add(create_private_key(folder / "promoter.pem"), Role.PROMOTER, "Ada")
    save_keyring(keyring, models.keyring_path)
    config, fold = TaskConfig.from_toml(TASK.config, "regions.toml"), TASK.split(dataset)
    noise = Dataset(draw(200, seed=3, flipped=0.5), SHEET)
    weak = train_artifact(TASK, noise, TASK.split(noise), config, 0)
    models.add(weak, folder / "trainer.pem")
    first = Proposal(Action.PROMOTE, weak.digest, "Ada", stamp(datetime.now(UTC)), "the first one", {})
    models.log(TASK.name).append(first, folder / "promoter.pem", keyring)
    models.add(train_artifact(TASK, dataset, fold, config, 0), folder / "trainer.pem")
