"""A file's bytes after decompression, in blocks, in constant memory, within :class:`Limits`.

Compression is found by magic bytes, never by name. A stream that breaks off gives everything readable first and then
sets ``fault``; iteration itself never raises for bad data or a failing disk.
"""

import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from backports import zstd

from hodoscope.soc.sources.limits import Limits

GZIP_MAGIC = b"\x1f\x8b\x08"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_MAGIC_BYTES = 4
_INPUT_BYTES = 1 << 16  # input per decompression step: what has to be decoded again at a damaged place
_ZSTD_OUTPUT_BYTES = 1 << 17  # one zstd block: what a damaged frame loses at most before the damage


class RawFile(Protocol):
    """What a stream needs of a file object."""

    def read(self, size: int, /) -> bytes | None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a stream ended before its end. ``position`` counts decompressed bytes."""

    position: int
    reason: str
    detail: str


def is_zstd(head: bytes) -> bool:
    """Whether a stream starts with a zstd frame or a skippable one (RFC 8878, 3.1.2)."""
    return head.startswith(ZSTD_MAGIC) or (head[1:4] == b"\x2a\x4d\x18" and 0x50 <= head[0] <= 0x5F)


class ByteStream:
    """One pass over the decompressed bytes of ``raw``, a file of ``size`` bytes if that is known.

    The ratio is judged against the whole file: real logs compress a thousandfold in places (one capture of our test
    data beyond 200:1 over its first 200 MB, 90:1 in total), and a small file stays bounded either way.
    """

    def __init__(self, raw: RawFile, limits: Limits, size: int | None = None) -> None:
        self._raw = raw
        self._limits = limits
        self._size = size or 0
        # No line can hide inside one block that is longer than a record may be: framings only check what spans blocks.
        self._block_bytes = min(limits.block_bytes, limits.max_record_bytes)
        self._start = 0
        self.consumed = 0
        self.produced = 0
        self.fault: Fault | None = None

    def __enter__(self) -> "ByteStream":
        return self

    def __exit__(self, *_: object) -> None:
        self._raw.close()

    def blocks(self, start: int = 0) -> Iterator[bytes]:
        """Blocks of at most ``block_bytes`` from decompressed offset ``start``; ``fault`` is final when they end."""
        self._start = start
        for block in self._bounded():
            before = self.produced
            self.produced += len(block)
            if self.produced > start:
                yield block[start - before :] if before < start else block

    def _bounded(self) -> Iterator[bytes]:
        limits = self._limits
        try:
            for block in self._decoded():
                total = self.produced + len(block)
                if total > limits.ratio_free_bytes and total > limits.max_ratio * max(self.consumed, self._size):
                    self._fail("compression ratio above the limit", f"more than {limits.max_ratio}:1")
                    return
                if total > limits.max_stream_bytes:
                    yield block[: limits.max_stream_bytes - self.produced]
                    self._fail("stream longer than the limit", f"{limits.max_stream_bytes} bytes")
                    return
                yield block
        except OSError as error:
            self._fail("read error", error.strerror or str(error))
        except (zlib.error, zstd.ZstdError) as error:
            self._fail("corrupt compressed data", str(error))
        except (EOFError, ValueError, RuntimeError) as error:  # what zip members raise besides BadZipFile
            self._fail("unreadable", str(error) or type(error).__name__)
        except Exception as error:
            if type(error).__name__ != "BadZipFile":  # raised by the archive's own file object; not ours to import here
                raise
            self._fail("corrupt compressed data", str(error))

    def _fail(self, reason: str, detail: str) -> None:
        self.fault = Fault(self.produced, reason, detail)

    def _read(self, size: int) -> bytes:
        data = self._raw.read(size) or b""
        self.consumed += len(data)
        return data

    def _decoded(self) -> Iterator[bytes]:
        first = self._read(min(_INPUT_BYTES, self._block_bytes))
        while 0 < len(first) < _MAGIC_BYTES and (more := self._read(_MAGIC_BYTES - len(first))):
            first += more
        if first.startswith(GZIP_MAGIC):
            yield from self._gzip(first)
        elif is_zstd(first):
            yield from self._zstd(first)
        else:
            if self._start > len(first) and self._skip_to_start():
                first = self._read(self._block_bytes)
            while first:
                yield first
                first = self._read(self._block_bytes)

    def _skip_to_start(self) -> bool:
        """Seeks where that is possible: resuming a long plain file must not read it again."""
        seek, seekable = getattr(self._raw, "seek", None), getattr(self._raw, "seekable", None)
        if seek is None or seekable is None or not seekable():
            return False
        seek(self._start)
        self.produced = self.consumed = self._start
        return True

    def _gzip(self, data: bytes) -> Iterator[bytes]:
        """Members one after another; zero padding after the last is allowed (RFC 1952; tape writers pad)."""
        while data:
            member = zlib.decompressobj(wbits=31)
            while not member.eof:
                before = member.copy()
                try:
                    block = member.decompress(data, self._block_bytes)
                except zlib.error:
                    yield _readable_part(before, data)
                    raise
                if block:
                    yield block
                data = member.unconsumed_tail
                if not (data or member.eof or block):
                    data = self._read(_INPUT_BYTES)
                    if not data:
                        self._fail("truncated compressed data", "the file ends inside a gzip member")
                        return
                elif not data and not member.eof:
                    data = self._read(_INPUT_BYTES)
            data = (member.unused_data or self._read(_INPUT_BYTES)).lstrip(b"\0")
            while not data and (data := self._read(_INPUT_BYTES)):
                data = data.lstrip(b"\0")
            if len(data) < len(GZIP_MAGIC):
                data += self._read(_INPUT_BYTES)
            if data and not data.startswith(GZIP_MAGIC):
                self._fail("corrupt compressed data", "bytes after the last gzip member are not gzip")
                return

    def _zstd(self, data: bytes) -> Iterator[bytes]:
        while data:
            frame = zstd.ZstdDecompressor()
            while not frame.eof:
                block = frame.decompress(data, min(_ZSTD_OUTPUT_BYTES, self._block_bytes))
                data = b""
                if block:
                    yield block
                if frame.needs_input and not frame.eof:
                    data = self._read(_INPUT_BYTES)
                    if not data:
                        self._fail("truncated compressed data", "the file ends inside a zstd frame")
                        return
            data = frame.unused_data or self._read(_INPUT_BYTES)


def _readable_part(state: "zlib._Decompress", data: bytes) -> bytes:
    """What a damaged piece of a gzip member still gives, found by feeding it byte by byte."""
    parts: list[bytes] = []
    with suppress(zlib.error):
        parts.extend(state.decompress(data[at : at + 1]) for at in range(len(data)))
    return b"".join(parts)
