"""The values of one field over a batch: folded, searched and turned into Python text only where needed."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.soc.sigma.literals import Literals, Pairs
from hodoscope.soc.sigma.routing.values import Distinct

Codes = npt.NDArray[np.int64] | npt.NDArray[np.int32]
Texts = list[str] | list[tuple[str, ...]]
"""Texts, or tuples of texts where a field has several values."""
_FEW = 10
"""Texts below which one call each is cheaper than one for all."""


class FieldTexts:
    """One field's distinct values. What is asked for twice is worked out once."""

    def __init__(self, distinct: Distinct) -> None:
        self.codes = distinct.codes
        self._distinct = distinct
        self._folded: pa.Array | None = None
        self._found: dict[int, Pairs] = {}
        self._ready: dict[bool, list[str | tuple[str, ...] | None]] = {}  # by code; the last item is that of code -1

    @property
    def many(self) -> bool:
        """Whether a row may have several values."""
        return self._distinct.offsets is not None

    @property
    def size(self) -> int:
        """How many codes there are."""
        offsets = self._distinct.offsets
        return len(self._distinct.texts) if offsets is None else len(offsets) - 1

    def find(self, literals: Literals, _rows: npt.NDArray[np.int64] | None = None) -> Pairs:
        """(code, literal) pairs, some perhaps twice."""
        found = self._found.get(id(literals))
        if found is None:
            texts, literal = literals.in_texts(self._folded_texts())
            if self._distinct.offsets is not None:
                texts = np.searchsorted(self._distinct.offsets, texts, side="right") - 1
            found = self._found[id(literals)] = texts, literal
        return found

    def of(self, codes: Codes, *, folded: bool) -> Texts:
        """Python text for each of the codes (a tuple of texts where the field has several values)."""
        known = self._known(folded=folded)
        listed = codes.tolist()
        missing = list({code for code in listed if known[code] is None})
        if missing:
            for code, text in zip(missing, self._python(missing, folded=folded), strict=True):
                known[code] = text
        return [known[code] for code in listed]

    def _known(self, *, folded: bool) -> list[str | tuple[str, ...] | None]:
        if folded not in self._ready:
            unknown: list[str | tuple[str, ...] | None] = [None] * self.size
            self._ready[folded] = [*unknown, () if self.many else ""]
        return self._ready[folded]

    def _python(self, codes: list[int], *, folded: bool) -> Texts:
        source = self._folded_texts() if folded else self._distinct.texts
        offsets = self._distinct.offsets
        if offsets is not None:
            return [tuple(source[offsets[code] : offsets[code + 1]].to_pylist()) for code in codes]
        if len(codes) < _FEW:
            return [source[code].as_py() for code in codes]
        listed: Texts = source.take(pa.array(codes)).to_pylist()
        return listed

    def _folded_texts(self) -> pa.Array:
        if self._folded is None:
            self._folded = pc.ascii_lower(self._distinct.texts)
        return self._folded


class RecordTexts:
    """The records themselves, for keywords: nothing is distinct, so row is code."""

    many = False

    def __init__(self, records: pa.Array) -> None:
        self.codes = np.arange(len(records), dtype=np.int32)
        self.records = records

    @property
    def size(self) -> int:
        """How many codes there are."""
        return len(self.records)

    def find(self, literals: Literals, rows: npt.NDArray[np.int64] | None = None) -> Pairs:
        """(row, literal) pairs of these rows, some perhaps too many."""
        if rows is None or len(rows) == len(self.records):
            return literals.in_records(self.records)
        found, literal = literals.in_records(self.records.take(pa.array(rows)))
        return rows[found], literal

    def of(self, codes: Codes, *, folded: bool) -> Texts:
        """Records as text; bytes that are no UTF-8 read as the replacement character."""
        records: Sequence[bytes] = self.records.take(pa.array(codes)).to_pylist()
        return [(record.lower() if folded else record).decode("utf-8", "replace") for record in records]
