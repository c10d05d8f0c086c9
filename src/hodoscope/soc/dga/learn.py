"""From lists of names to a model: which names teach words, which train the model, which set its threshold."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from hodoscope.errors import InputError
from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.model import Model, Trainer
from hodoscope.lifecycle.models.boosting import BoostingTrainer
from hodoscope.soc.dga.english_words import english_words, person_names
from hodoscope.soc.dga.invented_families import Inventor
from hodoscope.soc.dga.name_features import NameKnowledge

CLASSES = ("chosen", "generated")
TRAINER = BoostingTrainer(learning_rate=0.06, least_rows_per_leaf=40, columns_share=0.5, l2=5)
"""What ships and what the benchmark measures: one setting for both."""
_WORDS_UNTIL, _MODEL_UNTIL = 65, 87
"""Of 100 chosen names 65 teach words, 22 train the model and 13 set the threshold."""
INVENTED_PER_CHOSEN = 0.67
MOST_PER_GENERATOR = 300
"""Names of one generator and source that are used: its names are alike, a thousand more teach nothing."""
FALSE_ALARM_SHARE = 0.0015
"""Share of popular names that the threshold flags. Names at random are flagged some six times as often: hence 1 %."""


@dataclass(frozen=True, slots=True)
class ChosenNames:
    """Names that people chose, apart by use. A name's part depends on its letters only, so it never changes."""

    words: list[str]
    model: list[str]
    threshold: list[str]

    @classmethod
    def parted(cls, names: Sequence[str]) -> Self:
        """Parts by the name's CRC-32; duplicates once."""
        parts: tuple[list[str], list[str], list[str]] = ([], [], [])
        for name in sorted(set(names)):
            place = zlib.crc32(name.encode()) % 100
            parts[(place >= _WORDS_UNTIL) + (place >= _MODEL_UNTIL)].append(name)
        return cls(*parts)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is the same whichever generators are left out: knowledge, and the rows that are no real generator's."""

    knowledge: NameKnowledge
    chosen: Features
    invented: Features
    reference: Features

    @classmethod
    def prepare(cls, names: Sequence[str], seed: int) -> Self:
        """From chosen names only. Raises ``InputError`` for too few of them or when zxcvbn is not installed."""
        parts = ChosenNames.parted(names)
        language = english_words()
        knowledge = NameKnowledge.fit(parts.words, language)
        inventor = Inventor(list(language), person_names(), parts.words, np.random.default_rng(seed))
        invented = inventor.names(round(INVENTED_PER_CHOSEN * len(parts.model)))
        return cls(knowledge, *(knowledge.features(part) for part in (parts.model, invented, parts.threshold)))

    def learn(self, generated: Features, trainer: Trainer, seed: int) -> "Judge":
        """Train on ``generated`` (features of real generators' names) beside the chosen and invented names."""
        values = np.concatenate([self.chosen.dense(), self.invented.dense(), generated.dense()]).astype(np.float32)
        labels = (np.arange(len(values)) >= self.chosen.rows).astype(np.int64)
        model = trainer.fit(Features(self.chosen.names, values), labels, CLASSES, None, seed)
        if not self.reference.rows:
            raise InputError("names: no chosen names left to set the threshold on; more are needed")
        return Judge(model, float(np.quantile(model.predict(self.reference)[:, 1], 1 - FALSE_ALARM_SHARE)))


@dataclass(frozen=True, slots=True)
class Judge:
    """A model and its threshold: a name is called generated when its probability is above it."""

    model: Model
    threshold: float

    def probabilities(self, features: Features) -> NDArray[np.float64]:
        """Probability (rows,) that each name was generated."""
        return self.model.predict(features)[:, 1]
