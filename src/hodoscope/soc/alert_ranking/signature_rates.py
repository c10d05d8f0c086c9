"""How often each signature was right where the truth is known: the look-up table, and the base of our features."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

_PRIOR_ALERTS = 5.0
"""A signature is taken as seen in so many alerts at the overall rate before its own count (Laplace's rule, scaled)."""


@dataclass(frozen=True, slots=True)
class SignatureRates:
    """``rates``: signature → share of its alerts that were attacks; ``overall`` for one never seen."""

    rates: Mapping[str, float]
    overall: float

    @classmethod
    def fit(cls, signatures: Sequence[str], attacks: NDArray[np.bool_]) -> Self:
        """From signature and truth per alert."""
        overall = float(attacks.mean()) if len(attacks) else 0.0
        seen = Counter(signatures)
        right = Counter(signature for signature, attack in zip(signatures, attacks, strict=True) if attack)
        rates = {
            name: (right[name] + _PRIOR_ALERTS * overall) / (count + _PRIOR_ALERTS) for name, count in seen.items()
        }
        return cls(rates, overall)

    def of(self, signatures: Sequence[str]) -> NDArray[np.float64]:
        """Rate per alert (rows,)."""
        return np.array([self.rates.get(name, self.overall) for name in signatures], dtype=np.float64)
