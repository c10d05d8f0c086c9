"""Many literals searched in many values in one pass. Owns Aho-Corasick (per field) and Hyperscan (raw records)."""

from collections.abc import Sequence
from itertools import chain

import ahocorasick_rs  # noqa: TID251 -- this file owns the library
import hyperscan  # noqa: TID251 -- this file owns the library
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Pairs = tuple[Ints, Ints]
_NOTHING: Pairs = (np.empty(0, np.int64), np.empty(0, np.int64))


class FieldLiterals:
    """Folded literals of one field, NUL at their ends marking a value's edge; finds which values hold which.

    Pairs may repeat, and one of a value with a NUL inside may be too many: they make candidates, not verdicts.
    """

    def __init__(self, literals: Sequence[str]) -> None:
        self._automaton = ahocorasick_rs.BytesAhoCorasick([text.encode("utf-8", "surrogatepass") for text in literals])

    def find(self, folded: pa.Array) -> Pairs:
        """(value, literal) index pairs for an array of folded text without nulls."""
        if not len(folded):
            return _NOTHING
        joined, starts = _joined(folded)
        found = self._automaton.find_matches_as_indexes(joined, overlapping=True)
        if not found:
            return _NOTHING
        pairs = np.fromiter(chain.from_iterable(found), np.int64, 3 * len(found)).reshape(-1, 3)
        # The byte before a literal's last one is in its value, or the NUL before it.
        return np.searchsorted(starts, pairs[:, 2] - 2, side="right") - 1, pairs[:, 0]


def _joined(values: pa.Array) -> tuple[bytes, Ints]:
    r"""All values as ``\0value\0value\0``, and where the NUL before each value is."""
    whole = pa.ListArray.from_arrays(pa.array([0, len(values)], pa.int32()), values)
    joined = b"\0" + pc.binary_join(whole, "\0")[0].as_buffer().to_pybytes() + b"\0"
    lengths = pc.binary_length(values).to_numpy().astype(np.int64)
    return joined, np.concatenate(([0], np.cumsum(lengths + 1)[:-1]))


class RecordLiterals:
    """Literals searched without ASCII case in whole records."""

    def __init__(self, literals: Sequence[str]) -> None:
        # Every byte escaped: a pattern of this kind is a literal, whatever it holds.
        patterns = ["".join(f"\\x{byte:02x}" for byte in text.encode("utf-8", "surrogateescape")) for text in literals]
        self._database = hyperscan.Database()
        self._database.compile(
            expressions=[pattern.encode() for pattern in patterns],
            ids=list(range(len(patterns))),
            flags=[hyperscan.HS_FLAG_CASELESS] * len(patterns),
        )

    def find(self, records: pa.Array) -> Pairs:
        """(record, literal) index pairs for a binary array without nulls; candidates as in :class:`FieldLiterals`."""
        if not len(records):
            return _NOTHING
        offsets, data = _offsets(records)
        found: list[tuple[int, int]] = []

        def note(pattern: int, _start: int, end: int, _flags: int, _context: object) -> None:
            found.append((end, pattern))

        self._database.scan(data.slice(offsets[0], offsets[-1] - offsets[0]).to_pybytes(), match_event_handler=note)
        if not found:
            return _NOTHING
        pairs = np.array(found, dtype=np.int64)
        return np.searchsorted(offsets - offsets[0], pairs[:, 0] - 1, side="right") - 1, pairs[:, 1]


def _offsets(records: pa.Array) -> tuple[Ints, pa.Buffer]:
    _, offsets, data = records.buffers()
    width = np.int64 if pa.types.is_large_binary(records.type) else np.int32
    found = np.frombuffer(offsets, dtype=width)[records.offset : records.offset + len(records) + 1]
    return found.astype(np.int64), data
