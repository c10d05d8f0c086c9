"""The words in a name, and whether they are the words that registrants choose.

A unigram model of pieces (Kudo 2018): frequent substrings of real names and the words of a language compete to explain
a name, which is cut in the most likely way; pieces are counted again in the cuts. Registrants write ``hotel``,
``online`` and their own names far more often than a language does, generators with a word list do not: the two shares
of a piece, kept apart, tell them from each other.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

_SHORTEST, _LONGEST = 2, 14
_LEAST_NAMES = 4
"""A substring of fewer names is no word of the registrants."""
_ROUNDS = 2
_STRANGE_LETTER = -11.0
"""Log share of a letter outside every piece: below the rarest piece, so that a word wins over its letters."""
UNKNOWN_TO_REGISTRANTS, UNKNOWN_TO_THE_LANGUAGE = -13.0, -16.0
"""Log shares of a piece that one of the two never uses: somewhat below the rarest they do."""
NAMES = (
    "word_share", "long_word_share", "words", "words_most_letters", "cut_log_share_per_letter",
    "language_share", "language_words", "language_mean", "language_least", "language_most",
    "registrant_mean", "registrant_least", "registrant_most", "surplus_mean", "surplus_most", "surplus_least",
    "single_letter_share", "known_pair_share", "pair_mean", "pair_most",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WordPieces:
    """Log shares (natural) by piece in names and in the language; per pair of neighbours how many names held it."""

    registrants: Mapping[str, float]
    language: Mapping[str, float]
    pairs: Mapping[tuple[str, str], int]
    mixed: Mapping[str, float]

    @classmethod
    def fit(cls, names: Sequence[str], language: Mapping[str, float]) -> Self:
        """Learn from distinct registered names; ``language`` gives the log share of its words."""
        counts = Counter(piece for name in names for piece in set(_substrings(name)))
        # Longer substrings first explain more letters at once: the square lets them win the first cuts.
        model = cls._of({piece: n * len(piece) ** 2 for piece, n in counts.items() if n >= _LEAST_NAMES}, language)
        for _ in range(_ROUNDS):
            counts = Counter(piece for name in names for piece in set(model.cut(name)) if len(piece) >= _SHORTEST)
            kept = {piece: n for piece, n in counts.items() if n >= _LEAST_NAMES or piece in language}
            model = cls._of(kept, language)
        pairs: Counter[tuple[str, str]] = Counter()
        for name in names:
            cut = model.cut(name)
            pairs.update(set(pairwise(cut)))
        known = {pair: count for pair, count in pairs.items() if count > 1}
        return cls(model.registrants, model.language, known, model.mixed)

    @classmethod
    def _of(cls, counts: Mapping[str, int], language: Mapping[str, float]) -> Self:
        total = sum(counts.values())
        registrants = {piece: math.log(count / total) for piece, count in counts.items()}
        return cls(registrants, language, {}, mixed_shares(registrants, language))

    def to_json(self) -> dict[str, object]:
        """Everything but what follows from the rest."""
        return {
            "registrants": dict(self.registrants),
            "language": dict(self.language),
            "pairs": [[*pair, count] for pair, count in sorted(self.pairs.items())],
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """The inverse, to the same bits. Raises ``KeyError``, ``TypeError`` or ``ValueError``."""
        registrants, language = dict(document["registrants"]), dict(document["language"])
        pairs = {(first, second): int(count) for first, second, count in document["pairs"]}
        return cls(registrants, language, pairs, mixed_shares(registrants, language))

    def cut(self, name: str) -> list[str]:
        """The most likely pieces of ``name`` in order; letters outside every piece stand alone."""
        best = [0.0] + [-math.inf] * len(name)
        start = [0] * (len(name) + 1)
        share_of = self.mixed.get
        for end in range(1, len(name) + 1):
            top, begins = best[end - 1] + _STRANGE_LETTER, end - 1
            for begin in range(max(0, end - _LONGEST), end - _SHORTEST + 1):
                share = share_of(name[begin:end])
                if share is not None and best[begin] + share > top:
                    top, begins = best[begin] + share, begin
            best[end], start[end] = top, begins
        found, end = [], len(name)
        while end:
            found.append(name[start[end] : end])
            end = start[end]
        return found[::-1]

    def features(self, names: Sequence[str]) -> NDArray[np.float32]:
        """Shape (names, ``len(NAMES)``): shares of letters, counts of pieces, log shares."""
        return np.array([self._row(name) for name in names], dtype=np.float32).reshape(-1, len(NAMES))

    def _row(self, name: str) -> list[float]:
        cut = self.cut(name)
        words = [piece for piece in cut if len(piece) >= _SHORTEST]
        language = [self.language.get(piece, UNKNOWN_TO_THE_LANGUAGE) for piece in words] or [UNKNOWN_TO_THE_LANGUAGE]
        chosen = [self.registrants.get(piece, UNKNOWN_TO_REGISTRANTS) for piece in words] or [UNKNOWN_TO_REGISTRANTS]
        surplus = [a - b for a, b in zip(chosen, language, strict=True)] if words else [0.0]
        spoken = [piece for piece in words if piece in self.language]
        pairs = [self.pairs.get(pair, 0) for pair in pairwise(cut)] or [0]
        letters = max(1, len(name))
        cost = sum(self.mixed.get(piece, _STRANGE_LETTER) for piece in cut)
        return [
            sum(len(piece) for piece in cut if len(piece) > _SHORTEST) / letters,
            sum(len(piece) for piece in cut if len(piece) > 4) / letters,
            len(cut), max(map(len, cut), default=0), cost / letters,
            sum(map(len, spoken)) / letters, len(spoken), sum(language) / len(language), min(language), max(language),
            sum(chosen) / len(chosen), min(chosen), max(chosen),
            sum(surplus) / len(surplus), max(surplus), min(surplus),
            sum(len(piece) == 1 for piece in cut) / letters,
            sum(count > 0 for count in pairs) / len(pairs), sum(map(math.log1p, pairs)) / len(pairs), max(pairs),
        ]  # fmt: skip


def mixed_shares(registrants: Mapping[str, float], language: Mapping[str, float]) -> dict[str, float]:
    """Log share of each piece when every other piece comes from the language."""
    pieces = sorted({*registrants, *language})
    return {
        piece: math.log((math.exp(registrants.get(piece, -math.inf)) + math.exp(language.get(piece, -math.inf))) / 2)
        for piece in pieces
    }


def _substrings(name: str) -> Iterable[str]:
    for part in name.split("-"):
        for begin in range(len(part)):
            for end in range(begin + _SHORTEST + 1, min(len(part), begin + _LONGEST) + 1):
                yield part[begin:end]
