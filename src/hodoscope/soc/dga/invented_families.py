"""Names as generators make them, invented from the four kinds that Plohmann et al. 2016 found in 43 families.

Real families are few and alike; a model that saw only them takes an unseen kind for a registrant's name. Arithmetic
and hash generators write random letters of some alphabet, permutation generators shuffle a name, word-list generators
join words; pronounceable and mutated names are variants of the first. No family's own list or seed is used.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

_LETTERS, _DIGITS, _VOWELS, _CONSONANTS = "abcdefghijklmnopqrstuvwxyz", "0123456789", "aeiou", "bcdfghjklmnpqrstvwxyz"
_SHORTEST, _LONGEST = 4, 63
_WORD_LIST_RANKS = (300, 1_000, 3_000, 10_000, 30_000)
"""Sizes of the word lists that an invented generator draws from, most common words first."""
_PERSON_NAME_LISTS = 0.15


@dataclass(frozen=True, slots=True)
class Inventor:
    """``words`` most common first; ``chosen`` are registrants' names, shuffled by the permutation kind."""

    words: Sequence[str]
    people: Sequence[str]
    chosen: Sequence[str]
    random: np.random.Generator = field(repr=False)

    def names(self, count: int) -> list[str]:
        """``count`` names, each of a kind drawn anew; equal names may repeat."""
        kinds = tuple(_KINDS)
        made: list[str] = []
        while len(made) < count:
            name = _KINDS[kinds[self.random.integers(len(kinds))]](self)
            if _SHORTEST <= len(name) <= _LONGEST:
                made.append(name)
        return made

    def letters(self, alphabet: str, count: int) -> str:
        """``count`` letters drawn with equal probability."""
        return "".join(alphabet[index] for index in self.random.integers(len(alphabet), size=count))

    def between(self, least: int, most: int) -> int:
        """A number from ``least`` to ``most``, both included."""
        return int(self.random.integers(least, most + 1))

    def some_words(self, count: int) -> list[str]:
        """Words of one list: people's names, or the most common words up to a drawn rank."""
        if self.random.random() < _PERSON_NAME_LISTS:
            pool: Sequence[str] = self.people
        else:
            pool = self.words[: _WORD_LIST_RANKS[self.random.integers(len(_WORD_LIST_RANKS))]]
        return [pool[index] for index in self.random.integers(len(pool), size=count)]


def _random_letters(inventor: Inventor) -> str:
    longest = (8, 14, 26)[inventor.random.integers(3)]
    return inventor.letters(_LETTERS, inventor.between(_SHORTEST, longest))


def _letters_and_digits(inventor: Inventor) -> str:
    return inventor.letters(_LETTERS + _DIGITS * inventor.between(0, 2), inventor.between(6, 24))


def _hexadecimal(inventor: Inventor) -> str:
    return inventor.letters(_DIGITS + "abcdef", (8, 10, 12, 13, 16, 20, 24, 32)[inventor.random.integers(8)])


def _few_letters(inventor: Inventor) -> str:
    alphabet = inventor.random.permutation(list(_LETTERS))[: inventor.between(4, 16)]
    return inventor.letters("".join(alphabet), inventor.between(_SHORTEST, 20))


def _alternating(inventor: Inventor) -> str:
    pairs = (inventor.letters(_VOWELS, 1) + inventor.letters(_CONSONANTS, 1) for _ in range(inventor.between(3, 8)))
    # One letter in ten breaks the alternation, as a digraph or a doubled vowel does.
    return "".join(
        letter if inventor.random.random() < 0.9 else inventor.letters(_LETTERS, 1) for letter in "".join(pairs)
    )


def _syllables(inventor: Inventor) -> str:
    closed = (inventor.letters(_CONSONANTS, int(inventor.random.random() < 0.4)) for _ in range(inventor.between(2, 6)))
    return "".join(inventor.letters(_CONSONANTS, 1) + inventor.letters(_VOWELS, 1) + end for end in closed)


def _beginnings(inventor: Inventor) -> str:
    picks = inventor.random.integers(len(inventor.chosen), size=inventor.between(3, 7))
    return "".join(inventor.chosen[pick][:2] for pick in picks)


def _permutation(inventor: Inventor) -> str:
    picks = inventor.random.integers(len(inventor.chosen), size=2)
    letters = list("".join(inventor.chosen[pick] for pick in picks))
    return "".join(inventor.random.permutation(letters))[: inventor.between(6, 16)]


def _mutation(inventor: Inventor) -> str:
    letters = list("".join(inventor.some_words(2)))
    for place in inventor.random.integers(len(letters), size=4):
        letters[place] = inventor.letters(_LETTERS, 1)
    return "".join(letters)


def _joined(least: int, most: int) -> Callable[[Inventor], str]:
    def join(inventor: Inventor) -> str:
        between = "-" if inventor.random.random() < 0.25 else ""
        return between.join(inventor.some_words(inventor.between(least, most)))

    return join


def _words_and_digits(inventor: Inventor) -> str:
    return "".join(inventor.some_words(inventor.between(1, 2))) + inventor.letters(_DIGITS, inventor.between(2, 5))


_KINDS: dict[str, Callable[[Inventor], str]] = {
    "random letters": _random_letters,
    "random letters, again": _random_letters,  # the most frequent kind of real families
    "letters and digits": _letters_and_digits,
    "hexadecimal": _hexadecimal,
    "few letters": _few_letters,
    "alternating": _alternating,
    "syllables": _syllables,
    "beginnings": _beginnings,
    "permutation": _permutation,
    "mutation": _mutation,
    "two words": _joined(2, 2),
    "two or three words": _joined(2, 3),
    "three to five words": _joined(3, 5),
    "words and digits": _words_and_digits,
}
