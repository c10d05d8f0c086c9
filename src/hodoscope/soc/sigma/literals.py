"""Many literals searched in many values in one pass. The only file that knows Hyperscan."""

from collections.abc import Callable, Sequence
from typing import Any, cast

import hyperscan  # noqa: TID251 -- this file owns the library
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Pairs = tuple[Ints, Ints]
LONGEST = 200
"""Bytes of a literal that are searched; of a longer one only a part, so a pair is a candidate and no verdict."""
MOST_BYTES = 1 << 30
"""Searched at once: the engine counts bytes in 32 bits."""
_EMPTY = pa.array([""])
_ESCAPED = [f"\\x{byte:02x}".encode() for byte in range(256)]


class Literals:
    """Literals searched in arrays of values; which of them a value holds."""

    def __init__(self, texts: Sequence[str], *, ignorecase: bool = False) -> None:
        # Every byte escaped: a pattern of this kind is a literal, whatever it holds.
        patterns = [b"".join(map(_ESCAPED.__getitem__, _searched(text))) for text in texts]
        self._database = hyperscan.Database()
        self._database.compile(
            expressions=patterns,
            ids=list(range(len(patterns))),
            flags=[hyperscan.HS_FLAG_CASELESS if ignorecase else 0] * len(patterns),
        )

    def in_texts(self, texts: pa.Array) -> Pairs:
        r"""(text, literal) pairs, possibly repeated, for a string array without nulls.

        A literal with ``\0`` before it is at a text's start, one with ``\0`` behind it at its end. A text with a NUL
        inside may be told once too often, never too seldom.
        """
        if not len(texts):
            return _pairs([])
        if texts.nbytes > MOST_BYTES and len(texts) > 1:
            return _halves(texts, self.in_texts)
        edged = pa.concat_arrays([_EMPTY, texts, _EMPTY])
        whole = pa.ListArray.from_arrays(pa.array([0, len(edged)], pa.int32()), edged)
        joined = memoryview(pc.binary_join(whole, "\0")[0].as_buffer())
        lengths = pc.binary_length(texts).to_numpy().astype(np.int64)
        starts = np.concatenate(([0], np.cumsum(lengths + 1)[:-1]))
        ends, literals = self._scan(joined)
        # The byte before a literal's last one is in its text, or the NUL before it.
        return np.searchsorted(starts, ends - 2, side="right") - 1, literals

    def in_records(self, records: pa.Array) -> Pairs:
        """(record, literal) pairs, possibly repeated, for a binary array without nulls; also some that span two."""
        if not len(records):
            return _pairs([])
        if records.nbytes > MOST_BYTES and len(records) > 1:
            return _halves(records, self.in_records)
        _, offsets, data = records.buffers()
        width = np.int64 if pa.types.is_large_binary(records.type) else np.int32
        starts = np.frombuffer(offsets, width)[records.offset : records.offset + len(records) + 1].astype(np.int64)
        ends, literals = self._scan(memoryview(data)[starts[0] : starts[-1]])
        return np.searchsorted(starts - starts[0], ends - 1, side="right") - 1, literals

    def _scan(self, data: bytes | memoryview) -> Pairs:
        found: list[tuple[int, int]] = []

        def note(literal: int, _start: int, end: int, _flags: int, _context: object) -> None:
            found.append((end, literal))

        self._database.scan(cast(Any, data), match_event_handler=note)
        return _pairs(found)


def _halves(values: pa.Array, find: Callable[[pa.Array], Pairs]) -> Pairs:
    middle = len(values) // 2
    first, second = find(values.slice(0, middle)), find(values.slice(middle))
    return np.concatenate((first[0], second[0] + middle)), np.concatenate((first[1], second[1]))


def _searched(text: str) -> bytes:
    data = text.encode("utf-8", "surrogatepass")
    return data[-LONGEST:] if text.endswith("\0") else data[:LONGEST]


def _pairs(found: list[tuple[int, int]]) -> Pairs:
    pairs = np.array(found, dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]
