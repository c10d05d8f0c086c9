"""Names as rows of numbers, one per letter."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789-"
LONGEST = 63
"""Letters in a label (RFC 1035); longer text is cut."""
OTHER, EDGE, SYMBOLS = len(ALPHABET), len(ALPHABET) + 1, len(ALPHABET) + 2
_TABLE = np.full(256, OTHER, dtype=np.int64)
_TABLE[np.frombuffer(ALPHABET.encode(), dtype=np.uint8)] = np.arange(len(ALPHABET))


def encode(names: Sequence[str]) -> tuple[Codes, Codes]:
    """Letter codes (names, ``LONGEST`` + 1), ended and padded by ``EDGE``, and the lengths (names,) in letters.

    The width is fixed: sums over a row have the same bits whichever names stand beside it.
    """
    raw = [name.lower().encode("ascii", "replace")[:LONGEST] for name in names]
    lengths = np.array([len(text) for text in raw], dtype=np.int64)
    codes = np.full((len(raw), LONGEST + 1), EDGE, dtype=np.int64)
    codes[np.arange(codes.shape[1]) < lengths[:, None]] = _TABLE[np.frombuffer(b"".join(raw), dtype=np.uint8)]
    return codes, lengths
