"""Bounds hold together."""

from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.sources.limits import Limits

from .memory_source import letters_of, placed, read, source_of


@given(st.lists(st.integers(0, 40), max_size=20), st.integers(8, 40), st.integers(1, 100))
def test_what_counts_as_too_long_does_not_depend_on_blocks(sizes: list[int], most: int, block: int) -> None:
    """A line is skipped exactly when it is longer than a record may be, however it falls into blocks.

    The first block is never smaller than the magic numbers it is judged by, hence the lower bound.
    """
    data = b"".join(b"y" * size + b"\n" for size in sizes)
    batches = read(source_of(data, "text", limits=Limits(max_record_bytes=most, block_bytes=block)))
    starts = [sum(sizes[:at]) + at for at in range(len(sizes))]
    assert [at for at, _ in placed(batches)] == [at for at, size in zip(starts, sizes, strict=True) if 0 < size <= most]
    long = [at for at, size in zip(starts, sizes, strict=True) if size > most]
    assert [letter.position for letter in letters_of(batches)] == long
