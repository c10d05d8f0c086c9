"""A learning task of your own: invented measurements of many sites in two regions, learned by a logistic regression.

Run as it is, it makes keys, trains, lets the gate decide, and serves what was released. With the command line:
``hodoscope models retrain learn_regions:TASK --data data …``. Imitate it; ``lifecycle/task.py`` says what each part
promises.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa

from hodoscope.errors import InputError
from hodoscope.lifecycle.artifact.loading import load_trained
from hodoscope.lifecycle.dataset import Dataset
from hodoscope.lifecycle.datasheet import AllowedUse, Datasheet
from hodoscope.lifecycle.evaluate.units import Units, units
from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.models.linear import LinearModel
from hodoscope.lifecycle.models.logistic import LogisticTrainer
from hodoscope.lifecycle.release.highest_seen import HighestSeen
from hodoscope.lifecycle.release.models import Models
from hodoscope.lifecycle.retrain.retrain import Place, retrain
from hodoscope.lifecycle.signing.keyring import Keyring, Role, save_keyring
from hodoscope.lifecycle.signing.private_key import create_private_key
from hodoscope.lifecycle.split import Fold
from hodoscope.lifecycle.task import Trained

COLUMNS = ("size", "rate", "age", "noise")
SHEET = Datasheet(
    name="invented sites",
    source="drawn by examples/learn_regions.py",
    licence="Apache-2.0",
    allowed_use=AllowedUse.TRAIN_AND_SHIP_WEIGHTS,
    label_schema="good, bad",
    label_quality="drawn from a logistic model of the first three columns",
    split_rule="every fourth site is held out",
    known_trap="none known",
    label="label",
    group="site",
    time="",
)
CONFIG = """
[card]
intended_use = "Shows how a task is learned, judged and released."
out_of_scope = "Anything real: the measurements are invented."
how_it_decides = "A weighted sum of four measurements; each term is shown."
limitations = "Knows only linear effects of the columns."
risks = "None: nobody is concerned by invented sites."
owner = "Whoever maintains this example."
[gate]
headline = "auc"
minimum_gain = 0.0
slice_margin = 0.05
slice_least_units = 5
calibration_most = 0.3
draws = 100
cpu_ms_per_1000_rows = 200
size_bytes = 100_000
[retrain]
every_days = 30
new_labels = 100
[retrain.labels]
labelled_at = "at"
item = "item"
author = "analyst"
"""


@dataclass(frozen=True)
class RegionsTask:
    """``config`` may be replaced; the data lie in ``DATA/regions.parquet``."""

    config: str = CONFIG
    name: str = "regions"
    columns: tuple[str, ...] = COLUMNS

    def load(self, data: Path) -> Dataset:
        return Dataset.load(data / "regions.parquet")

    def split(self, dataset: Dataset) -> Fold:
        sites = dataset.table.column("site").to_pylist()
        held_out = np.array([int(site) % 4 == 0 for site in sites])
        return Fold(np.flatnonzero(~held_out), np.flatnonzero(held_out), "every fourth site")

    def features(self, dataset: Dataset, preprocessing: Mapping[str, object]) -> Features:
        values = [dataset.table.column(name).to_numpy() for name in self.columns]
        return Features(self.columns, np.stack(values, axis=1))

    def train(self, dataset: Dataset, seed: int) -> Trained:
        labels, classes = dataset.labels()
        model = LogisticTrainer().fit(self.features(dataset, {}), labels, classes, None, seed)
        return Trained(model, {"bad": 0.5}, {"columns": list(self.columns)}, {"trainer": "logistic"})

    def units(self, trained: Trained, dataset: Dataset) -> Units:
        labels, classes = dataset.labels()
        return units(
            trained.model.predict(self.features(dataset, trained.preprocessing)),
            labels,
            classes,
            dataset.groups(),
            slices={"region": np.array(dataset.table.column("region").to_pylist())},
            thresholds=trained.thresholds,
            positive="bad",
        )

    def baselines(self, train: Dataset, test: Dataset) -> Mapping[str, Units]:
        one = RegionsTask(columns=("noise",))
        return {"noise alone": one.units(one.train(train, 0), test)}

    def explain(self, trained: Trained, dataset: Dataset) -> Sequence[Mapping[str, float]]:
        if not isinstance(trained.model, LinearModel):
            raise InputError(f"{self.name}: explains linear models only")
        terms = self.features(dataset, {}).dense() * trained.model.weights[:, 0]
        return [{f"{name} is {row[at]:+.2f}": float(row[at]) for at, name in enumerate(self.columns)} for row in terms]


def draw(rows: int, seed: int, day: int = 0, analyst: str = "ada", flipped: float = 0.0) -> pa.Table:
    """Labelled rows of 40 sites, labelled on one day by one analyst, who gets a share of the labels wrong."""
    random = np.random.default_rng((seed, day))
    values = random.normal(size=(rows, len(COLUMNS)))
    odds = values @ [2.0, -1.5, 1.0, 0.0]
    bad = (odds + random.logistic(size=rows) > 0) ^ (random.random(rows) < flipped)
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)
    site = random.integers(0, 40, rows)
    return pa.table(
        {
            **{name: values[:, at] for at, name in enumerate(COLUMNS)},
            "site": [str(one) for one in site],
            "region": ["eu" if one < 20 else "us" for one in site],
            "label": ["bad" if one else "good" for one in bad],
            "item": [f"{seed}-{day}-{number}" for number in range(rows)],
            "analyst": [analyst] * rows,
            "at": pa.array([start] * rows, pa.timestamp("us", "UTC")),
        }
    )


def save(data: Path, *tables: pa.Table) -> Dataset:
    """Write the tables as the task's data."""
    dataset = Dataset(pa.concat_tables(tables), SHEET)
    dataset.save(data / "regions.parquet")
    return dataset


TASK = RegionsTask()


def main() -> None:
    """From nothing to a released model, below the current folder."""
    models = Models(Path("models"))
    keyring = Keyring().add(create_private_key(Path("trainer.pem")), Role.TRAINER, "this example")
    keyring = keyring.add(create_private_key(Path("promoter.pem")), Role.PROMOTER, "its reader")
    save_keyring(keyring, models.keyring_path)
    save(Path("data"), draw(600, seed=1))
    place = Place(models, Path("runs"), Path("trainer.pem"), Path("promoter.pem"), "its reader")
    outcome = retrain(TASK, place, Path("data"), datetime.now(UTC))
    sys.stdout.write(f"{outcome.state}: {'; '.join(outcome.told)}\n")
    seen = HighestSeen(Path("seen.json"), "this example")
    seen.begin()
    entry, verified = models.serve(TASK.name, seen)
    trained = load_trained(verified.artifact)
    first = TASK.load(Path("data")).take(np.arange(1))
    bad = trained.model.predict(TASK.features(first, trained.preprocessing))[0, 0]
    sys.stdout.write(f"release {entry.release.counter} says {bad:.0%} bad because {TASK.explain(trained, first)[0]}\n")


if __name__ == "__main__":
    main()
