"""Calibrators by name: what an artifact stores and loads. Loading executes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from hodoscope.errors import InputError
from hodoscope.lifecycle.calibrate.interface import Calibrator
from hodoscope.lifecycle.calibrate.isotonic import Isotonic
from hodoscope.lifecycle.calibrate.platt import Platt
from hodoscope.lifecycle.calibrate.temperature import Temperature
from hodoscope.lifecycle.evaluate.units import Flags, Floats


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The model's own probabilities: what every calibrator has to beat."""

    name: str = "none"

    @classmethod
    def fit(cls, probabilities: Floats, truth: Flags) -> "Unchanged":
        """Nothing to learn."""
        return cls()

    def apply(self, probabilities: Floats) -> Floats:
        """The same again."""
        return probabilities

    def to_json(self) -> Mapping[str, object]:
        """``{"name"}``."""
        return {"name": self.name}

    @classmethod
    def from_json(cls, document: Mapping[str, object]) -> "Unchanged":
        """Nothing to read."""
        return cls()


class Kind(Protocol):
    """A calibrator's class."""

    def fit(self, probabilities: Floats, truth: Flags) -> Calibrator:
        """Learn it."""
        ...

    def from_json(self, document: Mapping[str, object]) -> Calibrator:
        """Read it."""
        ...


KINDS: dict[str, Kind] = {"none": Unchanged, "temperature": Temperature, "platt": Platt, "isotonic": Isotonic}
"""From the fewest free numbers to the most."""


def from_json(document: object, where: str = "$") -> Calibrator:
    """Read what ``to_json`` wrote. Raises ``InputError`` naming ``where`` for an unknown name or a damaged document."""
    if not isinstance(document, Mapping) or document.get("name") not in KINDS:
        raise InputError(f"{where}: expected an object with a name out of {', '.join(KINDS)}")
    try:
        return KINDS[str(document["name"])].from_json(document)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{where}: no {document['name']} calibrator can be read ({error!r}); train it again") from None
