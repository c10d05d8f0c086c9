"""Raw records are values: they cannot be changed on their way."""

from dataclasses import FrozenInstanceError

import pytest

from hodoscope.soc.record import RawBatch, SkippedRecord


def test_records_in_flight_cannot_be_changed() -> None:
    """A stage gives on a new batch instead."""
    batch = RawBatch("0" * 32, "a.log", "text", [b"x"], [0], 2)
    letter = SkippedRecord("0" * 32, "a.log", 0, "reason", "", b"x")
    with pytest.raises(FrozenInstanceError):
        batch.end = 3  # type: ignore[misc]  # that it is refused is the test
    with pytest.raises(FrozenInstanceError):
        letter.reason = "other"  # type: ignore[misc]  # that it is refused is the test


def test_batches_do_not_share_their_header() -> None:
    """A default header is nobody else's."""
    first, second = (RawBatch("0" * 32, "a", "text", [], [], 0) for _ in range(2))
    assert first.header == {}
    assert first.header is not second.header
