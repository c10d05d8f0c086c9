"""A figure that can be computed again with every group weighted: what the bootstrap asks of a metric."""

from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from hodoscope.lifecycle.evaluate.units import Codes, Floats

Weights: TypeAlias = NDArray[np.int32]
"""How often each group counts, (groups,). Small integers: gathering and summing them is the cost of a draw."""


class Statistic(Protocol):
    """One or more named figures over the same rows.

    ``names`` has k entries, and so has ``support``: the number of groups each figure rests on (those with a positive,
    for recall). The work is cut in two so that only what must be done per draw is done per draw.
    """

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the figures, in the order of :meth:`finish`."""
        ...

    @property
    def support(self) -> Codes:
        """Groups behind each figure, (k,)."""
        ...

    @property
    def unit(self) -> str:
        """Unit of all of them: ``share`` (also of areas and correlations), ``nats``, ``s``."""
        ...

    def gather(self, weights: Weights) -> Floats:
        """Reduce one draw, ``weights`` of shape (groups,), to a short vector (m,)."""
        ...

    def finish(self, gathered: Floats) -> Floats:
        """Figures (draws, k) of gathered vectors (draws, m); undefined ones are NaN."""
        ...
