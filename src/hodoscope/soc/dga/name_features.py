"""What is known about names that people choose, and the numbers a model sees of a name because of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from hodoscope.errors import InputError
from hodoscope.lifecycle.features import Features
from hodoscope.soc.dga import letter_model, letter_shape, word_pieces
from hodoscope.soc.dga.letter_model import LetterModel
from hodoscope.soc.dga.word_pieces import WordPieces

NAMES = (*letter_shape.NAMES, *word_pieces.NAMES, *letter_model.NAMES)
_LEAST_NAMES = 1000
"""Fewer names than this teach no words."""


@dataclass(frozen=True, slots=True)
class NameKnowledge:
    """Learned from registrants' names only; it has never seen a generated one."""

    letters: LetterModel
    words: WordPieces

    @classmethod
    def fit(cls, chosen: Sequence[str], language: Mapping[str, float]) -> Self:
        """``chosen`` are distinct registered names, ``language`` log shares of words.

        Whoever trains a model on the features of a name must not have given that name here: the model would learn that
        chosen names are known by heart. Raises ``InputError`` for fewer than 1,000 names.
        """
        if len(chosen) < _LEAST_NAMES:
            raise InputError(f"names: {len(chosen)} chosen names teach no words; at least {_LEAST_NAMES} are needed")
        return cls(LetterModel.fit(chosen), WordPieces.fit(chosen, language))

    def to_json(self) -> dict[str, object]:
        """What a model's artifact carries, so that serving sees the same numbers."""
        return {"letters": self.letters.to_json(), "words": self.words.to_json()}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """The inverse, to the same bits. Raises ``InputError`` for anything else."""
        try:
            return cls(LetterModel.from_json(document["letters"]), WordPieces.from_json(document["words"]))
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise InputError(f"names: not what was known about names ({error!r}); restore the artifact") from None

    def features(self, names: Sequence[str]) -> Features:
        """One row per registered name; columns are ``NAMES``. Raises ``InputError`` for an empty name."""
        if not all(names):
            raise InputError("names: an empty name has no features; leave out what registered_name gives no name")
        parts = (letter_shape.letter_shape(names), self.words.features(names), self.letters.features(names))
        return Features(NAMES, np.concatenate(parts, axis=1))
