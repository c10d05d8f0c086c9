"""Are two streams with the same beginning copies of each other?"""

from collections.abc import Iterator
from typing import Literal

from hodoscope.soc.sources.limits import Limits
from hodoscope.soc.sources.stream import ByteStream
from hodoscope.soc.sources.stream_source import Candidate

Relation = Literal["same", "shorter", "longer", "different"]


def relation(earlier: Candidate, later: Candidate, limits: Limits) -> Relation:
    """What the later one is to the earlier one: ``shorter`` and ``longer`` mean that one begins with all of the other.

    Reads both up to the first difference; only files that share their first 64 KiB are ever compared.
    """
    with (
        ByteStream(earlier.open(), limits, earlier.size) as first,
        ByteStream(later.open(), limits, later.size) as second,
    ):
        return _compare(first.blocks(), second.blocks())


def _compare(first: Iterator[bytes], second: Iterator[bytes]) -> Relation:
    left, right = b"", b""
    while True:
        left = left or next(first, b"")
        right = right or next(second, b"")
        if not left or not right:
            return "same" if left == right else "shorter" if left else "longer"
        size = min(len(left), len(right))
        if left[:size] != right[:size]:
            return "different"
        left, right = left[size:], right[size:]
