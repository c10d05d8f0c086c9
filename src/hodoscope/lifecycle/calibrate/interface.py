"""What every calibrator promises."""

from collections.abc import Mapping
from typing import Protocol

from hodoscope.lifecycle.evaluate.units import Floats


class Calibrator(Protocol):
    """Maps a model's probabilities to calibrated ones. Immutable; applying it needs numpy only."""

    @property
    def name(self) -> str:
        """``none``, ``isotonic``, ``platt`` or ``temperature``."""
        ...

    def apply(self, probabilities: Floats) -> Floats:
        """Probabilities of shape (rows, classes) in and out; rows sum to 1."""
        ...

    def to_json(self) -> Mapping[str, object]:
        """Everything needed to apply it again, for the artifact; ``stored.from_json`` reads it."""
        ...
