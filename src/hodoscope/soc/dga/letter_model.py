"""How likely each letter of a name is after the letters before it, learned from names that people chose.

An interpolated letter model (Witten and Bell 1991, as in Chen and Goodman 1999): each order mixes its own relative
frequency with the next lower one, weighted by how many different letters followed the context.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from hodoscope.soc.dga.letters import EDGE, SYMBOLS, Codes, encode

Floats = NDArray[np.float32]
WIDTHS = (2, 3, 4)
"""Letters looked at together; each width says something of its own (short names, syllables, words)."""
NAMES = (
    *(f"letters{width}_{figure}" for width in WIDTHS for figure in ("mean", "least", "quarter", "sum", "least_three")),
    "letters_gain",
)


@dataclass(frozen=True, slots=True)
class LetterModel:
    """``tables[k]`` holds log probabilities of windows of k + 1 letters, flat, natural logarithm.

    ``seen`` counts the windows of the longest width, flat: all that was learned, and all that is kept.
    """

    tables: tuple[Floats, ...]
    seen: Codes

    @classmethod
    def fit(cls, names: Sequence[str]) -> Self:
        """Learn from distinct registered names."""
        codes, lengths = encode(names)
        real = np.arange(codes.shape[1]) <= lengths[:, None]
        return cls.of(np.bincount(_windows(codes, max(WIDTHS))[real], minlength=SYMBOLS ** max(WIDTHS)))

    @classmethod
    def of(cls, seen: Codes) -> Self:
        """The model of these counts; those of shorter windows are their sums over the first letter."""
        below = np.full(SYMBOLS, 1 / SYMBOLS)
        tables = []
        for width in range(1, max(WIDTHS) + 1):
            counts = seen.reshape(-1, SYMBOLS**width).sum(0).reshape(-1, SYMBOLS)
            # The lower order's row of a context is that of the context without its first letter.
            lower = np.tile(below.reshape(-1, SYMBOLS), (len(counts) * SYMBOLS // below.size, 1))
            total, kinds = counts.sum(1, keepdims=True), (counts > 0).sum(1, keepdims=True)
            below = np.where(total > 0, (counts + kinds * lower) / np.maximum(total + kinds, 1), lower).ravel()
            tables.append(np.log(below).astype(np.float32))
        return cls(tuple(tables), seen)

    def to_json(self) -> dict[str, list[int]]:
        """Windows that were seen, by number, and how often each."""
        windows = np.flatnonzero(self.seen)
        return {"windows": windows.tolist(), "counts": self.seen[windows].tolist()}

    @classmethod
    def from_json(cls, document: Mapping[str, Sequence[int]]) -> Self:
        """The inverse, to the same bits. Raises ``KeyError``, ``TypeError``, ``ValueError`` or ``IndexError``."""
        seen = np.zeros(SYMBOLS ** max(WIDTHS), np.int64)
        seen[np.asarray(document["windows"], np.int64)] = document["counts"]
        return cls.of(seen)

    def letters(self, names: Sequence[str], width: int) -> Floats:
        """Log probability of each letter and of the end (names, longest + 1) by windows of ``width``; NaN behind it."""
        codes, lengths = encode(names)
        scores = self.tables[width - 1][_windows(codes, width)]
        scores[np.arange(codes.shape[1]) > lengths[:, None]] = np.nan
        return scores

    def features(self, names: Sequence[str]) -> Floats:
        """Shape (names, ``len(NAMES)``), in nats: per width the mean, least, lower quartile, sum and least three."""
        columns: list[Floats] = []
        means = {}
        for width in WIDTHS:
            scores = np.sort(self.letters(names, width), axis=1)  # NaN sorts to the end
            count = (~np.isnan(scores)).sum(1)
            total = np.nansum(scores, axis=1)
            means[width] = total / count
            quarter = scores[np.arange(len(scores)), (count - 1) // 4]
            columns += [means[width], scores[:, 0], quarter, total, np.nanmean(scores[:, :3], axis=1)]
        columns.append(means[WIDTHS[-1]] - means[WIDTHS[0]])
        return np.stack(columns, axis=1).astype(np.float32)


def _windows(codes: Codes, width: int) -> Codes:
    """Number of the ``width``-letter window ending at each position, the edge standing before the name."""
    padded = np.pad(codes, ((0, 0), (width - 1, 0)), constant_values=EDGE)
    number = np.zeros_like(codes)
    for offset in range(width):
        number = number * SYMBOLS + padded[:, offset : offset + codes.shape[1]]
    return number
