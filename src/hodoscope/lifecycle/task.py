"""What a learning task promises, so that training, judging, releasing and retraining need not know what it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from hodoscope.lifecycle.dataset import Dataset
from hodoscope.lifecycle.evaluate.units import Units
from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.model import Model
from hodoscope.lifecycle.split import Fold


@dataclass(frozen=True, slots=True)
class Trained:
    """A fitted model and what goes with it into the artifact and comes back from there.

    ``thresholds``: class → probability from which it is decided. ``preprocessing`` holds, as JSON values, whatever
    extracting features learned from the training rows (vocabularies, scales); ``settings`` reproduce the training.
    """

    model: Model
    thresholds: Mapping[str, float] = field(default_factory=dict)
    preprocessing: Mapping[str, object] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)


class Task(Protocol):
    """One learning task. Stateless: everything it knows is in its arguments, so a killed run can go on elsewhere.

    The same data and seed give the same bytes; a task that draws random numbers takes them from ``seed``.
    """

    @property
    def name(self) -> str:
        """Lower-case word, such as ``dga``: names folders, records and the registered model."""
        ...

    @property
    def config(self) -> str:
        """The task's TOML: ``[card]``, ``[gate]`` and optionally ``[retrain]`` (``task_config.py``)."""
        ...

    def load(self, data: Path) -> Dataset:
        """The labelled rows below ``data``. ``InputError`` when they are not there."""
        ...

    def split(self, dataset: Dataset) -> Fold:
        """Rows to train on and rows held out, the same however many rows come later.

        A row held out once is held out for ever (decide by a hash of its group), or a champion would be judged on what
        it was trained on.
        """
        ...

    def features(self, dataset: Dataset, preprocessing: Mapping[str, object]) -> Features:
        """One row per row of ``dataset``, in order, with what training learned about extracting them."""
        ...

    def train(self, dataset: Dataset, seed: int) -> Trained:
        """Fit on all rows of ``dataset``. ``InputError`` for an empty class."""
        ...

    def units(self, trained: Trained, dataset: Dataset) -> Units:
        """The model's probabilities beside the truth, groups and slices of ``dataset``, ready to evaluate."""
        ...

    def baselines(self, train: Dataset, test: Dataset) -> Mapping[str, Units]:
        """Naive rivals on the rows of ``test``, by name; a model that beats none of them is not worth its care."""
        ...

    def explain(self, trained: Trained, dataset: Dataset) -> Sequence[Mapping[str, float]]:
        """Per row, what speaks for and against the decision: reason in words → weight; the heaviest few are enough."""
        ...
