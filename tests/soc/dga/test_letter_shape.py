"""The look of a name in numbers."""

import pytest

from hodoscope.soc.dga.letter_shape import NAMES, letter_shape


def _shape(name: str) -> dict[str, float]:
    return dict(zip(NAMES, letter_shape([name, "padding-makes-the-row-longer"])[0].tolist(), strict=True))


def test_runs_counts_and_shares_are_those_one_counts_by_hand() -> None:
    """Also beside a longer name, whose padding must not count."""
    shape = _shape("strength-99aa")
    assert shape["length"] == 13
    assert shape["longest_consonants"] == 4  # ngth
    assert shape["longest_vowels"] == 2
    assert shape["longest_digits"] == shape["digits"] == 2
    assert shape["hyphens"] == 1
    assert shape["digit_boundaries"] == 2
    assert shape["doubled_share"] == pytest.approx(2 / 13)
    assert shape["vowel_share"] == pytest.approx(3 / 10)
    assert not shape["only_hex"]


def test_hexadecimal_text_is_told_from_other_text() -> None:
    """Only when every letter is a digit or a to f."""
    assert _shape("deadbeef09")["only_hex"] == 1
    assert _shape("deadbeefg")["only_hex"] == 0


def test_one_repeated_letter_has_no_entropy() -> None:
    """The entropy's lower end."""
    assert _shape("aaaa")["entropy"] == pytest.approx(0, abs=1e-6)
