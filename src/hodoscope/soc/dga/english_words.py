"""How common English words and names are outside domain names: what generators that use word lists draw from.

The lists come with zxcvbn (MIT): words of Wikipedia and of film subtitles, first names and surnames, by rank. Only
training needs them; a trained model carries its words.
"""

import math

from hodoscope.lifecycle.extra import load

_LISTS = {"english_wikipedia": 20, "us_tv_and_film": 20, "female_names": 300, "male_names": 300, "surnames": 300}
"""List → rank offset: a share falls as 1 / (rank + offset) (Mandelbrot 1953); names start as rare as the 300th word."""
_MOST_WORDS_OF_LENGTH = {1: 0, 2: 120, 3: 3000}
"""Short entries beyond these ranks are abbreviations."""


def english_words() -> dict[str, float]:
    """Word → log share (natural logarithm; the shares sum to 1), most common first.

    Raises ``InputError`` when zxcvbn is not installed.
    """
    lists = load("zxcvbn.frequency_lists", "soc-train").FREQUENCY_LISTS
    shares: dict[str, float] = {}
    for name, offset in _LISTS.items():
        for rank, word in enumerate(lists[name]):
            if word.isascii() and word.isalpha() and rank < _MOST_WORDS_OF_LENGTH.get(len(word), len(lists[name])):
                shares[word] = max(shares.get(word, 0.0), 1 / (rank + offset))
    total = sum(shares.values())
    return {word: math.log(share / total) for word, share in sorted(shares.items(), key=lambda item: -item[1])}


def person_names() -> list[str]:
    """First names and surnames. Raises ``InputError`` when zxcvbn is not installed."""
    lists = load("zxcvbn.frequency_lists", "soc-train").FREQUENCY_LISTS
    return sorted({name for kind in ("female_names", "male_names", "surnames") for name in lists[kind]})
