"""Common words."""

import math

import pytest

from hodoscope.soc.dga.english_words import english_words, person_names


def test_shares_sum_to_one_and_common_words_come_first() -> None:
    """Log shares of a distribution."""
    words = english_words()
    assert math.fsum(map(math.exp, words.values())) == pytest.approx(1)
    assert words["the"] > words["journey"] > words["calamine"] if "calamine" in words else words["journey"]
    assert list(words.values()) == sorted(words.values(), reverse=True)


def test_first_names_and_surnames_are_words_too() -> None:
    """Word lists of generators hold them."""
    assert {"elizabeth", "smith"} <= set(person_names()) & english_words().keys()
