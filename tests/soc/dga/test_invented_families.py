"""Invented generators."""

import re

import numpy as np

from hodoscope.soc.dga.invented_families import Inventor

WORDS, PEOPLE, CHOSEN = ["increase", "brown", "journey"], ["elizabeth", "smith"], ["kitchenhotel", "bella24"]


def _names(seed: int) -> list[str]:
    return Inventor(WORDS, PEOPLE, CHOSEN, np.random.default_rng(seed)).names(2000)


def test_names_are_labels_and_the_seed_decides_them() -> None:
    """Letters, digits and hyphens, 4 to 63 of them; another seed gives others."""
    names = _names(1)
    assert all(re.fullmatch(r"[a-z0-9-]{4,63}", name) for name in names)
    assert names == _names(1) != _names(2)


def test_every_kind_of_generator_is_among_them() -> None:
    """Hexadecimal text, word lists joined with and without hyphen, and shuffled letters of chosen names."""
    names = _names(1)
    assert any(re.fullmatch(r"(?=.*\d)(?=.*[a-f])[0-9a-f]{12,}", name) for name in names)
    assert {"brownjourney", "brown-journey"} & set(names)
    assert any(
        sorted(name) == sorted("bella24bella24")[: len(name)] or set(name) <= set("bella24kitchenhotel")
        for name in names
    )
