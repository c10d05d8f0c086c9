"""Rule text as ClickHouse literals: nothing a rule holds can end its literal."""

from collections.abc import Iterable

_NAMED = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def quoted(text: str | bytes) -> str:
    """A string literal. Control characters are escaped, so is every byte of what is not UTF-8."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "surrogateescape")
    return "'" + "".join(_spelled(character) for character in text) + "'"


def quoted_list(texts: Iterable[str]) -> str:
    """The inside of a list of literals."""
    return ", ".join(map(quoted, texts))


def _spelled(character: str) -> str:
    if character in _NAMED:
        return _NAMED[character]
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that was no UTF-8, see PEP 383
        return f"\\x{code - 0xDC00:02X}"
    if 0xD800 <= code <= 0xDFFF:  # half of a pair: as the three bytes some writers make of it
        return "".join(f"\\x{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))
    return character if character.isprintable() else "".join(f"\\x{byte:02X}" for byte in character.encode())
