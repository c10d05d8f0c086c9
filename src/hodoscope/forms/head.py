"""A sparse linear head with int8 weights, scored in Python exactly as the runtime scores it.

The chain is the contract between both: hashes → int32 sums per namespace and class (exact) → logits → probabilities
(equal to 1e-6) → decision. Nothing is hashed here; buckets are the low bits of the runtime's hashes.
"""

import base64
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_array

from hodoscope.errors import InputError
from hodoscope.forms.matrix import exploded

Floats = NDArray[np.float64]
_LONGEST_BUCKET: Final = 255


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """``weights`` (2^bits, classes) int8, mostly zero; ``weight_scales`` and ``bias`` (classes,).

    ``scales`` has one factor per namespace. A probability below ``abstain_below`` is no decision.
    """

    classes: tuple[str, ...]
    bits: int
    scales: tuple[float, ...]
    weights: NDArray[np.int8]
    weight_scales: Floats
    bias: Floats
    temperature: float = 1.0
    abstain_below: float = 0.0

    def accumulate(self, table: pa.Table) -> NDArray[np.int32]:
        """Sums (rows, namespaces, classes) of the vectors in ``table``."""
        spaces = len(self.scales)
        hashes, row, space, _ = exploded(table, spaces)
        buckets = (hashes.view(np.uint32) & np.uint32((1 << self.bits) - 1)).astype(np.int32)
        slots = (row * spaces + space).astype(np.int32)
        counts = csr_array(
            (np.ones(len(hashes), np.int32), (slots, buckets)), shape=(table.num_rows * spaces, 1 << self.bits)
        )
        sums = counts @ self.weights.astype(np.int32)
        return np.asarray(sums, np.int32).reshape(table.num_rows, spaces, len(self.classes))

    def logits(self, table: pa.Table) -> Floats:
        """Logits (rows, classes), temperature applied."""
        counts = exploded(table, len(self.scales))[3]
        norms = np.asarray(self.scales) / np.sqrt(np.maximum(counts, 1))
        summed = np.einsum("rs,rsc->rc", norms, self.accumulate(table).astype(np.float64))
        found: Floats = (summed * self.weight_scales + self.bias) / self.temperature
        return found

    def probabilities(self, table: pa.Table) -> Floats:
        """Softmax of the logits, (rows, classes)."""
        return softmax(self.logits(table))

    def to_json(self) -> dict[str, object]:
        """The head as the runtime reads it (``HeadFile`` in ``model.ts``)."""
        rows, columns = np.nonzero(self.weights)
        counts = np.bincount(rows, minlength=1 << self.bits)
        if counts.max(initial=0) > _LONGEST_BUCKET or len(self.classes) > _LONGEST_BUCKET:
            raise InputError("a head holds at most 255 classes")
        return {
            "classes": list(self.classes),
            "bits": self.bits,
            "scales": list(self.scales),
            "counts": _packed(counts.astype(np.uint8)),
            "columns": _packed(columns.astype(np.uint8)),
            "weights": _packed(self.weights[rows, columns]),
            "weightScales": [float(value) for value in self.weight_scales],
            "bias": [float(value) for value in self.bias],
            "temperature": self.temperature,
            "abstainBelow": self.abstain_below,
        }

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> "Head":
        """The inverse of :meth:`to_json`. Raises ``InputError`` when parts are missing or do not fit together."""
        try:
            classes, bits = tuple(document["classes"]), int(document["bits"])
            counts = _unpacked(document["counts"], np.uint8)
            columns = _unpacked(document["columns"], np.uint8)
            weights = np.zeros((1 << bits, len(classes)), np.int8)
            weights[np.repeat(np.arange(1 << bits), counts), columns] = _unpacked(document["weights"], np.int8)
            return cls(
                classes,
                bits,
                tuple(document["scales"]),
                weights,
                np.asarray(document["weightScales"], float),
                np.asarray(document["bias"], float),
                float(document["temperature"]),
                float(document["abstainBelow"]),
            )
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise InputError(f"the head of a form model is damaged ({error!r}); export it again") from error


def softmax(logits: Floats) -> Floats:
    """Row-wise softmax."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    found: Floats = powers / powers.sum(axis=1, keepdims=True)
    return found


def _packed(values: NDArray[Any]) -> str:
    return base64.b64encode(values.tobytes()).decode("ascii")


def _unpacked(text: str, kind: type[np.uint8] | type[np.int8]) -> NDArray[Any]:
    return np.frombuffer(base64.b64decode(text), kind)
