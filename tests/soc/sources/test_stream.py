"""Decompression: everything readable first, then one reason."""

import gzip
import io
import zlib
from collections.abc import Callable
from contextlib import suppress

import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.sources.limits import Limits
from hodoscope.soc.sources.stream import ByteStream

from .memory_source import letters_of, read, records_of, source_of

Packer = Callable[[bytes], bytes]
PACKERS = [pytest.param(gzip.compress, id="gzip"), pytest.param(zstd.compress, id="zstd")]
TEXT = b"".join(b"line %d %d\n" % (number, number * 7919 % 1000) for number in range(30_000))


def through(data: bytes, limits: Limits | None = None, start: int = 0) -> tuple[bytes, ByteStream]:
    """The decompressed bytes and the stream after them."""
    stream = ByteStream(io.BytesIO(data), limits or Limits(), len(data))
    return b"".join(stream.blocks(start)), stream


@given(
    st.lists(st.binary(max_size=200), min_size=1, max_size=4), st.sampled_from(["gzip", "zstd"]), st.integers(0, 300)
)
def test_members_and_frames_follow_one_another(parts: list[bytes], kind: str, start: int) -> None:
    """Concatenated gzip members and zstd frames are one stream, readable from any offset."""
    pack = gzip.compress if kind == "gzip" else zstd.compress
    out, stream = through(b"".join(pack(part) for part in parts), Limits(block_bytes=16), start)
    assert out == b"".join(parts)[start:]
    assert stream.fault is None


def test_zero_padding_after_gzip_is_allowed() -> None:
    """Tapes and block devices pad with zeros."""
    out, stream = through(gzip.compress(b"abc") + bytes(100_000))
    assert (out, stream.fault) == (b"abc", None)


@pytest.mark.parametrize("pack", PACKERS)
def test_truncated_stream_gives_its_beginning_and_a_reason(pack: Packer) -> None:
    """A broken download: the records up to the break, then a dead letter with the position of the torn record."""
    whole = pack(TEXT)
    batches = read(source_of(whole[: len(whole) * 2 // 3], "text"))
    records = records_of(batches)
    assert records == TEXT.split(b"\n")[: len(records)]
    assert len(records) > 100
    (letter,) = letters_of(batches)
    assert letter.reason == "truncated compressed data"
    assert letter.position == sum(len(record) + 1 for record in records)


def test_damaged_gzip_loses_nothing_before_the_damage() -> None:
    """Every byte that a decoder can give before the flipped one is given."""
    whole = bytearray(gzip.compress(TEXT))
    at = len(whole) // 2
    whole[at : at + 20] = bytes(20)
    decoder, wanted = zlib.decompressobj(wbits=31), b""
    with suppress(zlib.error):
        for place in range(len(whole)):
            wanted += decoder.decompress(whole[place : place + 1])
    out, stream = through(bytes(whole))
    assert out == wanted
    assert stream.fault is not None
    assert (stream.fault.reason, stream.fault.position) == ("corrupt compressed data", len(out))


def test_damaged_zstd_is_a_reason_not_an_error() -> None:
    """Frames without a checksum may decode to something; the stream never raises."""
    whole = bytearray(zstd.compress(TEXT))
    whole[len(whole) // 2 :] = b"\xff" * (len(whole) - len(whole) // 2)
    _, stream = through(bytes(whole))
    assert stream.fault is not None


@pytest.mark.parametrize("pack", PACKERS)
def test_bomb_stops_at_the_ratio(pack: Packer) -> None:
    """Forty megabytes of zeros from a few kilobytes: reading ends soon after the free allowance."""
    out, stream = through(pack(bytes(40 << 20)))
    assert stream.fault is not None
    assert stream.fault.reason == "compression ratio above the limit"
    assert len(out) <= (16 << 20) + (1 << 20)


def test_stream_longer_than_the_limit_is_cut() -> None:
    """The total bound holds for plain files too."""
    out, stream = through(bytes(5000), Limits(max_stream_bytes=1000))
    assert len(out) == 1000
    assert stream.fault is not None
    assert stream.fault.reason == "stream longer than the limit"


class FailingFile:
    """A disk that fails after the first block."""

    def __init__(self) -> None:
        self.reads = 0

    def read(self, _size: int, /) -> bytes:
        self.reads += 1
        if self.reads > 1:
            raise OSError(5, "Input/output error")
        return b"one\ntwo\nthr"

    def close(self) -> None:
        pass


def test_failing_disk_is_a_reason_after_what_was_read() -> None:
    """An input/output error midway ends the stream like a truncation."""
    stream = ByteStream(FailingFile(), Limits())
    assert b"".join(stream.blocks()) == b"one\ntwo\nthr"
    assert stream.fault is not None
    assert (stream.fault.reason, stream.fault.detail) == ("read error", "Input/output error")


@given(st.binary(max_size=300), st.sampled_from([b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b""]))
def test_nonsense_never_raises(data: bytes, magic: bytes) -> None:
    """Fuzz: any bytes behind any magic."""
    through(magic + data, Limits(block_bytes=32))
