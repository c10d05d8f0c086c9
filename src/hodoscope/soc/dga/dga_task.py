"""Generated domain names as a learning task: what the lifecycle trains, judges, releases and serves."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hodoscope.errors import InputError
from hodoscope.lifecycle.dataset import Dataset
from hodoscope.lifecycle.evaluate.units import Units, units
from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.models.boosting import BoostingModel
from hodoscope.lifecycle.models.logistic import LogisticTrainer
from hodoscope.lifecycle.split import Fold
from hodoscope.lifecycle.task import Trained
from hodoscope.soc.dga import letter_shape
from hodoscope.soc.dga.learn import CLASSES, MOST_PER_GENERATOR, TRAINER, Lesson
from hodoscope.soc.dga.name_features import NameKnowledge
from hodoscope.soc.dga.name_lists import DGA, read_names, shippable

HELD_OUT = 5
"""One generator, and one chosen name, of so many is held out: by its CRC-32, so for ever."""
_BUCKETS = 500
"""Chosen names have no author; so many buckets of them are drawn like generators are."""
_REASONS = 5


@dataclass(frozen=True, slots=True)
class DgaTask:
    """Learns from ``soc/dns_dga/*.csv.gz``, from the sources whose names may train weights that ship."""

    name: str = "dga"

    @property
    def config(self) -> str:
        """``dga.toml`` beside this file."""
        return Path(__file__).with_name("dga.toml").read_text(encoding="utf-8")

    def load(self, data: Path) -> Dataset:
        files = sorted((data / "soc" / "dns_dga").glob("*.csv.gz"))
        if not files:
            raise InputError(f"{data / 'soc' / 'dns_dga'}: no *.csv.gz with domain, label, family, source")
        rows = shippable([source for file in files for source in read_names(file).values()])
        return rows.take(np.flatnonzero(_kept(_column(rows, "name"), _keys(rows), _generated(rows))))

    def split(self, dataset: Dataset) -> Fold:
        held_out = np.array([zlib.crc32(key.encode()) % HELD_OUT == 0 for key in _keys(dataset)], np.bool_)
        # A name that is tested trains nowhere, whoever else made it.
        names = np.array(_column(dataset, "name"))
        train = ~held_out & ~np.isin(names, names[held_out])
        return Fold(np.flatnonzero(train), np.flatnonzero(held_out), f"one of {HELD_OUT} generators and chosen names")

    def features(self, dataset: Dataset, preprocessing: Mapping[str, object]) -> Features:
        return NameKnowledge.from_json(preprocessing).features(_column(dataset, "name"))

    def train(self, dataset: Dataset, seed: int) -> Trained:
        names, generated = np.array(_column(dataset, "name")), _generated(dataset)
        lesson = Lesson.prepare(names[~generated].tolist(), seed)
        judge = lesson.learn(lesson.knowledge.features(names[generated].tolist()), TRAINER, seed)
        settings = {"trainer": TRAINER.name, **asdict(TRAINER)}
        return Trained(judge.model, {CLASSES[1]: judge.threshold}, lesson.knowledge.to_json(), settings)

    def units(self, trained: Trained, dataset: Dataset) -> Units:
        return self._units(trained.model.predict(self.features(dataset, trained.preprocessing)), trained, dataset)

    def baselines(self, train: Dataset, test: Dataset) -> Mapping[str, Units]:
        """The shape of a name alone: length, digits, vowels, entropy."""
        shapes = [
            Features(letter_shape.NAMES, letter_shape.letter_shape(_column(rows, "name"))) for rows in (train, test)
        ]
        labels = _generated(train).astype(np.int64)
        model = LogisticTrainer(balanced=True).fit(shapes[0], labels, CLASSES, None, 0)
        return {"shape of the name": self._units(model.predict(shapes[1]), Trained(model), test)}

    def explain(self, trained: Trained, dataset: Dataset) -> Sequence[Mapping[str, float]]:
        if not isinstance(trained.model, BoostingModel):
            raise InputError(f"{self.name}: only boosting explains its decisions")
        features = self.features(dataset, trained.preprocessing)
        parts, values = trained.model.contributions(features)[:, :-1], features.dense()
        found = []
        for part, value in zip(parts, values, strict=True):
            heaviest = np.argsort(-np.abs(part))[:_REASONS]
            shown = ((features.names[at].replace("_", " "), value[at], part[at]) for at in heaviest)
            found.append({f"{name} is {number:.3g}": float(weight) for name, number, weight in shown})
        return found

    def _units(self, probabilities: NDArray[np.float64], trained: Trained, dataset: Dataset) -> Units:
        names = _column(dataset, "name")
        lengths = np.array([len(name) for name in names])
        return units(
            probabilities,
            _generated(dataset).astype(np.int64),
            CLASSES,
            np.array(_keys(dataset, buckets=_BUCKETS)),
            slices={"letters": np.array(["to 8", "9 to 14", "from 15"])[np.digitize(lengths, (9, 15))]},
            thresholds=trained.thresholds,
            positive=CLASSES[1],
        )


TASK = DgaTask()


def _column(dataset: Dataset, name: str) -> list[str]:
    return [str(value) for value in dataset.table.column(name).to_pylist()]


def _generated(dataset: Dataset) -> NDArray[np.bool_]:
    return np.array([label == DGA for label in _column(dataset, "label")], np.bool_)


def _keys(dataset: Dataset, buckets: int = 0) -> list[str]:
    """What is held out together: a generator's names; a chosen name by itself, or the bucket it falls into."""
    rows = zip(_column(dataset, "name"), _column(dataset, "generator"), _generated(dataset), strict=True)
    return [
        f"generator {generator}" if generated else f"chosen {zlib.crc32(name.encode()) % buckets if buckets else name}"
        for name, generator, generated in rows
    ]


def _kept(names: Sequence[str], keys: Sequence[str], generated: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """All chosen names, and of each generator those with the lowest CRC-32: more names of it move out nobody."""
    kept = ~generated
    units_: dict[str, list[int]] = {}
    for row in np.flatnonzero(generated).tolist():
        units_.setdefault(keys[row], []).append(row)
    for rows in units_.values():
        kept[sorted(rows, key=lambda row: (zlib.crc32(names[row].encode()), names[row]))[:MOST_PER_GENERATOR]] = True
    return kept
