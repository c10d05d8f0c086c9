"""Pieces of any size become batches of the size asked for."""

from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.sources.limits import Limits

from .memory_source import letters_of, placed, read, source_of

lines = st.lists(st.integers(0, 30), max_size=40).map(lambda sizes: b"".join(b"x" * size + b"\n" for size in sizes))


@given(lines, st.integers(1, 7), st.integers(1, 80), st.integers(4, 60))
def test_batches_keep_to_their_bounds_and_lose_nothing(data: bytes, records: int, size: int, block: int) -> None:
    """Within both bounds (a single longer record excepted), never out of order, dead letters each once."""
    source = source_of(data, "text", limits=Limits(block_bytes=block, max_record_bytes=20))
    batches, whole = read(source, 0, records, size), read(source)
    assert placed(batches) == placed(whole)
    assert letters_of(batches) == letters_of(whole)
    for batch in batches:
        assert len(batch.records) <= records
        assert len(batch.records) <= 1 or batch.positions[-1] - batch.positions[0] < size
        assert all(letter.position < max(batch.end, 1) for letter in batch.skipped)
