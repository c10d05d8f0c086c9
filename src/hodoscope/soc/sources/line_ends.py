"""Lines that end in a carriage return alone, as old Mac programs and some spreadsheets export them."""

from collections.abc import Iterable, Iterator


def carriage_returns_only(head: bytes) -> bool:
    """Whether the text with this head has lines, but no line feed. One carriage return alone proves nothing."""
    return b"\n" not in head and head.count(b"\r") > 1


def as_line_feeds(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same text with line feeds in their place: as long as before, so that every offset stays."""
    for block in blocks:
        yield block.replace(b"\r", b"\n")
