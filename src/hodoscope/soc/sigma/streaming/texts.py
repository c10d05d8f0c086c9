"""The values of one field over a batch: folded, searched and turned into Python text only where needed."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.soc.sigma.literals import Literals, Pairs
from hodoscope.soc.sigma.routing.values import Distinct

Codes = npt.NDArray[np.int64] | npt.NDArray[np.int32]
Texts = npt.NDArray[np.object_]
"""Per code its text, or the tuple of its texts; the last item is the empty text, so that code -1 reads it."""


class FieldTexts:
    """One field's distinct values. What is asked for twice is worked out once."""

    def __init__(self, distinct: Distinct) -> None:
        self.codes = distinct.codes
        self._distinct = distinct
        self._folded: pa.Array | None = None
        self._found: dict[int, Pairs] = {}
        self._ready: dict[bool, tuple[Texts, npt.NDArray[np.bool_]]] = {}

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
        texts, known = self._ready.get(folded) or self._empty(folded=folded)
        needed = np.unique(codes)
        needed = needed[~known[needed]]
        if len(needed):
            texts[needed] = self._python(needed, folded=folded)
            known[needed] = True
        return texts[codes]

    def _empty(self, *, folded: bool) -> tuple[Texts, npt.NDArray[np.bool_]]:
        texts = np.full(self.size + 1, "", dtype=object)
        if self.many:
            texts[-1] = ()
        known = np.zeros(self.size + 1, dtype=np.bool_)
        known[-1] = True
        self._ready[folded] = texts, known
        return texts, known

    def _python(self, codes: Codes, *, folded: bool) -> Texts:
        source = self._folded_texts() if folded else self._distinct.texts
        offsets = self._distinct.offsets
        result = np.empty(len(codes), dtype=object)
        if offsets is None:
            result[:] = source.take(pa.array(codes)).to_pylist()
            return result
        for at, code in enumerate(codes.tolist()):
            result[at] = tuple(source.slice(offsets[code], offsets[code + 1] - offsets[code]).to_pylist())
        return result

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
        result = np.empty(len(codes), dtype=object)
        result[:] = [(record.lower() if folded else record).decode("utf-8", "replace") for record in records]
        return result
