"""What a name looks like without knowing any language: lengths, runs, shares and repetitions of its letters."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hodoscope.soc.dga.letters import ALPHABET, SYMBOLS, encode

Flags = NDArray[np.bool_]
_RARE_LETTERS = "jkqvwxz"
"""The least frequent letters of English; random text has them as often as any other."""
NAMES = (
    "length", "digit_share", "digits", "vowel_share", "longest_consonants", "longest_vowels", "longest_digits",
    "entropy", "distinct_share", "alternation", "digit_boundaries", "hyphens", "only_hex", "digit_first",
    "most_frequent_share", "doubled_share", "rare_letter_share", "alphabet_span",
)  # fmt: skip


def letter_shape(names: Sequence[str]) -> NDArray[np.float32]:
    """Shape (names, ``len(NAMES)``). Runs and counts in letters, entropy in nats, shares of the length."""
    codes, lengths = encode(names)
    inside = np.arange(codes.shape[1]) < lengths[:, None]
    length = np.maximum(lengths, 1)
    digit, vowel, hexadecimal, rare = (
        _is(codes, group) & inside for group in ("0123456789", "aeiou", "0123456789abcdef", _RARE_LETTERS)
    )
    letter = inside & (codes < 26)
    consonant = letter & ~vowel
    counts = np.stack([(codes == symbol).sum(1, where=inside) for symbol in range(SYMBOLS)], axis=1)
    share = counts / length[:, None]
    entropy = -np.sum(share * np.log(np.where(share > 0, share, 1)), axis=1)
    within = inside[:, 1:]
    lowest = np.where(inside, codes, SYMBOLS).min(1, initial=SYMBOLS)
    highest = np.where(inside, codes, 0).max(1, initial=0)
    columns = (
        lengths, digit.sum(1) / length, digit.sum(1), vowel.sum(1) / np.maximum(letter.sum(1), 1),
        _longest_run(consonant), _longest_run(vowel), _longest_run(digit),
        entropy, (counts > 0).sum(1) / length,
        ((vowel[:, 1:] != vowel[:, :-1]) & within).sum(1) / length,
        ((digit[:, 1:] != digit[:, :-1]) & within).sum(1),
        _is(codes, "-").sum(1, where=inside), hexadecimal.sum(1) == lengths, digit[:, 0],
        share.max(1), ((codes[:, 1:] == codes[:, :-1]) & within).sum(1) / length, rare.sum(1) / length,
        np.maximum(highest - lowest, 0),
    )  # fmt: skip
    return np.stack(columns, axis=1).astype(np.float32)


def _is(codes: NDArray[np.int64], letters: str) -> Flags:
    table = np.zeros(SYMBOLS, dtype=np.bool_)
    table[[ALPHABET.index(letter) for letter in letters]] = True
    return table[codes]


def _longest_run(flags: Flags) -> NDArray[np.int64]:
    run = np.zeros(len(flags), dtype=np.int64)
    longest = run.copy()
    for column in flags.T:
        run = (run + 1) * column
        longest = np.maximum(longest, run)
    return longest
