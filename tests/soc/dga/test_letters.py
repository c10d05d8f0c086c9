"""Letters become numbers."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.dga.letters import ALPHABET, EDGE, LONGEST, OTHER, encode


@given(st.lists(st.text(st.sampled_from(ALPHABET), max_size=LONGEST), max_size=8))
def test_codes_spell_the_name_and_end_with_the_edge(names: list[str]) -> None:
    """What is written can be read again, and every row is ended."""
    codes, lengths = encode(names)
    assert ["".join(ALPHABET[code] for code in row[:n]) for row, n in zip(codes, lengths, strict=True)] == names
    assert all(np.all(row[n:] == EDGE) for row, n in zip(codes, lengths, strict=True))


def test_other_letters_share_a_code_and_long_names_are_cut() -> None:
    """No text is refused."""
    codes, lengths = encode(["a_é", "b" * 100])
    assert codes[0, :3].tolist() == [0, OTHER, OTHER]
    assert lengths.tolist() == [3, LONGEST]
