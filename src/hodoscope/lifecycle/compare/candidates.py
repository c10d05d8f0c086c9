"""Who competes: per kind of model the settings among which the inner folds choose."""

from dataclasses import dataclass

from hodoscope.errors import InputError
from hodoscope.lifecycle.model import Trainer
from hodoscope.lifecycle.models.boosting import BoostingTrainer
from hodoscope.lifecycle.models.logistic import LogisticTrainer
from hodoscope.lifecycle.models.mlp import MlpTrainer
from hodoscope.lifecycle.models.nearest import NearestTrainer
from hodoscope.lifecycle.models.prior import PriorTrainer
from hodoscope.lifecycle.models.svm import SvmTrainer


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row of the table. ``settings`` are trainers of one kind; several are chosen among by inner folds.

    A trainer's ``repr`` has to name all its settings (a dataclass does): finished work is found again by it.
    """

    name: str
    settings: tuple[Trainer, ...]

    def __post_init__(self) -> None:
        if not self.settings:
            raise InputError(f"candidate {self.name!r}: no settings; give at least one trainer")


BASELINE = "prior"
CANDIDATES: tuple[Candidate, ...] = (
    Candidate(BASELINE, (PriorTrainer(),)),
    Candidate("nearest", (NearestTrainer(neighbours=5), NearestTrainer(neighbours=25))),
    Candidate("logistic", (LogisticTrainer(inverse_penalty=0.03), LogisticTrainer(inverse_penalty=1.0))),
    Candidate("svm", (SvmTrainer(inverse_penalty=0.003), SvmTrainer(inverse_penalty=0.1))),
    Candidate("boosting", (BoostingTrainer(leaves=7), BoostingTrainer(leaves=31))),
    Candidate("mlp", (MlpTrainer(units=16, penalty=0.1), MlpTrainer(units=32, penalty=1.0))),
)
"""The usual field, from the naive baseline to the small network."""
