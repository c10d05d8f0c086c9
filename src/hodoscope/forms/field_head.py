"""The head that tells what a field is for: training with its decoding, and labels of whole segments."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hodoscope.forms.decode import Codes, Decoding, decode, learn
from hodoscope.forms.fit import Settings, fit
from hodoscope.forms.head import Floats, Head, softmax
from hodoscope.forms.spec import FIELD_SPACE

SETTINGS: Final = Settings(bits=14, scales=(1.0,) * len(FIELD_SPACE), penalty=0.3, keep=80_000)
"""Penalty .3 is best of .03, .1, .3 for macro-F1 on Formasaurus; .1 costs 1.5 points of it and .3 of accuracy."""

SHIPPED: Final = replace(SETTINGS, bits=13, keep=25_000)
"""The same, within the bytes that a page may cost."""


@dataclass(frozen=True, slots=True, eq=False)
class FieldHead:
    """A linear head and how its logits are decoded."""

    head: Head
    decoding: Decoding

    def to_json(self) -> dict[str, object]:
        """``HeadFile`` with the member ``decoding``, as the runtime reads it."""
        return {**self.head.to_json(), "decoding": self.decoding.to_json()}

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> "FieldHead":
        """The inverse of :meth:`to_json`. Raises ``InputError`` for a damaged document."""
        return cls(Head.from_json(document), Decoding.from_json(document.get("decoding")))


def fit_fields(
    fields: pa.Table,
    rows: NDArray[np.int64],
    labels: Codes,
    classes: tuple[str, ...],
    groups: Codes,
    settings: Settings,
) -> FieldHead:
    """Trains on ``fields[rows]``; transitions are those of labelled fields that follow each other in a segment."""
    head = fit(fields.take(rows), labels, classes, groups, settings)
    known = dict(zip(rows.tolist(), labels.tolist(), strict=True))
    kinds = fields["kind"].to_pylist()
    segments = fields["segment"].to_numpy()
    wanted = np.unique(segments[rows])
    sequences = [
        ([kinds[row] for row in span], [known.get(int(row), -1) for row in span])
        for span in _spans(segments)
        if np.isin(segments[span[0]], wanted)
    ]
    return FieldHead(head, learn(sequences, len(classes)))


def label_fields(model: FieldHead, fields: pa.Table, segments: Sequence[int]) -> tuple[Codes, Floats]:
    """Label per row of ``fields`` (-1 outside ``segments``) and the probabilities (rows, classes) of those inside."""
    labels = np.full(fields.num_rows, -1, np.int64)
    chances = np.zeros((fields.num_rows, len(model.head.classes)))
    column = fields["segment"].to_numpy()
    rows = np.flatnonzero(np.isin(column, np.asarray(segments)))
    if not len(rows):
        return labels, chances
    logits = model.head.logits(fields.take(rows))
    chances[rows] = softmax(logits)
    kinds = fields["kind"].to_pylist()
    for span in _spans(column[rows]):
        own = rows[span]
        labels[own] = decode(logits[span], [kinds[row] for row in own], model.head.classes, model.decoding)
    return labels, chances


def _spans(segments: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Row numbers of each run of equal segments; a segment's fields stand together in document order."""
    cuts = np.flatnonzero(np.diff(segments)) + 1
    return [span for span in np.split(np.arange(len(segments)), cuts) if len(span)]
