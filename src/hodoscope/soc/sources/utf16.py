"""UTF-16 text, as PowerShell redirection and Windows tools write it, turned into UTF-8 on the way in."""

import codecs
from collections.abc import Iterable, Iterator


def utf16_encoding(head: bytes) -> str | None:
    """The codec for a stream with this head, or None when it is not UTF-16.

    Without a byte order mark it takes 64 characters or more that are nearly all ASCII, every second byte a NUL.
    """
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16-le" if head.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
    sample = head[: min(len(head), 4096) & ~1]
    if len(sample) < 128:
        return None
    half, even, odd = len(sample) // 2, sample[::2].count(0), sample[1::2].count(0)
    if odd * 10 >= half * 9 and even * 10 < half:
        return "utf-16-le"
    return "utf-16-be" if even * 10 >= half * 9 and odd * 10 < half else None


def as_utf8(blocks: Iterable[bytes], encoding: str, start: int = 0) -> Iterator[bytes]:
    """UTF-8 blocks from offset ``start`` of the UTF-8 text; a byte order mark stays one, damage becomes U+FFFD."""
    decoder, produced = codecs.getincrementaldecoder(encoding)("replace"), 0
    for block, final in _with_end(blocks):
        text = decoder.decode(block, final).encode()
        before, produced = produced, produced + len(text)
        if produced > start:
            yield text[max(0, start - before) :]


def _with_end(blocks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    for block in blocks:
        yield block, False
    yield b"", True
