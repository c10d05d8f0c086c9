"""What was decided against what was right, counted once: every table and average is a sum of these counts.

With a truth of one class per row this is the usual confusion matrix with one more row for abstentions. A truth that
allows several classes is a column of its own.
"""

from dataclasses import dataclass

import numpy as np

from hodoscope.lifecycle.evaluate.units import Codes, Flags, Floats, Units

TP, FP, FN, TN, LEFT_OUT = range(5)


@dataclass(frozen=True, slots=True)
class Confusion:
    """``cell`` gives each row its place in a table of (classes + 1) decisions × distinct truths.

    ``decided`` (cells,) is the class decided there, -1 for an abstention; ``truths`` (cells, classes) what was right.
    """

    cell: Codes
    decided: Codes
    truths: Flags

    @property
    def size(self) -> int:
        """Number of cells."""
        return len(self.decided)

    @property
    def right(self) -> Flags:
        """Cells whose decision is in their truth, (cells,)."""
        hit: Flags = self.truths[np.arange(self.size), self.decided] & (self.decided >= 0)
        return hit

    def outcomes(self, index: int) -> Codes:
        """TP, FP, FN, TN or LEFT_OUT of each cell for the class ``index``, (cells,).

        Where several classes are right and another of them was decided, this class is no miss: the cell is left out.
        """
        decided = self.decided == index
        allowed: Flags = self.truths[:, index]
        answers = np.select([decided & allowed, decided, allowed & self.right, allowed], [TP, FP, LEFT_OUT, FN], TN)
        return answers.astype(np.int64)

    def matrix(self) -> Codes:
        """Rows per distinct truth and decision, (truths, classes + 1); the first column are abstentions."""
        counts: Codes = np.bincount(self.cell, minlength=self.size).reshape(self.truths.shape[1] + 1, -1).T
        return counts

    def table(self, index: int) -> Floats:
        """Matrix (cells, 5) that sums cells into the outcomes of one class."""
        return np.eye(5)[self.outcomes(index)]


def confusion(units: Units) -> Confusion:
    """Reduce decisions and truths to cells."""
    packed = np.packbits(units.truth, axis=1)
    keys = np.ascontiguousarray(packed).view(f"V{packed.shape[1]}").reshape(-1) if packed.shape[1] > 1 else packed[:, 0]
    _, first, kind = np.unique(keys, return_index=True, return_inverse=True)
    truths = units.truth[first]
    kinds, decisions = len(truths), len(units.classes) + 1
    return Confusion(
        (units.decisions + 1) * kinds + kind.reshape(-1),
        np.repeat(np.arange(decisions) - 1, kinds),
        np.tile(truths, (decisions, 1)),
    )
